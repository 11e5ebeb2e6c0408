"""Auth0's MFA API beside the token endpoint: only for who holds an MFA token."""

from __future__ import annotations

import httpx
import pytest

from tests.devserver.provider.flows.test_step_up import StepUp


@pytest.fixture
async def step_up() -> StepUp:
    found = StepUp()
    await found.begin()
    return found


async def call(step_up: StepUp, path: str, token: str, **body: object) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"}
    if body:
        return await step_up.scene.http.post(path, json=body, headers=headers)
    return await step_up.scene.http.get(path, headers=headers)


async def test_authenticators_are_listed(step_up: StepUp) -> None:
    answer = await call(step_up, "/mfa/authenticators", step_up.mfa_token)
    assert [found["type"] for found in answer.json()] == ["otp", "oob", "recovery-code"]


@pytest.mark.parametrize("kind", ["otp", "oob"])
async def test_an_authenticator_is_enrolled(step_up: StepUp, kind: str) -> None:
    answer = await call(step_up, "/mfa/associate", step_up.mfa_token, authenticator_types=[kind])
    found = answer.json()
    assert (found["authenticator_type"], len(found["recovery_codes"])) == (kind, 1)
    assert ("barcode_uri" in found, "oob_code" in found) == (kind == "otp", kind == "oob")


@pytest.mark.parametrize("body", [{"authenticator_types": []}, {"authenticator_types": ["fax"]}])
async def test_an_unknown_kind_is_refused(step_up: StepUp, body: dict[str, object]) -> None:
    answer = await call(step_up, "/mfa/associate", step_up.mfa_token, **body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_without_an_mfa_token_there_is_nothing(step_up: StepUp) -> None:
    assert (await call(step_up, "/mfa/authenticators", "unknown")).status_code == 401
    assert (await step_up.challenge(mfa_token="unknown")).status_code == 401
    assert (await step_up.challenge(client_secret="wrong")).json()["error"] == "invalid_client"
    wrong = await step_up.challenge(challenge_type="fax")
    assert wrong.json()["error"] == "unsupported_challenge_type"


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"a":'])
async def test_a_body_that_is_no_json_object_is_named(step_up: StepUp, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = await step_up.scene.http.post("/mfa/challenge", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_form_does_as_well_as_json(step_up: StepUp) -> None:
    fields = {"mfa_token": step_up.mfa_token, "client_id": "app", "client_secret": "secret"}
    answer = await step_up.scene.http.post("/mfa/challenge", data=fields)
    assert answer.json() == {"challenge_type": "otp"}
