"""/auth/callback: each step that can fail says which it was, and leaves no session."""

from __future__ import annotations

import httpx
import pytest
from starlette.responses import PlainTextResponse, Response

from session_inspector.devserver.client.callback import NOT_OPENED, STATE_ABSENT
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.login import LoginFailed, LoginSucceeded
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.knobs import Knobs
from session_inspector.devserver.core.values import JsonObject, fingerprint
from session_inspector.devserver.provider.registrations import User
from tests.devserver.client.client_scene import APP, ClientScene
from tests.devserver.provider.provider_scene import ALICE, parameters
from tests.devserver.provider.provider_scene import Scene as ProviderScene


def failure(scene: ClientScene) -> LoginFailed:
    (failed,) = [event for event in scene.events if isinstance(event, LoginFailed)]
    assert not [event for event in scene.events if isinstance(event, SessionWritten)]
    return failed


async def test_a_login_ends_where_it_began_and_its_transaction_is_gone() -> None:
    scene = ClientScene()
    answer = await scene.browser.visit("/auth/login?returnTo=/?here", user="local|alice")
    assert str(answer.url) == f"{APP}/?here"
    assert not [name for name in scene.browser.cookies() if name.startswith("__txn_")]
    (done,) = [event for event in scene.events if isinstance(event, LoginSucceeded)]
    assert done.sub == "local|alice"


async def test_without_a_state_nothing_is_read() -> None:
    scene = ClientScene()
    answer = await scene.get("/auth/callback?code=c")
    assert answer.status_code == 500
    assert answer.text == f"The state parameter is missing.\n{STATE_ABSENT} (missing_state)"
    failed = failure(scene)
    assert (failed.step, failed.code, failed.login) == ("state", "missing_state", "")
    assert failed.reason == STATE_ABSENT


async def test_a_state_without_a_cookie_is_invalid_and_says_why() -> None:
    scene = ClientScene()
    answer = await scene.get("/auth/callback?state=abcdefgh&code=c")
    assert answer.status_code == 500
    assert answer.text.startswith("The state parameter is invalid.\nthe browser sent no __txn_")
    failed = failure(scene)
    assert (failed.step, failed.code) == ("transaction", "invalid_state")
    assert failed.login == fingerprint("abcdefgh")
    assert failed.reason.startswith("the browser sent no __txn_abcdef… cookie")


@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ("error=access_denied", "missing_state", "; it says access_denied"),
        ("error=e&error_description=why", "missing_state", "; it says e: why"),
        ("state=abcdefgh&error=e&error_description=why", "invalid_state", "; it says e: why"),
        ("error=%1B%5B31me", "missing_state", "; it says [31me"),
        (f"error={'e' * 999}", "missing_state", f"; it says {'e' * 300}…"),
        ("error=", "missing_state", ""),
    ],
)
async def test_the_error_of_an_answer_that_belongs_to_no_login_is_kept(
    query: str, code: str, said: str
) -> None:
    scene = ClientScene()
    answer = await scene.get(f"/auth/callback?{query}")
    assert answer.text.startswith("The state parameter is ")
    failed = failure(scene)
    assert failed.code == code
    _, mark, quoted = failed.reason.partition("; it says")
    assert mark + quoted == said


async def test_a_cookie_that_does_not_open_is_told_apart_from_none() -> None:
    scene = ClientScene()
    await scene.get("/auth/callback?state=s&code=c", cookie="__txn_s=garbage")
    assert failure(scene).reason == NOT_OPENED


async def test_an_error_of_the_provider_is_the_reason_and_the_transaction_goes() -> None:
    scene = ClientScene()
    begun = await scene.get("/auth/login")
    cookie = begun.headers["set-cookie"].partition(";")[0]
    state = parameters(begun)["state"]
    path = f"/auth/callback?state={state}&error=access_denied&error_description=refused"
    answer = await scene.get(path, cookie=cookie)
    assert answer.text.startswith("An error occurred during the authorization flow.\n")
    failed = failure(scene)
    assert (failed.step, failed.code, failed.reason) == ("callback", "access_denied", "refused")
    (deleted,) = answer.headers.get_list("set-cookie")
    assert deleted.startswith(f"__txn_{state}=; ")
    assert "Max-Age=0" in deleted


