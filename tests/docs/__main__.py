"""`python -m tests.docs`: write the tables and numbers that are made from the code."""

from __future__ import annotations

from tests.docs.numbers import with_numbers
from tests.docs.tables import DOCS, ROOT, with_tables

for page in sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")]):
    page.write_text(with_numbers(with_tables(page.read_text())))
