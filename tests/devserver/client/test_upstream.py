"""/me/* and /my-org/*: what goes up, what comes down, and what never does."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.client.upstream import authorization_header
from tests.devserver.client.client_scene import ClientScene
from tests.devserver.provider.provider_scene import ISSUER


class Api:
    """The provider's API, answering whatever it is asked."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []
        self.is_down = False

    def __call__(self, request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.startswith(("/me/", "/my-org")):
            return None
        self.seen.append(request)
        if self.is_down:
            raise httpx.ConnectError("refused")
        headers = [("set-cookie", "api=1"), ("connection", "close"), ("x-own", "yes")]
        return httpx.Response(201, json={"ok": True}, headers=headers)


async def _scene() -> tuple[ClientScene, Api]:
    api = Api()
    scene = ClientScene(api)
    await scene.sign_in()
    return scene, api


async def test_a_request_is_passed_on_with_a_token_and_without_cookies() -> None:
    scene, api = await _scene()
    answer = await scene.get(
        "/me/v1/things?a=1&a=2", scope="read:me", accept="text/x", **{"x-secret": "s"}
    )
    assert (answer.status_code, answer.json()) == (201, {"ok": True})
    (sent,) = api.seen
    assert str(sent.url) == f"{ISSUER}me/v1/things?a=1&a=2"
    assert sent.headers["authorization"].startswith("Bearer ")
    assert sent.headers["accept"] == "text/x"
    assert not {"cookie", "x-secret", "scope"} & set(sent.headers)
    assert answer.headers["x-own"] == "yes"
    assert "connection" not in answer.headers
    assert "api=1" in answer.headers.get_list("set-cookie")


async def test_the_token_asked_for_is_of_the_api_and_kept_in_the_session() -> None:
    scene, _ = await _scene()
    await scene.get("/my-org/members", scope="read:org")
    asked = scene.asked[-1]
    assert (asked["grant_type"], asked["audience"]) == ("refresh_token", f"{ISSUER}my-org/")
    assert "read:org" in asked["scope"].split()


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/me/v1/x", "me/v1/x"),
        ("/me/x", "me/v1/x"),
        ("/my-org/members/7", "my-org/members/7"),
    ],
)
async def test_path_segments_are_not_doubled(path: str, target: str) -> None:
    scene, api = await _scene()
    await scene.get(path)
    assert str(api.seen[-1].url) == f"{ISSUER}{target}"


async def test_without_a_session_it_is_401_and_nothing_is_sent() -> None:
    api = Api()
    answer = await ClientScene(api).get("/me/v1/x")
    assert (answer.status_code, api.seen) == (401, [])


async def test_an_api_that_is_down_is_500() -> None:
    scene, api = await _scene()
    api.is_down = True
    answer = await scene.get("/me/v1/x")
    assert answer.status_code == 500
    assert "could not be reached" in answer.text


def test_a_bound_token_is_sent_as_dpop() -> None:
    token = {"accessToken": "t", "token_type": "dpop"}
    assert authorization_header({**token}) == {"authorization": "DPoP t"}
