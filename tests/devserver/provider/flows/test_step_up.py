"""mfa_required at a refresh, and each of the three grants that finish it."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.core.knobs import Knobs
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.flows.second_factors import LIFETIME, MULTI_FACTOR
from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.provider_scene import CLIENT, Scene, verified

PREFIX = "http://auth0.com/oauth/grant-type/mfa-"


class StepUp:
    def __init__(self) -> None:
        other = ClientRegistration(client_id="other", client_secret="secret")
        self.scene = Scene(clients=[CLIENT, other])
        self.tokens: JsonObject = {}
        self.mfa_token = ""

    async def begin(self) -> httpx.Response:
        """Log in, and let a refresh be refused."""
        self.tokens = await self.scene.tokens()
        self.scene.provider.turn_knobs(Knobs(second_factor="refresh"))
        answer = await self.scene.refresh(self.tokens["refresh_token"], audience="https://api.test")
        self.mfa_token = answer.json()["mfa_token"]
        return answer

    async def finish(self, kind: str, **fields: str) -> httpx.Response:
        form = {"grant_type": PREFIX + kind, "mfa_token": self.mfa_token}
        form |= {"client_id": "app", "client_secret": "secret", **fields}
        return await self.scene.http.post("/oauth/token", data=form)

    async def challenge(self, **members: str) -> httpx.Response:
        body = {"mfa_token": self.mfa_token, "client_id": "app", "client_secret": "secret"}
        return await self.scene.http.post("/mfa/challenge", json={**body, **members})


@pytest.fixture
async def step_up() -> StepUp:
    found = StepUp()
    answer = await found.begin()
    assert (answer.status_code, answer.json()["error"]) == (403, "mfa_required")
    assert answer.json()["mfa_requirements"] == {"challenge": [{"type": "otp"}, {"type": "oob"}]}
    return found


async def test_a_one_time_code_gives_the_tokens_that_the_refresh_asked_for(
    step_up: StepUp,
) -> None:
    assert (await step_up.challenge()).json() == {"challenge_type": "otp"}
    answer = await step_up.finish("otp", otp="123456")
    claims = await verified(step_up.scene, answer.json()["access_token"])
    assert (claims["acr"], claims["sub"]) == (MULTI_FACTOR, "local|alice")
    assert "https://api.test" in str(claims["aud"])
    assert "refresh_token" not in answer.json()
    fresh = await step_up.scene.refresh(step_up.tokens["refresh_token"])
    claims = await verified(step_up.scene, fresh.json()["id_token"])
    assert claims["acr"] == MULTI_FACTOR
    again = await step_up.finish("otp", otp="123456")
    assert again.json()["error"] == "invalid_grant"


async def test_a_code_out_of_band_needs_its_challenge(step_up: StepUp) -> None:
    started = (await step_up.challenge(challenge_type="oob")).json()
    assert (started["challenge_type"], started["binding_method"]) == ("oob", "prompt")
    wrong = await step_up.finish("oob", oob_code="x", binding_code="123456")
    assert wrong.json()["error"] == "invalid_grant"
    right = await step_up.finish("oob", oob_code=started["oob_code"], binding_code="123456")
    assert right.status_code == 200


async def test_a_recovery_code_gives_a_new_one(step_up: StepUp) -> None:
    assert (await step_up.finish("recovery-code", recovery_code="short")).is_error
    answer = await step_up.finish("recovery-code", recovery_code="ABCDEFGH1234")
    assert len(answer.json()["recovery_code"]) == 24


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"otp": "000000"}, "invalid_grant"),
        ({"otp": ""}, "invalid_request"),
        ({"otp": "123456", "mfa_token": "unknown"}, "invalid_grant"),
        ({"otp": "123456", "client_id": "other"}, "invalid_grant"),
        ({"otp": "123456", "client_secret": "wrong"}, "invalid_client"),
    ],
)
async def test_what_is_wrong_is_refused_and_may_be_tried_again(
    step_up: StepUp, fields: dict[str, str], error: str
) -> None:
    answer = await step_up.finish("otp", **fields)
    assert answer.json()["error"] == error
    assert (await step_up.finish("otp", otp="123456")).status_code == 200


async def test_an_mfa_token_ends(step_up: StepUp) -> None:
    step_up.scene.clock.advance(LIFETIME)
    assert (await step_up.finish("otp", otp="123456")).json()["error"] == "invalid_grant"


async def test_the_family_goes_on_for_it_was_not_rotated(step_up: StepUp) -> None:
    step_up.scene.provider.turn_knobs(Knobs())
    assert (await step_up.scene.refresh(step_up.tokens["refresh_token"])).status_code == 200
