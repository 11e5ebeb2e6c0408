"""The second factor on the provider's page: asked for by the app or the knob, once a session."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.core.events.login import SecondFactorPassed, SecondFactorRequired
from session_inspector.devserver.core.knobs import Knobs
from session_inspector.devserver.provider.flows.second_factors import MULTI_FACTOR, is_right_code
from tests.devserver.provider.flows.real_provider import Form
from tests.devserver.provider.provider_scene import Scene, parameters, verified


@pytest.mark.parametrize(
    ("code", "is_right"),
    [("123456", True), ("000000", False), ("12345", False), ("1234567", False), ("१२३४५६", False)],
)
def test_six_digits_are_right_but_zeros(code: str, is_right: bool) -> None:
    assert is_right_code(code) is is_right


async def answer(scene: Scene, page: httpx.Response, code: str) -> httpx.Response:
    form = Form(page.text)
    assert form.action == "/u/mfa", page.text
    return await scene.http.post(form.action, data=form.fill_in({"code": code}))


async def test_acr_values_ask_once_and_the_tokens_say_so() -> None:
    scene = Scene()
    page = await scene.sign_in(acr_values=f"unknown {MULTI_FACTOR}")
    page = await answer(scene, page, "000000")
    assert "This code is wrong" in page.text
    code = parameters(await answer(scene, page, "123456"))["code"]
    tokens = (await scene.exchange(code)).json()
    for name in ("id_token", "access_token"):
        claims = await verified(scene, tokens[name])
        assert (claims["acr"], claims["amr"]) == (MULTI_FACTOR, ["mfa"])
    again = parameters(await scene.ask(acr_values=MULTI_FACTOR, nonce="n2"))
    assert "code" in again
    kinds = [type(event) for event in scene.events]
    assert (kinds.count(SecondFactorRequired), kinds.count(SecondFactorPassed)) == (1, 1)


async def test_without_being_asked_one_factor_is_enough() -> None:
    scene = Scene()
    tokens = await scene.tokens(acr_values="unknown")
    assert "acr" not in await verified(scene, tokens["id_token"])


async def test_the_knob_asks_every_login() -> None:
    scene = Scene()
    scene.provider.turn_knobs(Knobs(second_factor="login"))
    page = await scene.sign_in()
    assert "code" in parameters(await answer(scene, page, "123456"))


async def test_a_silent_login_says_that_somebody_is_needed() -> None:
    scene = Scene()
    await scene.sign_in()
    found = parameters(await scene.ask(acr_values=MULTI_FACTOR, prompt="none", nonce="n2"))
    assert found["error"] == "interaction_required"


async def test_the_page_alone_signs_nobody_in() -> None:
    scene = Scene()
    page = await scene.sign_in(acr_values=MULTI_FACTOR)
    scene.http.cookies.clear()
    form = Form(page.text)
    answered = await scene.http.post(form.action, data=form.fill_in({"code": "123456"}))
    assert "Who are you today?" in answered.text


async def test_max_age_asks_again_after_its_seconds() -> None:
    scene = Scene()
    await scene.sign_in()
    scene.clock.advance(60)
    assert "code" in parameters(await scene.ask(max_age="60", nonce="n2"))
    scene.clock.advance(1)
    page = await scene.ask(max_age="60", nonce="n3")
    assert "Who are you today?" in page.text
    tokens = await scene.tokens(max_age="0", nonce="n4")
    claims = await verified(scene, tokens["id_token"])
    assert claims["auth_time"] == int(scene.clock.now())
