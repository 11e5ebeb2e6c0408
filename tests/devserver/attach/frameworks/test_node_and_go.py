"""Rows of koa-session and of gin: what is in them, and which end counts."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.expiry import end_content
from session_inspector.devserver.attach.layouts import LAYOUTS, foreign_row
from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.decoders.base import Material

NOW = 1_760_000_000.0
KOA = b'{"user":"alice","_expire":1760000600000,"_maxAge":600000}'
"""As koa-session 7.0.2 writes them into its external store."""
GIN = bytes.fromhex(
    "0d7f040102ff800001100110000023ff80000106737472696e670c0600047573657206737472696e67"
    "0c070005616c696365"
)
"""As gin-contrib/sessions/redis (boj/redistore) writes them."""
OLDER_GO = b"\x0e\xff\x81\x04\x01\x02\xff\x82" + GIN[7:15] + b"\xff\x82" + GIN[17:]
"""The numbers of types are the process's own: from 65 on they have two bytes."""


@pytest.mark.parametrize("value", [GIN, OLDER_GO])
def test_the_gob_of_gin_is_read_as_structure(value: bytes) -> None:
    layout = next(one for one in LAYOUTS if one.name == "gorilla")
    row = foreign_row(
        RawRow(key="session_X", value=value, expires=NOW + 60), layout, Material(cookies={})
    )
    assert row.content.data == {"user": "alice"}
    assert row.expires == NOW + 60


def test_koa_session_obeys_its_own_end_and_the_key_s() -> None:
    layout = next(one for one in LAYOUTS if one.name == "koa-session")
    row = foreign_row(
        RawRow(key="kx:1", value=KOA, expires=NOW + 900), layout, Material(cookies={})
    )
    assert row.content.data == {"user": "alice"}
    assert row.expires == NOW + 600
    assert [(end.where, end.is_obeyed) for end in row.content.ends] == [("_expire", True)]


def test_the_end_of_koa_session_is_put_into_the_past_in_its_own_form() -> None:
    changed = end_content("koa-session", KOA, NOW - 1)
    assert changed == b'{"user":"alice","_expire":1759999999000,"_maxAge":600000}'
