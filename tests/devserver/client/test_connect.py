"""/auth/connect: from the ticket to the connected account."""

from __future__ import annotations

import json

import httpx
import pytest
from starlette.responses import PlainTextResponse, Response

from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.values import JsonObject
from tests.devserver.client.client_scene import APP, ClientScene

ACCOUNT = {"id": "con_1", "connection": "github", "access_type": "offline", "scopes": ["repo"]}


class Api:
    """The My Account API; `status` makes it refuse."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, object]] = []
        self.status = 200

    def __call__(self, request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.startswith("/me/v1/connected-accounts/"):
            return None
        self.bodies.append(json.loads(request.content))
        if self.status != 200:
            return httpx.Response(self.status, json={"title": "no"})
        if request.url.path.endswith("/complete"):
            return httpx.Response(201, json=ACCOUNT)
        body = {
            "connect_uri": "https://tenant.test/connect",
            "connect_params": {"ticket": "t 1"},
            "auth_session": "as-1",
            "expires_in": 60,
        }
        return httpx.Response(201, json=body)


async def _scene(**options: object) -> tuple[ClientScene, Api]:
    api = Api()
    scene = ClientScene(api, enable_connect_account_endpoint=True, **options)
    await scene.sign_in()
    return scene, api


async def test_an_account_is_connected() -> None:
    seen: list[JsonObject] = []

    async def on_callback(
        error: InspectorError | None, context: JsonObject, session: JsonObject | None
    ) -> Response:
        seen.append(context)
        return PlainTextResponse("done")

    scene, api = await _scene(on_callback=on_callback)
    seen.clear()
    path = "/auth/connect?connection=github&scopes=repo&scopes=gist&returnTo=/me&prompt=login"
    start = await scene.get(path)
    assert (start.status_code, start.headers["location"]) == (
        307,
        "https://tenant.test/connect?ticket=t+1",
    )
    body = api.bodies[0]
    assert body["scopes"] == ["repo", "gist"]
    assert body["authorization_params"] == {"prompt": "login"}
    assert body["redirect_uri"] == f"{APP}/auth/callback"
    jar = scene.browser.cookies()
    for line in start.headers.get_list("set-cookie"):
        name, _, value = line.partition(";")[0].partition("=")
        jar[name] = value
    url = f"/auth/callback?state={body['state']}&connect_code=cc"
    done = await scene.get(url, cookie="; ".join(f"{n}={v}" for n, v in jar.items() if v))
    assert done.text == "done"
    assert seen == [
        {
            "responseType": "connect_code",
            "returnTo": "/me",
            "appBaseUrl": APP,
            "connectedAccount": ACCOUNT,
        }
    ]
    complete = api.bodies[-1]
    assert (complete["auth_session"], complete["connect_code"]) == ("as-1", "cc")
    assert any(line.startswith("__txn_") for line in done.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/auth/connect", 400, "A connection is required."),
        ("/auth/connect?connection=x", 401, "The user does not have an active session."),
    ],
)
async def test_what_is_missing_is_said(path: str, status: int, text: str) -> None:
    scene = ClientScene(Api(), enable_connect_account_endpoint=True)
    answer = await scene.get(path)
    assert (answer.status_code, answer.text) == (status, text)


async def test_the_api_s_status_is_the_answer_s() -> None:
    scene, api = await _scene()
    api.status = 409
    answer = await scene.get("/auth/connect?connection=github")
    assert answer.status_code == 409
    assert "initiate the connect account flow failed with status 409" in answer.text


async def test_the_route_is_off_unless_asked_for() -> None:
    scene = ClientScene(Api())
    assert (await scene.get("/auth/connect?connection=github")).status_code == 404
