"""Only the origins that were asked for."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.browser.origins import Origins, origin_of, port_of_url
from session_inspector.devserver.core.errors import InputError


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://localhost:3000/a?b#c", "http://localhost:3000"),
        ("https://APP.test:443/", "https://app.test"),
        ("http://[::1]:80", "http://[::1]"),
        ("http://user:pw@app.test", "http://app.test"),
        ("about:blank", ""),
        ("file:///etc/passwd", ""),
        ("http://a:port", ""),
        ("http://", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_another_port_is_another_origin_and_the_same_jar() -> None:
    origins = Origins(["http://app.test:3000"])
    assert origins.has("http://app.test:3000/x")
    assert not origins.has("http://app.test:4000/x")
    assert origins.may_get("app.test", is_host_only=True)
    assert not origins.may_get("test.app.test", is_host_only=True)
    assert not origins.may_get("other.test", is_host_only=False)


def test_domains_above_a_host_count_up_to_what_nobody_owns() -> None:
    origins = Origins(["https://a.shop.co.uk"])
    assert origins.cookie_domains() == ("a.shop.co.uk", ".a.shop.co.uk", ".shop.co.uk")
    assert origins.may_get("shop.co.uk", is_host_only=False)
    assert not origins.may_get("shop.co.uk", is_host_only=True)
    assert Origins(["http://127.0.0.1"]).cookie_domains() == ("127.0.0.1",)


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(InputError, match="must be a URL of http or https"):
        Origins(["ftp://app.test"])


def test_a_page_s_port_is_its_own_or_its_scheme_s() -> None:
    urls = ("http://a:3000/x", "http://a/", "https://a/", "about:blank", "http://a:x/", "http://[/")
    assert [port_of_url(url) for url in urls] == [3000, 80, 443, 0, 0, 0]
