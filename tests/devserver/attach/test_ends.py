"""Ends inside a row: which of them its framework obeys. Tried with the real ones: tests/apps."""

from __future__ import annotations

import json
import math

import pytest

from session_inspector.devserver.attach.ends import InnerEnd
from session_inspector.devserver.attach.layouts import find_layout, foreign_row
from session_inspector.devserver.attach.row_content import ForeignRow
from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.decoders.base import Material

NOW = 1_760_000_000.0
ISO = "2025-10-09T08:53:20.000Z"
"""NOW."""


def read(layout: str, row: object, expires: float | None = NOW + 9) -> ForeignRow:
    raw = RawRow(key="k:id1", value=json.dumps(row).encode(), expires=expires)
    return foreign_row(raw, find_layout(layout), Material(cookies={}, now=NOW))


@pytest.mark.parametrize("expires", [ISO, NOW * 1000])
def test_express_session_never_reads_the_cookie_s_end_in_a_row(expires: object) -> None:
    row = read("connect-redis", {"cookie": {"expires": expires}, "user": "ann"})
    assert row.content.ends == (InnerEnd(where="cookie.expires", at=NOW, is_obeyed=False),)
    assert row.expires == NOW + 9


FASTIFY = {
    "expires": ISO,
    "originalMaxAge": 3000,
    "sameSite": "lax",
    "secure": False,
    "path": "/",
    "httpOnly": True,
    "domain": "app.test",
}
"""As @fastify/session 11.1.3 writes it."""
EXPRESS = {
    "originalMaxAge": 3000,
    "partitioned": True,
    "priority": "high",
    "expires": ISO,
    "secure": False,
    "httpOnly": True,
    "domain": "app.test",
    "path": "/",
    "sameSite": "lax",
}
"""As express-session 1.19.0 writes it, with all options given."""


@pytest.mark.parametrize(
    "cookie",
    [
        FASTIFY,
        {**FASTIFY, "partitioned": True},
        {**FASTIFY, "sameSite": None},
        {**dict(sorted(FASTIFY.items())), "domain": None},  # the columns of `jsonb` are sorted
        {**EXPRESS, "originalExpires": ISO},
    ],
)
def test_fastify_session_refuses_by_the_cookie_s_end_in_a_row(cookie: dict[str, object]) -> None:
    row = read("connect-redis", {"cookie": cookie, "user": "ann"})
    assert row.content.ends == (InnerEnd(where="cookie.expires", at=NOW, is_obeyed=True),)
    assert (row.expires, row.content.note) == (NOW, "@fastify/session")


@pytest.mark.parametrize(
    "cookie",
    [
        EXPRESS,
        dict(sorted(EXPRESS.items())),
        {"originalMaxAge": 3000, "expires": ISO, "httpOnly": True, "path": "/", "domain": None},
        {"originalMaxAge": 3000, "expires": ISO, "sameSite": None},
    ],
)
def test_a_row_of_express_session_is_not_fastify_s(cookie: dict[str, object]) -> None:
    row = read("connect-redis", {"cookie": cookie, "user": "ann"})
    assert (row.expires, row.content.note) == (NOW + 9, "")


def test_a_row_of_a_session_cookie_has_no_end_inside() -> None:
    assert read("connect-redis", {"cookie": {"expires": None}}).content.ends == ()


def test_express_openid_connect_obeys_the_earliest_of_exp_ceiling_and_store() -> None:
    def ends(exp: float, ceiling: float, store: float | None) -> float | None:
        data = {"id_token": "x", "sessionExpiresAt": ceiling}
        return read("connect-redis", {"header": {"exp": exp}, "data": data}, store).expires

    assert ends(NOW, NOW + 99, NOW + 9) == NOW
    assert ends(NOW + 99, NOW + 30, NOW + 9) == NOW  # refused 30 s before the provider's end
    assert ends(NOW + 99, NOW + 99, NOW + 9) == NOW + 9
    assert ends(NOW + 99, 0, None) == NOW + 99


def test_starsessions_computes_the_next_ttl_by_its_metadata_and_obeys_the_ttl() -> None:
    row = read("starsessions", {"__metadata__": {"created": NOW - 60, "lifetime": 60}})
    assert [(end.at, end.is_obeyed) for end in row.content.ends] == [(NOW, False)]
    assert row.expires == NOW + 9


def test_authjs_obeys_the_end_inside_a_row_that_is_json() -> None:
    row = read("authjs", {"userId": "u1", "expires": ISO}, expires=None)
    assert row.expires == NOW


def test_an_end_that_is_no_moment_is_none() -> None:
    for layout, row in (
        ("connect-redis", {"cookie": {"expires": "soon"}}),
        ("connect-redis", {"header": {"exp": "soon"}, "data": {"sessionExpiresAt": []}}),
        ("starsessions", {"__metadata__": {"created": NOW, "lifetime": 0}}),
        ("authjs", {"userId": "u1", "expires": {}}),
        ("connect-redis", {"cookie": {"expires": 10**400}}),
        ("connect-redis", {"header": {"exp": -(10**400)}, "data": {"sessionExpiresAt": math.nan}}),
        ("authjs", {"userId": "u1", "expires": math.inf}),
    ):
        assert read(layout, row).content.ends == ()


@pytest.mark.parametrize(("offset", "ends"), [(-90.0, NOW + 90), (0.0, NOW), (5.0, NOW - 5)])
def test_an_end_inside_is_by_the_clock_of_the_app_and_the_store_s_is_not(
    offset: float, ends: float
) -> None:
    row = read("koa-session", {"_expire": NOW * 1000, "_maxAge": 60_000, "user": "ann"}, None)
    (end,) = row.content.ends
    timer = end.to_timer(offset)
    assert (timer.ends, timer.clock_offset, row.expires_by(offset)) == (ends, offset, ends)
    stored = read("koa-session", {"_expire": NOW * 1000, "_maxAge": 60_000}, NOW + 7)
    assert stored.expires_by(offset) == min(ends, NOW + 7)
    ceiling = InnerEnd(where="data.x", at=NOW, is_obeyed=True, name="ceiling")
    assert ceiling.to_timer(offset).ends == NOW, "a provider's end is by no clock of the app"
