"""People open the proxy under the name that the app goes by: cookies belong to a host name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from session_inspector.devserver.attach.proxy.address import ProxyAddress
from session_inspector.devserver.attach.proxy.route import route_to

LOCAL = "http://localhost:4000"
FOUR = "http://127.0.0.1:4000"


def address(
    upstream: str = "http://localhost:3000",
    urls: Sequence[str] = (),
    listen: str = "127.0.0.1",
    names: Sequence[str] = (),
) -> ProxyAddress:
    return ProxyAddress(listen, 4000, route_to(upstream, names=names), urls)


@pytest.mark.parametrize(
    ("upstream", "urls", "listen", "opened"),
    [
        ("http://localhost:3000", [], "127.0.0.1", LOCAL),
        ("https://localhost:3443", [], "127.0.0.1", LOCAL),
        ("http://127.0.0.1:3000", [], "127.0.0.1", FOUR),
        ("http://[::1]:3000", [], "127.0.0.1", FOUR),
        ("http://localhost:3000", [], "::1", LOCAL),
        ("http://localhost:3000", [], "0.0.0.0", LOCAL),
        ("http://localhost:3000", [], "192.168.1.5", "http://192.168.1.5:4000"),
        ("http://app.test:3000", [], "127.0.0.1", FOUR),
        ("http://127.0.0.1:3000", [LOCAL], "127.0.0.1", LOCAL),
        ("http://localhost:3000", [FOUR], "127.0.0.1", FOUR),
        ("http://localhost:3000", ["http://localhost:3000", FOUR], "127.0.0.1", FOUR),
        ("http://127.0.0.1:3000", ["http://localhost:3000"], "127.0.0.1", LOCAL),
        ("http://127.0.0.1:3000", ["https://app.test", "junk", "http://["], "127.0.0.1", FOUR),
        ("http://127.0.0.1:3000", [LOCAL], "192.168.1.5", "http://192.168.1.5:4000"),
    ],
)
def test_it_is_the_host_of_the_base_url_where_that_leads_here(
    upstream: str, urls: Sequence[str], listen: str, opened: str
) -> None:
    assert address(upstream, urls, listen).url == opened


def test_a_name_that_was_allowed_is_taken() -> None:
    own = "http://app.test:4000"
    assert address(urls=[own]).url == LOCAL
    assert address(urls=[own], names=["app.test"]).url == own


@pytest.mark.parametrize(
    ("location", "opened"),
    [
        ("https://idp.test/authorize?redirect_uri=http%3A%2F%2F127.0.0.1%3A4000%2Fcb", FOUR),
        ("https://idp.test/authorize?redirect_uri=http%3A%2F%2F127.0.0.1%3A3000%2Fcb", FOUR),
        ("https://idp.test/authorize?redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcb", LOCAL),
        ("https://idp.test/authorize?redirect_uri=http%3A%2F%2Flocalhost%3A4000%2Fcb", LOCAL),
        ("https://idp.test/authorize?redirect_uri=https%3A%2F%2Fevil.test%2F", LOCAL),
        ("https://idp.test/authorize?redirect_uri=http%3A%2F%2F%5B", LOCAL),
        ("/next?page=2", LOCAL),
        ("http://[", LOCAL),
        ("", LOCAL),
    ],
)
def test_a_callback_that_was_seen_is_followed(location: str, opened: str) -> None:
    found = address()
    assert found.learn(location) is (opened != LOCAL)
    assert not found.learn(location)
    assert found.url == opened
