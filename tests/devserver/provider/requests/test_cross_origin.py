"""Scripts of registered origins may read the provider's answers, and no others."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from session_inspector.devserver.core.events.login import StepFailed
from tests.devserver.provider.provider_scene import CLIENT, Scene

PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "dpop"}
ASKED = [
    ("GET", "/.well-known/openid-configuration", 200),
    ("GET", "/.well-known/jwks.json", 200),
    ("POST", "/oauth/token", 400),
    ("POST", "/oauth/revoke", 401),
    ("GET", "/userinfo", 401),
]


def scene_of(**changes: object) -> Scene:
    return Scene(clients=[replace(CLIENT, **changes)])  # type: ignore[arg-type]  # its fields


async def ask(scene: Scene, method: str, path: str, origin: str, **more: str) -> httpx.Response:
    headers = {"origin": origin, "host": "op.test", **more}
    return await scene.http.request(method, path, headers=headers)


@pytest.mark.parametrize(("method", "path", "status"), ASKED)
async def test_a_callback_s_origin_may_read_answers_and_refusals(
    method: str, path: str, status: int
) -> None:
    answer = await ask(Scene(), method, path, "http://app.test")
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (
        status,
        "http://app.test",
    )
    assert "access-control-allow-credentials" not in answer.headers
    assert "dpop-nonce" in answer.headers["access-control-expose-headers"]
    assert "Origin" in answer.headers["vary"]


async def test_a_preflight_is_answered_for_it() -> None:
    scene = Scene()
    answer = await ask(scene, "OPTIONS", "/oauth/token", "http://app.test", **PREFLIGHT)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "dpop" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-methods"] == "GET, POST"
    assert scene.events == []


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.test",
        "https://app.test",
        "http://app.test:81",
        "http://app.test.evil.test",
        "http://sub.app.test",
        "null",
        "http://app.test/",
        "http://app.test,http://evil.test",
        "*",
        "\x1b]0;x",
    ],
)
@pytest.mark.parametrize(("method", "path", "status"), ASKED)
async def test_another_origin_reads_nothing(
    method: str, path: str, status: int, origin: str
) -> None:
    scene = Scene()
    answer = await ask(scene, method, path, origin)
    assert "access-control-allow-origin" not in answer.headers
    refused = await ask(scene, "OPTIONS", path, origin, **PREFLIGHT)
    assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (403, False)
    assert refused.json()["error"] == "origin_not_registered"
    told = [event for event in scene.events if isinstance(event, StepFailed)]
    assert {(event.step, event.code) for event in told} == {
        ("cross_origin", "origin_not_registered")
    }
    assert "--client ID=" in told[0].reason
    assert told[0].reason.isprintable()


@pytest.mark.parametrize(
    ("origin", "is_known"),
    [
        ("http://127.0.0.1:5173", True),
        ("http://localhost:5173", False),
        ("http://web.test:8080", True),
        ("http://web.test", False),
    ],
)
async def test_ports_of_loopback_are_free_and_more_can_be_registered(
    origin: str, is_known: bool
) -> None:
    scene = scene_of(web_origins=("http://web.test:8080",))
    answer = await ask(scene, "GET", "/userinfo", origin)
    assert ("access-control-allow-origin" in answer.headers) == is_known


@pytest.mark.parametrize("headers", [{}, {"origin": "http://op.test"}])
async def test_who_is_no_foreign_script_sees_no_difference(headers: dict[str, str]) -> None:
    scene = Scene()
    answer = await scene.http.get("/userinfo", headers={"host": "op.test", **headers})
    assert "access-control-allow-origin" not in answer.headers
    assert scene.events == []


async def test_pages_for_people_are_for_no_script() -> None:
    answer = await ask(Scene(), "GET", "/authorize", "http://app.test")
    assert "access-control-allow-origin" not in answer.headers
