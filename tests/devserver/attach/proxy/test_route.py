"""Where requests go, who may send them, and the head that the app gets."""

from __future__ import annotations

import ssl

import pytest

from session_inspector.devserver.attach.proxy.headers import RequestHead, parse_request
from session_inspector.devserver.attach.proxy.route import forward_head, is_allowed, route_to
from session_inspector.devserver.core.errors import InputError

ROUTE = route_to("localhost:3000")


def head_of(*lines: str, target: str = "/a?b=1") -> RequestHead:
    text = "\r\n".join([f"GET {target} HTTP/1.1", *lines, "", ""])
    return parse_request(text.encode("latin-1"))


@pytest.mark.parametrize(
    ("url", "shown", "host", "port", "authority"),
    [
        ("localhost:3000", "http://localhost:3000", "localhost", 3000, b"localhost:3000"),
        ("http://localhost", "http://localhost", "localhost", 80, b"localhost"),
        ("https://app.test/", "https://app.test", "app.test", 443, b"app.test"),
        ("https://app.test:80", "https://app.test:80", "app.test", 80, b"app.test:80"),
        ("http://[::1]:3000", "http://[::1]:3000", "::1", 3000, b"[::1]:3000"),
    ],
)
def test_a_url_is_an_app(url: str, shown: str, host: str, port: int, authority: bytes) -> None:
    route = route_to(url)
    assert (route.url, route.host, route.port, route.authority) == (shown, host, port, authority)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://app.test",
        "http://",
        "http://app.test/path",
        "http://app.test/?q",
        "http://user@app.test",
        "http://app.test:port",
        "http://app.test:99999",
    ],
)
def test_what_names_no_app_is_one_line_with_an_example(url: str) -> None:
    with pytest.raises(InputError, match="Fix: session-inspector attach http://localhost:3000"):
        route_to(url)


def test_a_certificate_is_checked_unless_asked() -> None:
    checked = route_to("https://app.test").tls
    unchecked = route_to("https://app.test", checks_certificate=False).tls
    assert checked is not None
    assert unchecked is not None
    assert (checked.verify_mode, checked.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (unchecked.verify_mode, unchecked.check_hostname) == (ssl.CERT_NONE, False)


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        (b"localhost:8080", True),
        (b"LOCALHOST", True),
        (b"[::1]:8080", True),
        (b"app.test", True),
        (b"evil.test", False),
        (b"localhost.evil.test", False),
        (b"", False),
        (b"[::1", False),
        (b"\xe9", False),
    ],
)
def test_only_names_on_the_list_are_answered(host: bytes, is_ours: bool) -> None:
    assert is_allowed(route_to("localhost:3000", names=["App.Test"]), host) is is_ours


def test_the_app_sees_the_host_of_the_browser_and_the_way_of_the_request() -> None:
    head = head_of("Host: 127.0.0.1:8080", "X-Forwarded-For: 9.9.9.9", "Connection: close")
    assert forward_head(ROUTE, head, "10.0.0.1") == (
        b"GET /a?b=1 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
        b"X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Host: 127.0.0.1:8080\r\n"
        b"X-Forwarded-Proto: http\r\nX-Forwarded-Port: 8080\r\n\r\n"
    )


def test_the_app_sees_its_own_host_when_asked() -> None:
    route = route_to("localhost:3000", rewrites_host=True)
    lines = forward_head(route, head_of("Accept: */*", "Host: 127.0.0.1"), "::1").split(b"\r\n")
    assert lines[1:3] == [b"Host: localhost:3000", b"Accept: */*"]
    assert b"X-Forwarded-Port: 80" in lines


def test_the_host_of_an_absolute_target_counts() -> None:
    head = head_of("Accept: */*", "Host: other.test", target="http://localhost:1/a")
    lines = forward_head(ROUTE, head, "::1").split(b"\r\n")
    assert lines[:3] == [b"GET /a HTTP/1.1", b"Accept: */*", b"Host: localhost:1"]


def test_a_trusted_proxy_s_lines_are_kept_and_this_hop_is_added() -> None:
    route = route_to("localhost:3000", trusts_forwarded=True)
    head = head_of(
        "Host: localhost", "X-Forwarded-For: 9.9.9.9, 8.8.8.8", "X-Forwarded-Proto: https"
    )
    lines = forward_head(route, head, "10.0.0.1").split(b"\r\n")
    assert lines[2:-2] == [
        b"X-Forwarded-Proto: https",
        b"X-Forwarded-For: 9.9.9.9, 8.8.8.8, 10.0.0.1",
        b"X-Forwarded-Host: localhost",
        b"X-Forwarded-Port: 80",
    ]


def test_an_upgrade_is_passed_on() -> None:
    head = head_of("Host: localhost", "Upgrade: websocket", "Connection: Upgrade")
    assert forward_head(ROUTE, head, "::1").endswith(
        b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    )
