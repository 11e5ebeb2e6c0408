"""The table of settings: one row each, with names that do not clash."""

from __future__ import annotations

from session_inspector.devserver.core.configuration.table import ROWS, TABLES, names_in, rows_in


def test_no_flag_variable_or_destination_is_taken_twice() -> None:
    flags = [row.flag for row in ROWS if row.flag]
    variables = [row.variable for row in ROWS if row.variable]
    destinations = [row.destination for row in ROWS if row.flag]
    for names in (flags, variables, destinations):
        assert len(names) == len(set(names))


def test_each_row_says_what_it_is() -> None:
    assert [row.name for row in ROWS if not row.help] == []
    assert [row.name for row in ROWS if row.flag and row.form != "switch" and not row.metavar] == []
    assert [row.name for row in ROWS if (row.form == "choice") != bool(row.choices)] == []


def test_the_default_is_one_of_the_choices() -> None:
    assert [row.name for row in ROWS if row.choices and row.default not in row.choices] == []


def test_the_file_s_tables_follow_from_the_rows() -> None:
    tables = {"lab", "session", "tokens", "users", "clients", "organizations"}
    assert tables | {"attach", "ui", "keys"} == TABLES


def test_a_section_knows_its_sections_within() -> None:
    assert names_in("session") == {"rolling", "absolute", "inactivity", "cookie"}
    assert {row.name for row in rows_in("session.cookie")} == names_in("session.cookie")
    assert "cookie" not in names_in("lab")
