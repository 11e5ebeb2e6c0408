"""The page of device codes: a link alone allows nothing, and texts of apps are escaped."""

from __future__ import annotations

from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.provider_scene import CLIENT, Scene

EVIL = ClientRegistration(client_id="<script>", client_secret="s")


async def started(scene: Scene, client_id: str = "app", secret: str = "secret") -> str:
    fields = {"client_id": client_id, "client_secret": secret, "scope": "<b>"}
    answer = await scene.http.post("/oauth/device/code", data=fields)
    return str(answer.json()["user_code"])


async def test_a_link_fills_in_the_code_and_nothing_more() -> None:
    scene = Scene()
    code = await started(scene)
    page = await scene.http.get("/activate", params={"user_code": f'{code}"><script>'})
    assert "<script>" not in page.text
    assert code in page.text


async def test_a_wrong_code_says_so_and_asks_again() -> None:
    answer = await Scene().http.post("/activate", data={"user_code": "BCDF-GHJK"})
    assert answer.status_code == 400
    assert "Start again on the device" in answer.text


async def test_who_is_signed_in_is_asked_at_once_by_name() -> None:
    scene = Scene(clients=[CLIENT, EVIL])
    await scene.sign_in()
    page = await scene.http.post("/activate", data={"user_code": await started(scene)})
    assert "May the device of app sign in as Alice?" in page.text
    code = await started(scene, "<script>", "s")
    hostile = await scene.http.post("/activate", data={"user_code": code})
    assert "<script>" not in hostile.text
    assert "<b>" not in hostile.text


async def test_nobody_can_allow_without_signing_in() -> None:
    scene = Scene()
    code = await started(scene)
    page = await scene.http.post("/activate", data={"user_code": code, "consent": "yes"})
    assert "Who are you today?" in page.text
