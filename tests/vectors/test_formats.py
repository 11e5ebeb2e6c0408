"""Every golden case of the other formats passes, each as a test of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vectors.formats import FormatCase, run_format_case
from tests.vectors.run import load_format_cases, run_file

FILE = Path(__file__).with_name("other-formats.json")
CASES = load_format_cases(FILE)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_package_holds_the_same(case: FormatCase) -> None:
    assert run_format_case(case) == []


def test_there_are_all_133() -> None:
    assert len(CASES) == 133


def test_a_wrong_case_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.json"
    text = FILE.read_text().replace('"isLoggedIn": true', '"isLoggedIn": false')
    wrong.write_text(text.replace('"iat": 1768471200, "uat"', '"iat": 1, "uat"'))
    assert run_file(wrong) == 1
    out = capsys.readouterr().out
    assert "iron-default: payload" in out
    assert out.endswith(" failed\n")
