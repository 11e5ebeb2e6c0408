"""The device flow over HTTP: poll, page, tokens; every answer that a device may get."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.provider.flows.device_codes import INTERVAL, LIFETIME
from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.flows.real_provider import Form
from tests.devserver.provider.provider_scene import CLIENT, ISSUER, Scene, verified

TV = ClientRegistration(client_id="tv")
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Device:
    def __init__(self) -> None:
        self.scene = Scene(clients=[CLIENT, TV])
        self.started: dict[str, str] = {}

    async def start(self) -> None:
        fields = {"client_id": "tv", "scope": "openid profile offline_access"}
        answer = await self.scene.http.post("/oauth/device/code", data=fields)
        self.started = answer.json()

    async def poll(self, **changes: str) -> httpx.Response:
        self.scene.clock.advance(INTERVAL)
        fields = {"grant_type": GRANT, "client_id": "tv", "device_code": self.code, **changes}
        return await self.scene.http.post("/oauth/token", data=fields)

    @property
    def code(self) -> str:
        return self.started["device_code"]

    async def answer(self, **known: str) -> httpx.Response:
        """Go through the pages until there is no form."""
        page = await self.scene.http.get(self.started["verification_uri_complete"])
        while (form := Form(page.text)).action:
            filled = form.fill_in({"username": "local|alice", **known})
            page = await self.scene.http.post(form.action, data=filled)
        return page


@pytest.fixture
async def device() -> Device:
    found = Device()
    await found.start()
    return found


async def test_a_user_allows_a_device(device: Device) -> None:
    assert device.started["verification_uri"] == f"{ISSUER}activate"
    assert (await device.poll()).json()["error"] == "authorization_pending"
    assert "The device is signed in" in (await device.answer()).text
    tokens = (await device.poll()).json()
    claims = await verified(device.scene, tokens["id_token"])
    assert (claims["sub"], claims["aud"], claims["name"]) == ("local|alice", "tv", "Alice")
    assert (
        await device.scene.refresh(tokens["refresh_token"], client_id="tv", client_secret="")
    ).status_code == 200
    assert (await device.poll()).json()["error"] == "invalid_grant"


async def test_a_user_refuses_a_device(device: Device) -> None:
    assert "Refused" in (await device.answer(consent="no")).text
    assert (await device.poll()).json()["error"] == "access_denied"


async def test_too_soon_too_late_and_unknown(device: Device) -> None:
    await device.poll()
    device.scene.clock.advance(-INTERVAL)
    assert (await device.poll()).json()["error"] == "slow_down"
    assert (await device.poll(device_code="unknown")).json()["error"] == "invalid_grant"
    other = await device.poll(client_id="app", client_secret="secret")
    assert other.json()["error"] == "unauthorized_client"
    device.scene.clock.advance(LIFETIME)
    assert (await device.poll()).json()["error"] == "expired_token"


async def test_an_unknown_client_gets_no_code() -> None:
    answer = await Scene().http.post("/oauth/device/code", data={"client_id": "nobody"})
    assert answer.json()["error"] == "invalid_client"
