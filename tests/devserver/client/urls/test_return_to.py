"""After a login nobody leaves the app's origin, however the URL is bent."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.client.urls.return_to import resolve_own_path

BASE = "https://app.example.com"
EVIL = "evil.example"
SLASHES = [
    "//",
    "///",
    "////",
    "/\\",
    "\\/",
    "\\\\",
    "\\",
    "/\t/",
    "/\n/",
    "\t//",
    " //",
    "//\\",
    "/.//",
    "/..//",
]
SCHEMES = [
    "",
    "http:",
    "https:",
    "HTTPS:",
    "javascript:",
    "data:",
    "ftp:",
    "blob:",
    "\x00https:",
    "ht\ntps:",
]
TAILS = ["", "/x", "%2f..", "@app.example.com", ":443/", "?x", "#x", ".app.example.com"]
PAYLOADS = [f"{a}{b}{EVIL}{c}" for a, b, c in product(SCHEMES, SLASHES, TAILS)]


def stays(path: str) -> bool:
    """Say whether a browser stays: what counts is before the query (a backslash there is text)."""
    place = path.partition("#")[0].partition("?")[0]
    return place.startswith("/") and not place.startswith("//") and "\\" not in place


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/dash?x=1#h", "/dash?x=1#h"),
        ("ok/rel?q=1#f", "/ok/rel?q=1#f"),
        ("https://app.example.com/abs?z=2", "/abs?z=2"),
        ("HTTPS://APP.example.com:443/abs", "/abs"),
        ("/a/../b?x=1#y", "/b?x=1#y"),
        ("/a/%2e%2E/b/.", "/b/"),
        ("/a b?x=%2F#y", "/a%20b?x=%2F#y"),
        ("/ü?q=é", "/%C3%BC?q=%C3%A9"),
        ("?q=1", "/?q=1"),
        ("#h", "/#h"),
        ("/.//evil.example", "/evil.example"),
        ("https:relative", "/relative"),
        ("https://app.example.com:444/", None),
        ("http://app.example.com/", None),
        ("https://user@app.example.com/x", "/x"),
        ("https://app.example.com@evil.example/", None),
        ("javascript:alert(1)", None),
        ("http://[bad", None),
        ("//evil.example", None),
        ("/\\evil.example", None),
    ],
)
def test_paths_are_resolved_as_browsers_do(text: str, path: str | None) -> None:
    assert resolve_own_path(text, BASE) == path


def test_no_payload_of_a_thousand_leaves_the_origin() -> None:
    assert len(PAYLOADS) > 1000
    for payload in PAYLOADS:
        path = resolve_own_path(payload, BASE)
        assert path is None or stays(path), payload
        again = resolve_own_path(path, BASE) if path else None
        assert again == path, payload


@given(st.text())
def test_any_text_gives_a_safe_path_or_none(text: str) -> None:
    path = resolve_own_path(text, BASE)
    assert path is None or stays(path)


@given(st.from_regex(r"[/\\.\t %2eE@:#?a-z]{0,20}", fullmatch=True))
def test_bent_slashes_stay(text: str) -> None:
    path = resolve_own_path(text, BASE)
    assert path is None or stays(path)


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"]
)
def test_ports_count_for_loopback_apps(base: str) -> None:
    assert resolve_own_path(f"{base}/x", base) == "/x"
    assert resolve_own_path(base.replace("3000", "3001") + "/x", base) is None
