"""/auth/logout: where the browser is sent by each strategy, and what goes in any case."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.devserver.client.client_scene import APP, ClientScene
from tests.devserver.provider.provider_scene import ISSUER


def destination(answer: httpx.Response) -> tuple[str, list[str]]:
    """Return path and names of the query's fields, in order."""
    url = urlsplit(answer.headers["location"])
    return url.path, [name for name, _ in parse_qsl(url.query, keep_blank_values=True)]


def without_end_session(request: httpx.Request) -> httpx.Response | None:
    if request.url.path != "/.well-known/openid-configuration":
        return None
    return httpx.Response(
        200, json={"issuer": ISSUER, "jwks_uri": f"{ISSUER}.well-known/jwks.json"}
    )


@pytest.mark.parametrize("strategy", ["auto", "oidc", "unknown"])
async def test_oidc_sends_the_hints_of_the_session(strategy: str) -> None:
    scene = ClientScene(logout_strategy=strategy)
    await scene.sign_in()
    path, names = destination(await scene.get("/auth/logout?state=s&federated"))
    assert path == "/oidc/logout"
    assert names == [
        "client_id",
        "post_logout_redirect_uri",
        "state",
        "logout_hint",
        "id_token_hint",
        "federated",
    ]


async def test_without_a_session_there_are_no_hints() -> None:
    _, names = destination(await ClientScene().get("/auth/logout"))
    assert names == ["client_id", "post_logout_redirect_uri"]


async def test_the_id_token_can_be_left_out() -> None:
    scene = ClientScene(include_id_token_hint_in_oidc_logout_url=False)
    await scene.sign_in()
    _, names = destination(await scene.get("/auth/logout"))
    assert "id_token_hint" not in names
    assert "logout_hint" in names


async def test_v2_takes_no_state() -> None:
    scene = ClientScene(logout_strategy="v2")
    answer = await scene.get("/auth/logout?state=s&federated=true&returnTo=http://x.test/*")
    assert destination(answer) == ("/v2/logout", ["returnTo", "client_id", "federated"])
    assert "returnTo=http%3A%2F%2Fx.test%2F*" in answer.headers["location"]


async def test_federated_false_is_none() -> None:
    _, names = destination(await ClientScene().get("/auth/logout?federated=false"))
    assert "federated" not in names


async def test_auto_is_v2_where_the_provider_has_no_end_session_endpoint() -> None:
    answer = await ClientScene(without_end_session).get("/auth/logout")
    assert destination(answer) == ("/v2/logout", ["returnTo", "client_id"])


async def test_oidc_without_that_endpoint_fails_but_the_cookies_go() -> None:
    scene = ClientScene(without_end_session, logout_strategy="oidc")
    answer = await scene.get("/auth/logout", cookie="__session=x; __txn_s=y")
    assert answer.status_code == 500
    assert answer.text.startswith("OIDC RP-Initiated Logout is not supported")
    deleted = [line.partition("=")[0] for line in answer.headers.get_list("set-cookie")]
    assert {"__session", "__txn_s"} <= set(deleted)


async def test_without_discovery_it_fails_but_the_cookies_go() -> None:
    scene = ClientScene(lambda request: httpx.Response(503))
    answer = await scene.get("/auth/logout", cookie="__session=x")
    assert answer.status_code == 500
    assert answer.text.startswith("An error occurred while trying to initiate the logout request.")
    assert "it answered 503" in answer.text
    assert "cache-control" not in answer.headers
    assert answer.headers["set-cookie"].startswith("__session=; ")


async def test_the_refresh_token_is_revoked_and_the_answer_is_not_cached() -> None:
    revoked: list[str] = []

    def watch(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/oauth/revoke":
            revoked.append(dict(httpx.QueryParams(request.content.decode()))["token"])
        return None

    scene = ClientScene(watch)
    await scene.sign_in()
    answer = await scene.get("/auth/logout")
    (token,) = revoked
    assert scene.tenant.provider.storage.refresh_tokens[token].is_revoked
    assert answer.headers["cache-control"].startswith("private, no-cache, no-store")
    back = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert back["post_logout_redirect_uri"] == APP
