"""`python -m tests.docs`: write the tables of docs/ that are made from the code."""

from __future__ import annotations

from tests.docs.tables import DOCS, with_tables

for page in sorted(DOCS.glob("*.md")):
    page.write_text(with_tables(page.read_text()))
