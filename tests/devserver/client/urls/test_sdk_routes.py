"""A route of the SDK that is not answered says so, unless the app has a page there."""

from __future__ import annotations

import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from session_inspector.devserver.client.urls.sdk_routes import UNANSWERED
from tests.devserver.client.client_scene import APP, ClientScene
from tests.node.packages import PACKAGES, installed

CLIENT = PACKAGES / "node_modules" / "@auth0" / "nextjs-auth0" / "dist" / "server" / "client.js"


@pytest.mark.parametrize("path", sorted(UNANSWERED))
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_it_is_a_501_that_names_the_route(path: str, method: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(ClientScene().app)) as http:
        answer = await http.request(method, APP + path, json={})
    assert (answer.status_code, answer.json()["error"]) == (501, "not_implemented")
    named = f"{path} is a route of @auth0/nextjs-auth0"
    assert answer.json()["error_description"].startswith(named)


async def test_an_app_s_own_page_there_stays() -> None:
    async def verify(request: Request) -> PlainTextResponse:
        return PlainTextResponse("mine")

    app = Starlette(routes=[Route("/auth/mfa/verify", verify)])
    scene = ClientScene()
    transport = httpx.ASGITransport(scene.client.middleware(app))
    async with httpx.AsyncClient(transport=transport, base_url=APP) as http:
        assert (await http.get("/auth/mfa/verify")).text == "mine"
        assert (await http.get("/auth/mfa")).status_code == 404


def test_they_are_all_the_routes_that_the_package_has_beside_ours() -> None:
    installed()
    text = CLIENT.read_text()
    found = set(re.findall(r'"(/auth/[a-z/-]+)"', text))
    ours = {"login", "logout", "callback", "profile", "access-token", "backchannel-logout"}
    assert found - {f"/auth/{name}" for name in {*ours, "connect"}} == UNANSWERED
