"""Layouts: which rows are whose, what is in one, and when it ends."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.layouts import (
    LAYOUTS,
    find_layout,
    foreign_row,
    layout_names,
    recognise_layout,
)
from session_inspector.devserver.attach.row_content import settle_doubts
from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.stores.querying.sampling import OURS
from tests.devserver.attach.raw_store import RawStore, row

MATERIAL = Material(cookies={}, now=1_760_000_000.0)
EXPRESS = '{"cookie":{"originalMaxAge":60000},"user":{"sub":"u"}}'
OIDC = '{"header":{"iat":5,"exp":65},"data":{"id_token":"x"}}'
ISO = "1970-01-01T00:01:05.000Z"
BETTER_AUTH = '{"session":{"userId":"u","token":"t","expiresAt":"1970-01-01T00:01:05.000Z"}}'
STARSESSIONS = '{"__metadata__":{"created":10,"lifetime":50,"last_access":10},"a":1}'
NATIVE = '{"user":{"sub":"u"},"tokenSet":{},"internal":{"sid":"s","createdAt":1}}'


def test_names_are_those_that_the_flag_takes() -> None:
    assert layout_names() == (OURS, *(layout.name for layout in LAYOUTS))
    assert all(find_layout(layout.name) is layout for layout in LAYOUTS)
    with pytest.raises(InputError, match="it must be one of nextjs-auth0, connect-redis, flask"):
        find_layout("nonsense")


@pytest.mark.parametrize(
    ("key", "value", "name"),
    [
        ("sess:a", EXPRESS, "connect-redis"),
        ("sess:a", OIDC, "connect-redis"),
        ("starsessions.a", STARSESSIONS, "starsessions"),
        ("user:session:t", '{"userId":"1","expires":"2099-01-01T00:00:00.000Z"}', "authjs"),
        ("better-auth:t", BETTER_AUTH, "better-auth"),
    ],
)
async def test_rows_are_recognised(key: str, value: str, name: str) -> None:
    found = await recognise_layout(RawStore(row(key, value)), MATERIAL)
    assert found is not None
    assert found.name == name


async def test_our_rows_and_no_rows_are_no_foreign_layout() -> None:
    assert await recognise_layout(RawStore(row("session:a", NATIVE)), MATERIAL) is None
    assert await recognise_layout(RawStore(), MATERIAL) is None


@pytest.mark.parametrize(
    ("layout", "value", "created", "expires", "note"),
    [
        ("connect-redis", OIDC, 5, 65, "express-openid-connect"),
        ("connect-redis", EXPRESS, None, None, ""),
        ("better-auth", BETTER_AUTH, None, 65, ""),
        ("starsessions", STARSESSIONS, 10, None, ""),
    ],
)
def test_a_row_has_its_own_clocks(
    layout: str, value: str, created: Seconds | None, expires: Seconds | None, note: str
) -> None:
    found = foreign_row(row("k", value), find_layout(layout), MATERIAL)
    assert (found.content.created, found.expires, found.content.note) == (created, expires, note)


def test_the_index_of_better_auths_tokens_is_no_session_and_a_row_shows_no_token() -> None:
    layout = find_layout("better-auth")
    index = foreign_row(row("better-auth:active-sessions-u", "[]"), layout, MATERIAL)
    assert "no session" in index.content.note
    found = foreign_row(row("better-auth:t", BETTER_AUTH), layout, MATERIAL)
    assert found.content.data == {"session": {"userId": "u", "expiresAt": ISO}}


def test_the_record_of_a_back_channel_logout_is_no_session() -> None:
    found = foreign_row(row("iss|sid", '{"cookie":{}}'), find_layout("connect-redis"), MATERIAL)
    assert found.content.note == "a back-channel logout's record, no session"


@pytest.mark.parametrize(
    ("layout", "value"), [("connect-redis", "[]"), ("connect-redis", "{}"), ("authjs", '{"a":1}')]
)
def test_a_row_that_cannot_be_read_says_why(layout: str, value: str) -> None:
    found = foreign_row(row("k", value), find_layout(layout), MATERIAL)
    assert found.content.note.startswith("not_a_session: ")
    assert found.size == len(value)


NO_SESSIONS = (
    *("hello", "", "\x00\x01", "[]", "5", "null", "{}", '{"user":1}'),
    *('{"cookie":null}', '{"cookie":"x"}', '{"cookie":5}', '{"cookie":{"originalMaxAge":NaN}}'),
    '\ufeff{"cookie":{}}',
)
"""What express-session on connect-redis answers 500 to, each tried."""


@pytest.mark.parametrize("value", NO_SESSIONS)
def test_a_row_that_its_framework_cannot_read_is_refused(value: str) -> None:
    found = foreign_row(row("k", value), find_layout("connect-redis"), MATERIAL)
    assert found.content.refused.startswith("its framework cannot read it: ")


@pytest.mark.parametrize(
    ("layout", "value", "is_refused"),
    [
        ("flask-session", '{"_user_id":"u","x":NaN}', True),  # msgspec's JSON
        ("flask-session", '{"_user_id":"u","x":"NaN"}', False),
        ("php", '{"x":-Infinity}', True),
        ("starsessions", '{"__metadata__":{"created":1},"x":NaN}', False),  # Python's json
    ],
)
def test_nan_is_refused_where_the_framework_refuses_it(
    layout: str, value: str, is_refused: bool
) -> None:
    found = foreign_row(row("k", value), find_layout(layout), MATERIAL)
    assert ("which is no JSON" in found.content.refused) is is_refused


def test_a_row_that_we_do_not_open_is_not_said_to_be_refused() -> None:
    pickled = foreign_row(row("k", '{"a":1}'), find_layout("starsessions"), MATERIAL)
    assert (pickled.content.note[:11], pickled.content.refused) == ("no_metadata", "")


def test_what_no_secret_opens_is_refused_beside_rows_that_open() -> None:
    layout = find_layout("starsessions")
    garbage = foreign_row(row("g", "gAAAA-not-opened"), layout, MATERIAL)
    readable = foreign_row(row("r", '{"__metadata__":{"created":1}}'), layout, MATERIAL)
    (alone,) = settle_doubts([garbage])
    assert alone.content.refused == ""
    beside, other = settle_doubts([garbage, readable])
    assert (bool(beside.content.refused), other.content.refused) == (True, "")
    (later,) = settle_doubts([garbage], is_proven=True)
    assert later == beside


@pytest.mark.parametrize(
    "value", [b'{"cookie":{},"user":"a\xff"}', b'{"cookie":[]}', b' {"cookie":{"expires":"x"}} ']
)
def test_what_express_session_reads_is_read(value: bytes) -> None:
    raw = RawRow(key="k", value=value, expires=None)
    assert foreign_row(raw, find_layout("connect-redis"), MATERIAL).content.refused == ""


@pytest.mark.parametrize(
    ("layout", "value", "is_visitors"),
    [
        ("connect-redis", '{"cookie":{"originalMaxAge":60000}}', True),
        ("connect-redis", '{"cookie":{},"flash":{},"csrfSecret":"x","passport":{}}', True),
        ("connect-redis", '{"cookie":{},"views":1}', False),
        ("connect-redis", EXPRESS, False),
        ("connect-redis", OIDC, False),
        ("flask-session", '{"_permanent":true,"_flashes":[["message","bye"]]}', True),
        ("flask-session", '{"_permanent":true,"cart":[7]}', False),
        ("starsessions", STARSESSIONS, False),
        ("starsessions", STARSESSIONS.replace(',"a":1', ""), True),
        ("php", '_sf2_attributes|a:1:{s:11:"_csrf/login";s:1:"x";}_sf2_meta|a:0:{}', True),
        ("php", 'user|s:3:"bob";', False),
        ("php", "", True),
        ("better-auth", BETTER_AUTH, False),
    ],
)
def test_a_row_that_its_framework_makes_for_whoever_comes_is_a_visitor_s(
    layout: str, value: str, is_visitors: bool
) -> None:
    found = foreign_row(row("k", value), find_layout(layout), MATERIAL)
    assert bool(found.content.visitor) is is_visitors


@pytest.mark.parametrize(
    ("layout", "key", "value"),
    [
        ("connect-redis", "sess:iss|s", '{"cookie":{}}'),
        ("oauth2-proxy", "_oauth2_proxy-1.lock", "x"),
    ],
)
def test_what_lies_beside_sessions_is_no_visitor_s(layout: str, key: str, value: str) -> None:
    found = foreign_row(row(key, value), find_layout(layout), MATERIAL)
    assert (found.content.is_session, found.content.visitor) == (False, "")


@pytest.mark.parametrize(
    ("layout", "value", "encoding"),
    [
        ("connect-redis", EXPRESS.encode(), "JSON"),
        ("flask-session", b"\x81\xa1a\x01", "MessagePack"),
        ("django", b"\x80\x04}\x94.", "pickle"),
        ("spring-session", b'{"creationTime":"1"}', "fields"),
        ("php", b"no session", ""),
    ],
)
def test_a_row_says_how_it_is_written(layout: str, value: bytes, encoding: str) -> None:
    found = foreign_row(RawRow(key="k", value=value, expires=None), find_layout(layout), MATERIAL)
    assert found.encoding == encoding
