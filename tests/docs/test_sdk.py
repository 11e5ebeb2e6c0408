"""docs/sdk.md has every heading and number that the code cites."""

from __future__ import annotations

import re
from pathlib import Path

from session_inspector.devserver.session.differences import DIFFERENCES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sdk.md").read_text()
HEADINGS = set(re.findall(r"^## (.+)$", PAGE, flags=re.M))
SURPRISES = set(re.findall(r"^(\d+)\. ", PAGE.partition("## Surprises")[2], flags=re.M))
SOURCES = [path for top in ("devserver", "inspector") for path in (ROOT / top).rglob("*.py")]


def test_every_heading_that_the_code_cites_is_there() -> None:
    cited: set[str] = set()
    for path in SOURCES:
        cited |= set(re.findall(r"docs/sdk\.md, ([A-Z][\w' -]+)", path.read_text()))
    assert cited
    assert cited - HEADINGS == set()


def test_every_number_of_a_surprise_is_there() -> None:
    cited: set[str] = set()
    for path in SOURCES:
        cited |= set(re.findall(r"docs/sdk\.md, Surprises, (\d+)", path.read_text()))
    for difference in DIFFERENCES:
        cited |= set(re.findall(r"\((\d+)\)", difference.original))
    assert cited
    assert cited - SURPRISES == set()


def test_no_module_cites_a_document_that_is_not_here() -> None:
    assert [path for path in SOURCES if "spec §" in path.read_text()] == []
