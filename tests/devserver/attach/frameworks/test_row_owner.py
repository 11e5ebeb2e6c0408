"""Rows that another layout's marks are in are not read as those of the layout that was named."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.frameworks.row_owner import describe_owners, find_owner
from session_inspector.devserver.attach.layouts import LAYOUTS, find_layout, foreign_row
from session_inspector.devserver.attach.row_reader import RowReader
from session_inspector.devserver.decoders.base import Material
from tests.devserver.attach.raw_store import RawStore, row

NOW = 1_760_000_000.0
MATERIAL = Material(cookies={}, now=NOW)
EXPRESS = '{"cookie":{"originalMaxAge":1000,"path":"/"},"user":{"sub":"alice"}}'


@pytest.mark.parametrize("layout", [layout.name for layout in LAYOUTS])
def test_a_row_of_express_is_nobody_else_s(layout: str) -> None:
    found = foreign_row(row("any:1", EXPRESS), find_layout(layout), MATERIAL)
    expected = "" if layout == "connect-redis" else "connect-redis"
    assert found.owner == expected


@pytest.mark.parametrize(
    ("layout", "value"),
    [
        ("django", '{"cart": 1}'),
        ("django", '{"_auth_user_id": "1", "cookie": {"path": "/"}}'),
        ("django", "no session at all"),
        ("django", '{"cookie": {}}'),
        ("flask-session", '{"user": "alice"}'),
        ("connect-redis", '{"broken'),
    ],
)
def test_a_row_without_another_s_mark_stays(layout: str, value: str) -> None:
    assert foreign_row(row("any:1", value), find_layout(layout), MATERIAL).owner == ""


def test_marks_of_two_layouts_say_nothing() -> None:
    value = '{"cookie": {"path": "/"}, "_permanent": true}'
    found = foreign_row(row("any:1", value), find_layout("authjs"), MATERIAL)
    raw = row("any:1", value)
    assert find_owner(raw, find_layout("authjs"), found.content, LAYOUTS) == ""


def test_how_many_are_of_which_is_told() -> None:
    assert describe_owners({}) == ""
    assert describe_owners({"php": 1}) == "1 key is not of this layout: 1 of php"
    told = "3 keys are not of this layout: 2 of connect-redis, 1 of php"
    assert describe_owners({"php": 1, "connect-redis": 2}) == told


async def test_a_look_leaves_them_out_and_says_so_and_never_removes_them() -> None:
    places = "x:django.contrib.sessions.cache"
    store = RawStore(
        row(f"{places}a", EXPRESS, expires=NOW - 1), row(f"{places}b", "{}", expires=NOW - 1)
    )
    reader = RowReader(store.open, find_layout("django"), MATERIAL)
    found, _ = await reader.many()
    assert [one.key for one in found.values()] == [f"{places}b"]
    assert await reader.describe_others() == "1 key is not of this layout: 1 of connect-redis"
    ended = [portion.keys async for portion in reader.find_ended(NOW)]
    assert ended == [[f"{places}b"]]
