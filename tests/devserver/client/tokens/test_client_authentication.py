"""Where the client's secret goes, by what the provider says that it takes."""

from __future__ import annotations

import base64

import httpx
import pytest

from session_inspector.devserver.client.configuration import Configuration
from session_inspector.devserver.client.tokens.client_authentication import (
    METHODS,
    basic_header,
    choose_method,
)
from session_inspector.devserver.core.values import Json
from tests.devserver.client.client_scene import ClientScene


@pytest.mark.parametrize(
    ("named", "method"),
    [
        (None, "client_secret_basic"),
        ([], "client_secret_basic"),
        (["client_secret_basic"], "client_secret_basic"),
        (["client_secret_basic", "client_secret_post"], "client_secret_post"),
        ("client_secret_post", "client_secret_basic"),
    ],
)
def test_the_provider_says_how_and_without_a_word_it_is_basic(named: Json, method: str) -> None:
    config = Configuration(issuer="https://op.test/", client_id="c", client_secret="s")
    assert choose_method(config, {METHODS: named}) == method


def test_without_a_secret_and_with_an_assertion_none_is_sent() -> None:
    bare = Configuration(issuer="i", client_id="c")
    signing = Configuration(issuer="i", client_id="c", client_secret="s", assertion_key="pem")
    assert [choose_method(config, {}) for config in (bare, signing)] == ["none", "none"]


def test_compat_mode_posts_it_as_the_sdk_does() -> None:
    config = Configuration(issuer="i", client_id="c", client_secret="s", compat=True)
    assert choose_method(config, {}) == "client_secret_post"


def test_id_and_secret_are_encoded_before_they_are_joined() -> None:
    header = basic_header("a:b", "pä ss%")
    assert base64.b64decode(header.removeprefix("Basic ")) == b"a%3Ab:p%C3%A4+ss%25"


async def test_a_whole_login_and_logout_with_the_header_where_no_methods_are_named() -> None:
    seen: list[tuple[str, str | None, bool]] = []
    document: dict[str, object] = {}

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("openid-configuration") and document:
            return httpx.Response(200, json=document)
        if request.method == "POST":
            header = request.headers.get("authorization")
            seen.append((request.url.path, header, b"client_secret" in request.content))
        return None

    scene = ClientScene(answer)
    document.update({**await scene.client.relying_party.issuer.metadata()})
    del document[METHODS]
    scene = ClientScene(answer)
    await scene.sign_in()
    assert (await scene.get("/auth/profile")).json()["sub"] == "local|alice"
    await scene.get("/auth/logout")
    header = basic_header("app", "secret")
    assert seen == [("/oauth/token", header, False), ("/oauth/revoke", header, False)]
