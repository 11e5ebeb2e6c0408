"""A refused address is named, with how to register it."""

from __future__ import annotations

import html

import pytest

from session_inspector.devserver.provider.requests.registration_advice import (
    explain_client,
    explain_logout,
    explain_redirect,
)
from tests.devserver.provider.provider_scene import CLIENT, Scene

CLIENTS = {"app": CLIENT}
URI = "http://localhost:3000/bye"


def test_a_logout_address_is_named_with_the_flag_and_the_setting() -> None:
    said = explain_logout("post_logout_redirect_uri", URI, "app", CLIENTS)
    assert f"post_logout_redirect_uri {URI} is not registered for client app." in said
    assert f"--post-logout-uri {URI}" in said
    assert f"post_logout_uris = ['{URI}'] under [lab]" in said
    assert said.endswith("Registered are: http://app.test/.")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("post_logout_redirect_uri", "send client_id or id_token_hint beside post_logout"),
        ("returnTo", "send client_id beside returnTo"),
    ],
)
def test_where_no_client_is_named_that_is_the_reason(name: str, words: str) -> None:
    said = explain_logout(name, URI, "", CLIENTS)
    assert words in said
    assert "--post-logout-uri" not in said


def test_an_unknown_client_is_named_beside_the_known_ones() -> None:
    said = explain_logout("returnTo", URI, "nobody", CLIENTS)
    assert said == explain_client(CLIENTS, "nobody")
    assert said == "There is no client nobody here. Known are: app."
    assert explain_client(CLIENTS, "").startswith("No client is named")


def test_a_login_address_is_named_with_the_flag() -> None:
    said = explain_redirect(CLIENT, URI)
    assert f"--redirect-uri {URI} to session-inspector serve --as-tenant" in said
    assert explain_redirect(CLIENT, "") == "redirect_uri is missing."


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "/bye", "http://[", "x", "http:///y"])
def test_nobody_is_advised_to_register_what_is_no_url(uri: str) -> None:
    assert "cannot be registered" in explain_redirect(CLIENT, uri)


def test_a_long_address_is_cut_and_has_no_controls() -> None:
    said = explain_redirect(CLIENT, f"http://x/\x1b[31m{'y' * 5000}")
    assert "\x1b" not in said
    assert len(said) < 1000


@pytest.mark.parametrize(
    ("path", "params", "words"),
    [
        (
            "/oidc/logout",
            {"client_id": "app", "post_logout_redirect_uri": URI},
            "--post-logout-uri",
        ),
        ("/oidc/logout", {"post_logout_redirect_uri": URI}, "No client is named"),
        ("/v2/logout", {"client_id": "app", "returnTo": URI}, "--post-logout-uri"),
        ("/v2/logout", {"returnTo": URI}, "No client is named"),
        ("/authorize", {"client_id": "app", "redirect_uri": URI}, "--redirect-uri"),
        ("/authorize", {"client_id": "x", "redirect_uri": URI}, "There is no client x here"),
    ],
)
async def test_the_page_says_it(path: str, params: dict[str, str], words: str) -> None:
    answer = await Scene().http.get(path, params=params)
    assert answer.status_code == 400
    assert words in html.unescape(answer.text)
