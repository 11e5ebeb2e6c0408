"""Routes under base URL and base path, and the path that a request asks for."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from session_inspector.devserver.client.urls.app_urls import (
    find_route,
    is_below,
    is_https,
    origin_of,
    route_url,
)

BASE = "https://app.example.com"


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        (BASE, BASE),
        ("HTTPS://App.Example.com:443/sub", BASE),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_lower_case_without_the_schemes_own_port(base_url: str, origin: str) -> None:
    assert origin_of(base_url) == origin
    assert is_https(base_url) is origin.startswith("https")


@pytest.mark.parametrize(
    ("base_url", "base_path", "url"),
    [
        (BASE, "", "/auth/callback"),
        (BASE, "docs", "/docs/auth/callback"),
        (BASE, "/docs/", "/docs/auth/callback"),
        (BASE, "//evil.example", "/evil.example/auth/callback"),
        (BASE, "///evil.example", "/evil.example/auth/callback"),
        (BASE, "https://evil.example", "/https://evil.example/auth/callback"),
        (f"{BASE}/sub", "docs", "/sub/docs/auth/callback"),
        (f"{BASE}/sub/", "", "/sub/auth/callback"),
    ],
)
def test_a_route_never_leaves_the_origin(base_url: str, base_path: str, url: str) -> None:
    assert route_url("/auth/callback", base_url, base_path) == BASE + url


def test_query_and_fragment_are_kept() -> None:
    assert route_url("/x?a=1#b", BASE, "docs") == f"{BASE}/docs/x?a=1#b"


@pytest.mark.parametrize(
    ("wire", "route"),
    [
        (b"/auth/profile", "/auth/profile"),
        (b"/auth/profile/", "/auth/profile"),
        (b"/auth/profile//", "/auth/profile/"),
        (b"/docs/auth/profile", "/auth/profile"),
        (b"/docs", ""),
        (b"/docsx/auth", "/docsx/auth"),
        (b"/auth%2Fprofile", "/auth%2Fprofile"),
        (b"/%61uth/profile", "/%61uth/profile"),
        (b"/auth/x/%2e%2e/profile", "/auth/profile"),
        (b"/auth/./profile?x=/", "/auth/profile"),
        (b"/pr\xc3\xbcfen", "/pr%C3%BCfen"),
    ],
)
def test_a_route_is_compared_as_it_stands_on_the_wire(wire: bytes, route: str) -> None:
    path = unquote(wire.partition(b"?")[0].decode())
    assert find_route({"type": "http", "path": path, "raw_path": wire}, "docs") == route


def test_a_path_that_was_rewritten_on_the_way_counts() -> None:
    scope = {"type": "http", "path": "/auth/login", "raw_path": b"/prefix/auth/login"}
    assert find_route(scope, "") == "/auth/login"
    assert find_route({"type": "http", "path": "/auth/login"}, "") == "/auth/login"


def test_below_a_base_path_are_whole_segments() -> None:
    assert is_below("/docs/x", "docs")
    assert not is_below("/docsx", "docs")
    assert not is_below("/docs", "")
