"""The authorization endpoint: who must sign in, what goes back to the app, and what does not."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.login import (
    ProviderSessionStarted,
)
from session_inspector.devserver.provider.registrations import User
from tests.devserver.provider.provider_scene import (
    BACK,
    Scene,
    parameters,
    verified,
)


async def test_state_comes_back_and_single_sign_on_asks_once() -> None:
    scene = Scene()
    assert parameters(await scene.sign_in())["state"] == "st"
    again = await scene.ask(nonce="other")
    assert "code" in parameters(again)
    assert len([e for e in scene.events if isinstance(e, ProviderSessionStarted)]) == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_what_cannot_go_on_goes_back_with_an_error(
    changes: dict[str, str], error: str
) -> None:
    found = parameters(await Scene().ask(**changes))
    assert (found["error"], found["state"]) == (error, "st")


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://evil.test/"},
        {"redirect_uri": BACK + "/more"},
        {"redirect_uri": ""},
        {"client_id": "nobody"},
        {"redirect_uri": "http://127.0.0.1.evil.test/cb"},
    ],
)
async def test_an_unregistered_redirect_is_a_page_not_a_redirect(changes: dict[str, str]) -> None:
    answer = await Scene().ask(**changes)
    assert (answer.status_code, "location" in answer.headers) == (400, False)


async def test_loopback_redirects_take_any_port() -> None:
    answer = await Scene().ask(redirect_uri="http://127.0.0.1:61234/cb")
    assert "Who are you today?" in answer.text


async def test_prompt_login_and_max_age_ask_again() -> None:
    scene = Scene()
    await scene.sign_in()
    assert "Who are you today?" in (await scene.ask(prompt="login", nonce="n1")).text
    scene.clock.advance(11)
    assert "code" in parameters(await scene.ask(max_age="11", nonce="n2"))
    assert "Who are you today?" in (await scene.ask(max_age="10", nonce="n3")).text


async def test_the_back_button_sends_the_same_request_again() -> None:
    scene = Scene()
    first = parameters(await scene.sign_in())
    second = parameters(await scene.ask())
    assert first["code"] != second["code"]
    for answer in (second, first):
        assert (await scene.exchange(answer["code"])).status_code == 200


async def test_consent_can_be_asked_and_refused() -> None:
    scene = Scene(skips_consent=False)
    page = await scene.sign_in()
    assert "May app sign you in?" in page.text
    hidden = page.text.split('name="authorize" value="')[1].split('"')[0].replace("&amp;", "&")
    for answer, expected in (("no", "error"), ("yes", "code")):
        fields = {"authorize": hidden, "consent": answer}
        assert expected in parameters(await scene.http.post("/u/consent", data=fields))


async def test_any_name_can_sign_in_and_is_escaped() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    scene = Scene(users=[User(sub='"><script>', claims={"name": "<b>bold</b>"})])
    page = await scene.ask(login_hint=hostile)
    assert "<img" not in page.text
    assert "<script>" not in page.text
    assert "<b>bold" not in page.text
    answer = await scene.sign_in(user=hostile, nonce="n2")
    tokens = (await scene.exchange(parameters(answer)["code"])).json()
    assert (await verified(scene, tokens["id_token"]))["name"] == hostile
