"""When a token is returned, refreshed, shared or refused."""

from __future__ import annotations

import asyncio
import threading

import httpx
import pytest

from session_inspector.devserver.client.access_tokens import LATE
from session_inspector.devserver.client.tokens.failures import AccessTokenError
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.knobs import Knobs
from tests.devserver.client.client_scene import ClientScene
from tests.waiting import PATIENCE

PATH = "/auth/access-token"


async def signed_in(**options: object) -> ClientScene:
    scene = ClientScene(**options)  # type: ignore[arg-type]  # options of the client
    await scene.sign_in()
    scene.asked.clear()
    return scene


async def test_a_token_that_lasts_is_returned_with_the_seconds_it_has_left() -> None:
    scene = await signed_in()
    scene.tenant.clock.advance(600)
    found = (await scene.get(PATH)).json()
    assert (found["expires_in"], scene.asked) == (3000, [])
    assert set(found) == {"token", "scope", "expires_at", "expires_in"}


@pytest.mark.parametrize(
    ("buffer", "age", "refreshes"), [(0, 3599, 0), (0, 3600, 1), (60, 3539, 0), (60, 3540, 1)]
)
async def test_a_token_is_refreshed_from_the_exact_second_on(
    buffer: int, age: int, refreshes: int
) -> None:
    scene = await signed_in(token_refresh_buffer=buffer)
    scene.tenant.clock.advance(age)
    assert (await scene.get(PATH)).status_code == 200
    assert len(scene.asked) == refreshes


async def test_a_refresh_sends_audience_and_scope_only_if_the_caller_does() -> None:
    scene = await signed_in()
    await scene.browser.visit("/token")
    assert {"scope", "audience"} & set(scene.asked[0]) == set()
    await scene.browser.visit(f"{PATH}?audience=api&scope=read:x")
    assert scene.asked[1]["audience"] == "api"
    assert scene.asked[1]["scope"] == "openid profile email offline_access read:x"
    await scene.browser.visit(f"{PATH}?audience=api&scope=read:y&mergeScopes=false")
    assert scene.asked[2]["scope"] == "read:y"


async def test_a_refreshed_session_is_written_and_not_cached() -> None:
    scene = await signed_in()
    scene.tenant.clock.advance(3600)
    answer = await scene.get(PATH)
    assert "cache-control" in answer.headers
    written = [event.reason for event in scene.events if isinstance(event, SessionWritten)]
    assert written[-1] == "refresh"


async def test_without_a_session_it_is_401_with_the_code() -> None:
    answer = await ClientScene().get(PATH)
    assert answer.status_code == 401
    assert answer.json() == {
        "error": {
            "message": "The user does not have an active session.",
            "code": "missing_session",
        }
    }


@pytest.mark.parametrize(("age", "status"), [(3599, 200), (3600, 401)])
async def test_without_a_refresh_token_a_token_is_good_until_its_end(age: int, status: int) -> None:
    scene = await signed_in(authorization_parameters={"scope": "openid"})
    scene.tenant.clock.advance(age)
    answer = await scene.get(PATH)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["error"]["code"] == "missing_refresh_token"


async def test_a_failed_refresh_leaves_the_session_and_is_tried_again() -> None:
    scene = await signed_in()
    scene.tenant.clock.advance(3600)
    scene.tenant.provider.turn_knobs(Knobs(errors={"token": 1}))
    answer = await scene.get(PATH)
    assert answer.json()["error"]["code"] == "failed_to_refresh_token"
    assert (await scene.get(PATH)).status_code == 200


@pytest.mark.parametrize(("late", "is_shared"), [(LATE, True), (LATE + 1, False)])
async def test_a_request_that_comes_late_with_the_old_token_shares_the_answer(
    late: float, is_shared: bool
) -> None:
    scene = await signed_in()
    first = (await scene.get("/token")).json()["token"]
    scene.tenant.clock.advance(late)
    if is_shared:
        assert (await scene.get("/token")).json()["token"] == first
        return
    with pytest.raises(AccessTokenError) as caught:  # the provider saw a reuse
        await scene.get("/token")
    assert caught.value.code == "failed_to_refresh_token"


async def test_one_who_gives_up_does_not_stop_the_refresh_of_the_others() -> None:
    is_asked = asyncio.Event()

    def watch(request: httpx.Request) -> httpx.Response | None:
        if b"grant_type=refresh_token" in request.content:
            is_asked.set()
        return None

    scene = await signed_in(handle=watch)
    impatient = asyncio.ensure_future(scene.get("/token"))
    patient = asyncio.ensure_future(scene.get("/token"))
    await is_asked.wait()
    impatient.cancel()
    assert (await patient).status_code == 200
    assert len(scene.asked) == 1


async def test_a_provider_that_wants_a_second_factor_is_403_and_the_session_is_saved() -> None:
    def mfa(request: httpx.Request) -> httpx.Response | None:
        if b"grant_type=refresh_token" not in request.content:
            return None
        return httpx.Response(403, json={"error": "mfa_required", "mfa_token": "raw"})

    scene = await signed_in(handle=mfa)
    scene.tenant.clock.advance(3600)
    answer = await scene.get(PATH)
    assert (answer.status_code, answer.json()["error"]) == (403, "mfa_required")
    written = [event.reason for event in scene.events if isinstance(event, SessionWritten)]
    assert written[-1] == "refresh"


async def test_a_refresh_of_another_loop_is_not_waited_for() -> None:
    arrived = threading.Event()
    may_go_on = threading.Event()

    def hold(request: httpx.Request) -> httpx.Response | None:
        if threading.current_thread() is not threading.main_thread():
            arrived.set()
            may_go_on.wait(PATIENCE)
            return httpx.Response(500)
        return None

    scene = ClientScene(hold)
    await scene.sign_in()
    other = threading.Thread(target=lambda: asyncio.run(_refresh(scene)))
    other.start()
    try:
        assert await asyncio.to_thread(arrived.wait, PATIENCE)
        answer = await scene.get("/token")
        assert answer.status_code == 200
    finally:
        may_go_on.set()
        other.join()
    late = await scene.get("/token")
    assert late.json() == answer.json()  # the failure of the other loop took nothing away


async def _refresh(scene: ClientScene) -> None:
    with pytest.raises(AccessTokenError):
        await scene.get("/token")
