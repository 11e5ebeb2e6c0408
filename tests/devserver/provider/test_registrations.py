"""Which URIs and ways of authentication a client registered."""

from __future__ import annotations

import pytest

from session_inspector.devserver.provider.registrations import ClientRegistration, is_same_uri


@pytest.mark.parametrize(
    ("asked", "known", "is_same"),
    [
        ("https://a.test/cb", "https://a.test/cb", True),
        ("https://a.test/cb/", "https://a.test/cb", False),
        ("https://a.test:444/cb", "https://a.test/cb", False),
        ("http://127.0.0.1:61234/cb", "http://127.0.0.1/cb", True),
        ("http://localhost:1/cb", "http://localhost:3000/cb", True),
        ("http://[::1]:9/cb", "http://[::1]/cb", True),
        ("http://localhost/cb", "http://127.0.0.1/cb", False),
        ("https://127.0.0.1:1/cb", "http://127.0.0.1/cb", False),
        ("http://127.0.0.1:1/cb?x=1", "http://127.0.0.1/cb", False),
        ("http://user@127.0.0.1:1/cb", "http://127.0.0.1/cb", False),
        ("http://127.0.0.1:99999/cb", "http://127.0.0.1/cb", False),
        ("http://127.0.0.1:1\\.evil.test/cb", "http://127.0.0.1/cb", False),
        ("http://127.0.0.1:1/c\tb", "http://127.0.0.1/cb", False),
        ("http://[::1/cb", "http://[::1]/cb", False),
        ("", "http://127.0.0.1/cb", False),
    ],
)
def test_loopback_may_have_any_port_and_nothing_else_may_differ(
    asked: str, known: str, is_same: bool
) -> None:
    assert is_same_uri(asked, known) is is_same


@pytest.mark.parametrize(
    ("uris", "found"),
    [((), None), (("http://a.test/",), "http://a.test/"), (("http://a.test/", "x"), None)],
)
def test_only_a_single_redirect_uri_is_a_default(uris: tuple[str, ...], found: str | None) -> None:
    assert ClientRegistration(client_id="c", redirect_uris=uris).get_default_redirect_uri() == found


def test_a_secret_is_compared_whole() -> None:
    client = ClientRegistration(client_id="c", client_secret="sécret")
    assert client.check_client_secret("sécret")
    assert not client.check_client_secret("sécre")
