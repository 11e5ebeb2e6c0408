"""The documentation's tables say what the code says; its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.tables import DOCS, ROOT, TABLES, with_tables

PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])


def named(page: Path) -> str:
    return page.name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_tables_are_what_the_code_says(page: Path) -> None:
    text = page.read_text()
    assert with_tables(text) == text, "make them anew with: python -m tests.docs"


def test_every_table_stands_somewhere() -> None:
    found = {name for page in PAGES for name in re.findall(r"table: (\w+) -->", page.read_text())}
    assert found == set(TABLES)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_and_pictures_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_page_is_reached_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    assert [page.name for page in DOCS.glob("*.md") if f"docs/{page.name}" not in text] == []
