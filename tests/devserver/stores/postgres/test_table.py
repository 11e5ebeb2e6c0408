"""The sessions table of PostgreSQL: what a URL names, and which columns will do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from session_inspector.devserver.core.errors import InputError, MissingTable
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.stores.postgres.table import (
    PLAIN,
    ZONED,
    PostgresLocation,
    SessionTable,
    check_columns,
    parse_location,
    read_end,
)
from session_inspector.devserver.stores.rows import as_whole, to_text
from session_inspector.devserver.stores.timestamps import FAR, FIRST

URL = "postgres://u:p@h:1/db?table=app.web&notify=create&sslmode=require"
COLUMNS = {"id": "text", "data": "jsonb", "expires_at": PLAIN}


def test_options_of_ours_do_not_reach_the_driver() -> None:
    dsn = "postgresql://u:p@h:1/db?sslmode=require"
    assert parse_location(URL) == PostgresLocation(dsn, "app.web", has_trigger=True)
    assert not parse_location("postgresql://h/db").has_trigger


@pytest.mark.parametrize("data", ["jsonb", "json", "text", "character varying"])
@pytest.mark.parametrize("expires", [PLAIN, ZONED])
def test_these_types_will_do(data: str, expires: str) -> None:
    columns = {**COLUMNS, "data": data, "expires_at": expires}
    assert check_columns("t", columns, URL) == SessionTable("t", data, expires)


@pytest.mark.parametrize("change", [{"data": "bytea"}, {"expires_at": "bigint"}])
def test_other_types_are_refused_by_name(change: dict[str, str]) -> None:
    with pytest.raises(InputError, match=next(iter(change.values()))):
        check_columns("t", {**COLUMNS, **change}, URL)


def test_a_missing_table_is_named_without_the_password() -> None:
    with pytest.raises(MissingTable) as caught:
        check_columns("web", {}, "postgresql://u:hunter2@h/db")
    assert "hunter2" not in caught.value.message


def test_a_moment_is_written_with_its_zone_and_the_server_converts_it() -> None:
    for kind in (PLAIN, ZONED):
        table = SessionTable("t", "text", kind)
        assert table.to_column(0) == datetime(1970, 1, 1, tzinfo=UTC)
        assert table.to_column(None).year == 9999


def test_the_layout_names_the_zone_of_a_column_that_has_none() -> None:
    plain = check_columns("t", COLUMNS, URL, "Europe/Berlin")
    zoned = check_columns("t", {**COLUMNS, "expires_at": ZONED}, URL, "Europe/Berlin")
    assert "in the server's zone Europe/Berlin" in plain.describe()
    assert "Berlin" not in zoned.describe()


@pytest.mark.parametrize(
    ("epoch", "ends"),
    [(5.5, 5.5), (None, 0.0), (float("inf"), None), (FAR, None), (float("-inf"), FIRST)],
)
def test_an_end_of_any_size_is_read(epoch: float | None, ends: float | None) -> None:
    assert read_end(epoch) == ends


@pytest.mark.parametrize("text", ["a\x00b", "lone \ud800"])
def test_jsonb_gets_a_text_where_it_holds_less(text: str) -> None:
    data: JsonObject = {"sub": text}
    assert SessionTable("t", "jsonb", PLAIN).to_data(data) == to_text(as_whole(data))
    assert SessionTable("t", "text", PLAIN).to_data(data) == to_text(data)
