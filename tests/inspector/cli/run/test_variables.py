"""What an app has before ours, and what of its .env files cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.cli.run.variables import read_variables

ODD = """# quotes of many kinds
export A='single # no comment'
B="double \\"quoted\\""
C=un quoted words # comment
D=${A}-x
E="two
lines"
BROKEN='it''s'
 G = spaced
H="no end
"""


def test_quotes_of_all_kinds_are_read_and_broken_lines_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_text(ODD)
    found = read_variables([], {}, tmp_path)
    assert dict(found.project) == {
        "A": "single # no comment",
        "B": 'double "quoted"',
        "C": "un quoted words",
        "D": "single # no comment-x",
        "E": "two\nlines",
        "G": "spaced",
    }
    assert found.unread == (".env line 8", ".env line 10")
    assert not caplog.records, "the package's own lines name no file"


def test_files_win_over_the_environment_and_that_over_the_project_s(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=project\nB=project\nC=project\n")
    (tmp_path / "named").write_text("A=named\n")
    found = read_variables([str(tmp_path / "named")], {"A": "own", "B": "own"}, tmp_path)
    assert found.known == {"A": "named", "B": "own", "C": "project"}


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--env-file nowhere is no file"):
        read_variables(["nowhere"], {}, tmp_path)
