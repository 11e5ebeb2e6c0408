"""A line that a person edits says all of a cookie; the present value stands unseen in it."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.edited_line import (
    KEPT_VALUE,
    LineParts,
    fill_value,
    write_line,
)
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie

FULL = LineParts(
    name="sid",
    path="/app",
    domain="app.test",
    max_age=60,
    secure=True,
    http_only=True,
    partitioned=True,
    same_site="None",
)


def test_a_line_has_every_attribute_that_is_set_and_reads_back() -> None:
    line = write_line(FULL, "v")
    assert line == (
        "sid=v; Path=/app; Domain=app.test; Max-Age=60;"
        " Secure; HttpOnly; Partitioned; SameSite=None"
    )
    read = parse_set_cookie(line)
    assert (read.name, read.path, read.domain, read.max_age) == ("sid", "/app", "app.test", 60)
    assert (read.secure, read.http_only, read.partitioned, read.same_site) == (True,) * 3 + (
        "None",
    )
    assert write_line(LineParts(name="a", path="/"), "") == "a=; Path=/"


@pytest.mark.parametrize(
    ("line", "present", "filled"),
    [
        (f"sid={KEPT_VALUE}; Path=/", "old", "sid=old; Path=/"),
        (f"sid= {KEPT_VALUE} ", "old", "sid=old"),
        ("sid=new; Path=/", "old", "sid=new; Path=/"),
        (f"sid={KEPT_VALUE}", None, f"sid={KEPT_VALUE}"),
    ],
)
def test_the_mark_stands_for_the_present_value_where_there_is_one(
    line: str, present: str | None, filled: str
) -> None:
    assert fill_value(line, present) == filled
