"""What the environment means, variable by variable."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from session_inspector.devserver.client.configuration import (
    Configuration,
    is_secure,
    make_issuer,
    read_base_urls,
    read_cookie_options,
    read_transaction_options,
)
from session_inspector.devserver.core.errors import InputError

PRODUCTION = {"NODE_ENV": "production"}


@pytest.mark.parametrize(
    ("text", "found"), [("true", True), ("TRUE", False), ("1", False), ("", False)]
)
def test_only_true_is_true(text: str, found: bool) -> None:
    env = {"AUTH0_COOKIE_SECURE": text, "AUTH0_COOKIE_TRANSIENT": text}
    options = read_cookie_options({}, env, ())
    assert (options.secure, options.transient) == (found, found)


def test_given_options_beat_the_environment_and_that_the_base_path() -> None:
    env = {"NEXT_PUBLIC_BASE_PATH": "/base", "AUTH0_COOKIE_DOMAIN": "d.test"}
    assert read_cookie_options({}, env, ()).path == "/base"
    env["AUTH0_COOKIE_PATH"] = "/env"
    assert read_cookie_options({}, env, ()).path == "/env"
    found = read_cookie_options({"path": "/given", "name": "n"}, env, ())
    assert (found.path, found.name, found.domain) == ("/given", "n", "d.test")


def test_the_transaction_cookie_follows_domain_and_base_path_only() -> None:
    env = {
        "NEXT_PUBLIC_BASE_PATH": "/base",
        "AUTH0_COOKIE_DOMAIN": "d.test",
        "AUTH0_COOKIE_PATH": "/env",
        "AUTH0_COOKIE_SAME_SITE": "none",
        "AUTH0_COOKIE_SECURE": "true",
    }
    cookie = read_transaction_options(None, env, ()).cookie
    assert (cookie.path, cookie.domain, cookie.secure) == ("/base", "d.test", False)
    assert cookie.same_site == "lax"


@pytest.mark.parametrize(
    ("wanted", "env", "urls", "found"),
    [
        (False, {}, ("https://a.test",), True),
        (False, {}, ("https://a.test", "http://b.test"), False),
        (True, {}, ("http://a.test",), True),
        (False, {}, (), False),
        (False, PRODUCTION, (), True),
        (True, PRODUCTION, (), True),
        (False, PRODUCTION, ("http://a.test",), False),
    ],
)
def test_secure_follows_the_base_urls_then_the_mode(
    wanted: bool, env: dict[str, str], urls: tuple[str, ...], found: bool
) -> None:
    assert is_secure(wanted, env, urls, False) is found


def test_secure_cannot_be_switched_off_in_production_without_a_base_url() -> None:
    with pytest.raises(InputError, match="not Secure"):
        is_secure(False, PRODUCTION, (), True)
    with pytest.raises(InputError, match="not Secure"):
        is_secure(False, {**PRODUCTION, "AUTH0_COOKIE_SECURE": "false"}, (), False)


@pytest.mark.parametrize(
    ("given", "text", "found"),
    [
        ("http://a", "http://b", ("http://a",)),
        (["http://a", "HTTPS://B"], "http://c", ("http://a", "HTTPS://B")),
        ("", "http://c", ()),
        ([], "http://c", ()),
        (None, "http://a, http://b,,", ("http://a", "http://b")),
        (None, "", ()),
    ],
)
def test_base_urls_are_given_or_a_list_of_the_environment(
    given: str | list[str] | None, text: str, found: tuple[str, ...]
) -> None:
    assert read_base_urls(given, {"APP_BASE_URL": text}) == found


@pytest.mark.parametrize(
    "url", ["app.example.com", "localhost:3000", " ", "ftp://a", "http://", "a"]
)
def test_what_is_no_url_is_no_base_url(url: str) -> None:
    with pytest.raises(InputError, match=r"is no http or https URL\. Fix: "):
        read_base_urls(url, {})
    with pytest.raises(InputError, match=r"is no http or https URL\. Fix: "):
        read_base_urls(["http://a", url], {})


@pytest.mark.parametrize(
    ("domain", "issuer"),
    [
        ("t.test", "https://t.test/"),
        ("t.test/", "https://t.test/"),
        (" t.test ", "https://t.test/"),
        ("http://op.test", "http://op.test/"),
        ("http://op.test/", "http://op.test/"),
        ("https://op.test/realms/a", "https://op.test/realms/a"),
        ("https://op.test/realms/a/", "https://op.test/realms/a/"),
    ],
)
def test_a_domain_is_an_issuer_with_and_without_its_slash_and_a_url_stays_one(
    domain: str, issuer: str
) -> None:
    assert make_issuer(domain) == issuer


def request(**headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()]
    scope = {"type": "http", "scheme": "http", "path": "/", "query_string": b"", "headers": pairs}
    return Request({**scope, "server": ("localhost", 80), "method": "GET"})


def test_of_several_base_urls_the_request_s_own_counts_behind_a_proxy_too() -> None:
    urls = ("https://a.test/", "https://b.test")
    config = Configuration(issuer="i", client_id="c", base_urls=urls)
    found = request(host="inner", x_forwarded_host="A.test, inner", x_forwarded_proto="https,http")
    assert config.base_url(found) == "https://a.test"
    with pytest.raises(InputError, match=r"'http://c\.test', which no base URL allows"):
        config.base_url(request(host="c.test"))


def test_the_redirect_uri_is_the_callback_unless_configured() -> None:
    config = Configuration(issuer="i", client_id="c", base_path="/base")
    assert config.redirect_uri("http://a") == "http://a/base/auth/callback"
    own = {"redirect_uri": "http://b/cb"}
    config = Configuration(issuer="i", client_id="c", authorization_parameters=own)
    assert config.redirect_uri("http://a") == "http://b/cb"
