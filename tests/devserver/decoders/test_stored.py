"""An id without its row is read and unproved; with it, the row says what the session is."""

from __future__ import annotations

from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.evidence import NO_ROW
from session_inspector.devserver.decoders.stored import (
    StoredSession,
    hash_values,
    open_stored,
)

COOKIE = ("sid", "abc")


def read(row: bytes) -> StoredSession:
    return StoredSession(payload={"row": row.decode()}, format="Other", expires=10, ends_by="x")


def test_without_its_row_it_is_only_an_id() -> None:
    found = open_stored("Some", COOKIE, ("abc",), Material(cookies={}), read)
    assert (found.unverified, found.session_id, found.format) == (NO_ROW, "abc", "Some")


def test_the_row_is_found_under_any_of_its_keys_and_tells_format_and_end() -> None:
    material = Material(cookies={}, rows={"prefix:def": b"r"}, now=20)
    found = open_stored("Some", COOKIE, ("abc", "def"), material, read)
    assert (found.unverified, found.format, found.payload) == (None, "Other", {"row": "r"})
    assert (found.session_id, found.problem, found.ends_by) == ("abc", "expired", "x")


def test_values_of_a_hash_are_bytes_again() -> None:
    assert hash_values({"a": "\xac\xed", "b": 1}) == {"a": b"\xac\xed"}
