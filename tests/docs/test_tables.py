"""The documentation's tables say what the code says."""

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
