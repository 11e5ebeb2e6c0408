"""By which host, path and site browsers tell cookies apart."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.scope import (
    cookie_domain,
    cookie_path,
    default_path,
    is_domain_match,
    is_path_match,
    is_public_suffix,
    is_same_site,
    is_secure_url,
)


@pytest.mark.parametrize(
    ("path", "folder"),
    [("/", "/"), ("/a", "/"), ("/a/", "/a"), ("/a/b/c", "/a/b"), ("", "/"), ("a/b", "/")],
)
def test_the_default_path_is_the_folder_of_the_url(path: str, folder: str) -> None:
    assert default_path(path) == folder


@pytest.mark.parametrize(
    ("path", "target", "is_covered"),
    [("/", "/a", True), ("/a", "/a", True), ("/a", "/a/b", True), ("/a", "/ab", False)],
)
def test_a_path_covers_whole_folders(path: str, target: str, is_covered: bool) -> None:
    assert is_path_match(target, path) is is_covered


def test_only_an_attribute_that_begins_with_a_slash_is_a_path() -> None:
    assert cookie_path("/x", "/a/b") == "/x"
    assert cookie_path("x", "/a/b") == "/a"


@pytest.mark.parametrize(
    ("host", "domain", "is_match"),
    [
        ("a.test", "a.test", True),
        ("b.a.test", "a.test", True),
        ("ba.test", "a.test", False),
        ("a.test", "b.a.test", False),
        ("127.0.0.1", "0.0.1", False),
    ],
)
def test_a_domain_has_the_hosts_below_it_and_addresses_have_none(
    host: str, domain: str, is_match: bool
) -> None:
    assert is_domain_match(host, domain) is is_match


@pytest.mark.parametrize(
    ("attribute", "host", "domain"),
    [
        ("localhost", "localhost", ""),
        (".LocalHost", "localhost", ""),
        ("127.0.0.1", "127.0.0.1", ""),
        ("[::1]", "::1", ""),
        ("github.io", "github.io", ""),
        ("app.test", "app.test", "app.test"),
        (".app.test", "b.app.test", "app.test"),
        ("localhost", "app.localhost", "localhost"),
        ("127.0.0.2", "127.0.0.1", "127.0.0.2"),
        ("localhost", "", "localhost"),
        ("", "localhost", ""),
    ],
)
def test_a_domain_that_is_a_host_with_none_below_it_is_as_none(
    attribute: str, host: str, domain: str
) -> None:
    assert cookie_domain(attribute, host) == domain


def test_a_name_without_a_dot_is_nobody_s_own() -> None:
    assert is_public_suffix("com")
    assert not is_public_suffix("a.test")
    assert not is_public_suffix("::1")


@pytest.mark.parametrize(
    ("url", "is_secure"),
    [
        ("https://a.test/", True),
        ("wss://a.test/", True),
        ("http://a.test/", False),
        ("http://localhost:3000/", True),
        ("http://app.localhost/", True),
        ("http://127.0.0.1/", True),
        ("http://[::1]/", True),
    ],
)
def test_this_machine_is_secure_without_tls(url: str, is_secure: bool) -> None:
    assert is_secure_url(url) is is_secure


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("http://a.test:3000/", "http://b.a.test:4000/", True),
        ("http://a.test/", "https://a.test/", False),
        ("http://a.test/", "http://b.test/", False),
        ("http://127.0.0.1:3000/", "http://127.0.0.1:3001/", True),
        ("http://127.0.0.1/", "http://localhost/", False),
    ],
)
def test_a_site_is_a_scheme_and_a_domain_without_its_hosts(
    one: str, other: str, is_same: bool
) -> None:
    assert is_same_site(one, other) is is_same