@pytest.mark.parametrize(
    ("knobs", "step", "code"),
    [
        (Knobs(wrong_nonce=True), "id_token", "invalid_nonce"),
        (Knobs(wrong_issuer="id_token"), "id_token", "invalid_token"),
        (Knobs(expired_token="id"), "id_token", "invalid_token"),
        (Knobs(errors={"token": 1}), "exchange", "token_endpoint_error"),
    ],
)
async def test_a_provider_that_misbehaves_makes_no_session(
    knobs: Knobs, step: str, code: str
) -> None:
    scene = ClientScene()
    scene.tenant.provider.turn_knobs(knobs)
    answer = await scene.sign_in()
    assert "<h1>An error occurred while trying to exchange the authorization code." in answer.text
    assert code in answer.text
    failed = failure(scene)
    assert (failed.step, failed.code) == (step, code)


@pytest.mark.parametrize(("lead", "is_refused"), [(30, True), (31, False)])
async def test_a_session_limit_within_30_seconds_of_the_login_is_refused(
    lead: int, is_refused: bool
) -> None:
    scene = ClientScene()
    ends = int(scene.tenant.clock.now()) + lead
    user = User(sub="local|alice", claims={**ALICE.claims, "session_expiry": ends})
    scene.tenant = replaced_tenant(scene.tenant, user)
    answer = await scene.sign_in()
    assert (answer.status_code == 500) is is_refused
    if is_refused:
        assert failure(scene).code == "session_expired"


def replaced_tenant(old: ProviderScene, user: User) -> ProviderScene:
    tenant = ProviderScene(users=[user])
    tenant.clock.advance(old.clock.now() - tenant.clock.now())
    return tenant


async def test_the_app_s_own_answer_sees_error_and_unfiltered_session() -> None:
    seen: list[tuple[InspectorError | None, JsonObject, JsonObject | None]] = []

    async def on_callback(
        error: InspectorError | None, details: JsonObject, session: JsonObject | None
    ) -> Response:
        seen.append((error, details, session))
        return PlainTextResponse("own")

    scene = ClientScene(on_callback=on_callback)
    assert (await scene.browser.visit("/auth/login?returnTo=/x", user="local|alice")).text == "own"
    assert (await scene.get("/auth/callback")).text == "own"
    (good_error, details, session), (bad_error, _, none) = seen
    assert (good_error, none) == (None, None)
    assert details == {"responseType": "code", "returnTo": "/x", "appBaseUrl": APP}
    assert session is not None
    assert isinstance(session["user"], dict)
    assert session["user"]["role"] == "x"  # a claim that the filter drops
    assert isinstance(bad_error, InspectorError)
    assert bad_error.code == "missing_state"


async def test_the_hook_shapes_the_session_but_not_its_internal_part() -> None:
    async def hook(session: JsonObject, id_token: str | None) -> JsonObject:
        assert id_token
        return {**session, "user": {"sub": "u", "team": "blue"}, "internal": {"sid": "hacked"}}

    scene = ClientScene(before_session_saved=hook)
    assert (await scene.sign_in()).json() == {"sub": "u", "team": "blue"}
    (written,) = [e for e in scene.events if isinstance(e, SessionWritten) and e.reason == "login"]
    assert written.facts.sid not in ("", "hacked")


async def test_a_key_set_that_cannot_be_had_is_a_failed_exchange() -> None:
    def broken(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/.well-known/jwks.json":
            return httpx.Response(200, json={"no": "keys"})
        return None

    scene = ClientScene(broken)
    await scene.sign_in()
    failed = failure(scene)
    assert (failed.step, failed.code) == ("id_token", "jwks_error")
