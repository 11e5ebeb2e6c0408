"""Headers whose bytes are UTF-8 are shown as that, and all else as it came."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.header_text import measure_cookie_header, read_utf8
from session_inspector.devserver.cookies.jar import parse_pairs
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.web.tap import client_name, cookies_seen


def on_wire(text: str) -> str:
    return text.encode().decode("latin-1")


@pytest.mark.parametrize("text", ["sid", "sitzung-ü", "セッション", ""])
def test_utf_8_is_read(text: str) -> None:
    assert read_utf8(on_wire(text)) == text


@pytest.mark.parametrize("text", ["caf\xe9", "\xff\xfe", "é—", "ü"])
def test_what_is_no_utf_8_stays(text: str) -> None:
    assert read_utf8(text) == text


def test_the_name_of_a_cookie_is_the_same_both_ways_and_sizes_are_bytes() -> None:
    name = "sitzung-ü"
    line = on_wire(f"{name}=abc; Path=/")
    assert [pair for pair, _ in parse_pairs(on_wire(f"a=1; {name}=abc"))] == ["a", name]
    (seen,) = cookies_seen(on_wire(f"{name}=abc"))
    cookie = parse_set_cookie(line)
    assert (seen.name, cookie.name, cookie.size) == (name, name, len(f"{name}=abc; Path=/") + 1)


def test_a_user_agent_is_text() -> None:
    assert client_name("", on_wire("Prüfer/1.0")) == "Prüfer"


def test_a_cookie_header_counts_with_its_name_and_none_counts_nothing() -> None:
    assert measure_cookie_header(len("a=1; b=2")) == len("Cookie: a=1; b=2")
    assert measure_cookie_header(0) == 0
