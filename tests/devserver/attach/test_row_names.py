"""Ids in keys: what stands before them, what is part of them, and what a request shows."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.attach.row_names import MOST_STARTS, RowNames, show_key
from session_inspector.devserver.decoders.formats.go.scs import hash_token


def names_of(layout: str, *prefixes: str) -> RowNames:
    return RowNames(find_layout(layout), prefixes)


@pytest.mark.parametrize(
    ("layout", "prefix", "key", "name"),
    [
        ("connect-redis", "sess:", "sess:abc", "abc"),
        ("connect-redis", "sess:", "sess:ann.same", "ann.same"),
        ("connect-redis", "sess:", "sess:tenant:1:same", "tenant:1:same"),
        ("connect-redis", "", "2:1.k", "2:1.k"),
        ("connect-redis", "sess:", "sess:two\nlines", "two\nlines"),
        ("flask-session", "session:", "session:Ab-_1", "Ab-_1"),
        ("flask-session", "", "session:Ab-_1", "Ab-_1"),
        ("starsessions", "starsessions.", "starsessions.f00", "f00"),
        ("django", "", ":1:django.contrib.sessions.cachek3y", "k3y"),
        ("django", "", "django.contrib.sessions.cached_dbk3y", "k3y"),
        ("django", "", "k3y", "k3y"),
    ],
)
def test_all_that_stands_behind_the_prefix_is_the_id(
    layout: str, prefix: str, key: str, name: str
) -> None:
    assert names_of(layout, prefix).name_of(key) == name


def test_an_id_that_a_request_brings_shows_what_stands_before_it() -> None:
    names = names_of("connect-redis", "sess:")
    names.note("sess:app:b")
    assert list(names.keys_of("b")) == ["sess:b", "sess:app:b"]
    names.show("sess:app:b", "b")
    assert names.name_of("sess:app:b") == "b"


def test_of_many_beginnings_some_are_tried() -> None:
    names = names_of("connect-redis", "sess:")
    for number in range(5 * MOST_STARTS):
        names.note(f"sess:user{number}:id")
    assert len(list(names.keys_of("id"))) == MOST_STARTS


def test_a_row_may_be_kept_under_a_digest_of_its_id() -> None:
    names = names_of("scs", "scs:session:")
    assert list(names.keys_of("t")) == ["scs:session:t", f"scs:session:{hash_token('t')}"]


def test_bytes_that_are_no_text_are_shown_and_found_again() -> None:
    names = names_of("connect-redis", "sess:")
    key = b"sess:\xffid".decode("utf-8", "surrogateescape")
    names.note(key)
    assert names.name_of(key) == show_key(key).removeprefix("sess:") == "\\xffid"
    assert next(names.keys_of("\\xffid")) == key
