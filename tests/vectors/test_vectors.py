"""Every golden case of the real package passes, each as a test of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vectors.case import Case, load_cases
from tests.vectors.run import run_case, run_file

FILE = Path(__file__).with_name("nextjs-auth0.json")
CASES = load_cases(FILE)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_package_did_the_same(case: Case) -> None:
    assert run_case(case) == []


def test_there_are_all_276() -> None:
    assert len(CASES) == 276


def test_a_wrong_case_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.json"
    text = FILE.read_text().replace('"Max-Age=86400', '"Max-Age=86401')
    wrong.write_text(text.replace("Max-Age=86400; HttpOnly", "Max-Age=1; HttpOnly"))
    assert run_file(wrong) == 1
    assert "tiny_set: set_cookie[0]: expected" in capsys.readouterr().out
