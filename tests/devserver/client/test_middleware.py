"""Which requests the client answers, which it rolls, and what a store that is away means."""

from __future__ import annotations

import pytest

from session_inspector.devserver.client.configuration import Routes
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import JsonObject
from tests.devserver.client.client_scene import ClientScene
from tests.vectors.sessions import Notebook


def with_options(options: dict[str, object]) -> ClientScene:
    return ClientScene(**options)  # type: ignore[arg-type]  # options of the client


class Away(Notebook):
    """A store that can be switched off."""

    is_away = False

    async def get(self, key: str) -> JsonObject | None:
        if self.is_away:
            raise StoreUnavailable("away")
        return await super().get(key)


async def test_a_store_that_is_away_is_503() -> None:
    store = Away({})
    scene = ClientScene(session_store=store)
    await scene.sign_in()
    store.is_away = True
    answer = await scene.get("/")
    assert answer.status_code == 503
    assert answer.text == "The session store is not available; try again in a moment."


@pytest.mark.parametrize(("no_content", "status"), [(False, 401), (True, 204)])
async def test_a_profile_without_a_session_has_the_configured_status(
    no_content: bool, status: int
) -> None:
    scene = ClientScene(no_content_profile_response_when_unauthenticated=no_content)
    assert (await scene.get("/auth/profile")).status_code == status


async def test_a_trailing_slash_and_the_base_path_belong_to_the_route() -> None:
    scene = ClientScene(env={"NEXT_PUBLIC_BASE_PATH": "/base"})
    assert (await scene.get("/base/auth/profile/")).status_code == 401


async def test_a_route_can_have_another_path() -> None:
    scene = ClientScene(routes=Routes(profile="/who"))
    assert (await scene.get("/who")).status_code == 401
    assert (await scene.get("/auth/profile")).status_code == 404


@pytest.mark.parametrize(
    ("option", "path"),
    [
        ("enable_access_token_endpoint", "/auth/access-token"),
        ("enable_connect_account_endpoint", "/auth/connect"),
    ],
)
async def test_an_endpoint_that_is_switched_off_belongs_to_the_app(option: str, path: str) -> None:
    off: dict[str, object] = {option: False}
    on: dict[str, object] = {option: True}
    assert (await with_options(off).get(path)).status_code == 404
    assert (await with_options(on).get(path)).status_code in (400, 401)


async def test_the_client_s_own_routes_do_not_roll() -> None:
    scene = ClientScene()
    await scene.sign_in()
    assert "set-cookie" not in (await scene.get("/auth/profile")).headers
    assert "set-cookie" in (await scene.get("/")).headers
