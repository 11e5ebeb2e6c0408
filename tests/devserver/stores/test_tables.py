"""Names of tables are checked: they are written into SQL."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InputError, MissingTable
from session_inspector.devserver.stores.tables import missing_table, table_of


@pytest.mark.parametrize(
    ("query", "table"),
    [
        ("", "sessions"),
        ("notify=create", "sessions"),
        ("table=web_sessions", "web_sessions"),
        ("table=app.web_sessions&x=y", "app.web_sessions"),
        (f"table=a{'b' * 62}", f"a{'b' * 62}"),
    ],
)
def test_a_plain_name_is_taken(query: str, table: str) -> None:
    assert table_of(query) == table


@pytest.mark.parametrize(
    "name",
    ["", ".", "a.", ".b", "a.b.c", "1a", "a-b", "a b", 'a"b', "a;drop", "ä", f"a{'b' * 63}"],
)
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="is no SQL name"):
        table_of(f"table={name}")


def test_a_missing_table_names_the_command_that_makes_it() -> None:
    error = missing_table("sessions", "sqlite:///x.db")
    assert isinstance(error, MissingTable)
    assert "session-inspector stores create 'sqlite:///x.db'" in error.message
