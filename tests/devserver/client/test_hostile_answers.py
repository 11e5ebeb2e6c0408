"""A provider's answer that no provider gives: a declared error, and no traceback."""

from __future__ import annotations

import httpx
import pytest

from tests.devserver.client.client_scene import ClientScene

DEEP = b'{"access_token":' + b"[" * 5_000 + b"]" * 5_000 + b"}"


@pytest.mark.parametrize("part", ["/oauth/token", "openid-configuration", "jwks"])
@pytest.mark.parametrize("status", [200, 400])
async def test_an_answer_that_nests_too_deep_is_declared(part: str, status: int) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        if part not in request.url.path:
            return None
        return httpx.Response(status, content=DEEP)

    found = await ClientScene(answer).sign_in()
    assert (found.status_code, "An error occurred" in found.text) == (500, True)


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "null",
        "5",
        '"text"',
        '{"access_token":5}',
        '{"error":{}}',
        '{"error":1e400}',
        '{"expires_in":{}}',
        '{"expires_in":1e400}',
        '{"expires_in":NaN}',
        '{"expires_at":[]}',
        '{"access_token":"a","expires_in":{}}',
        '{"access_token":"a","id_token":{}}',
    ],
)
@pytest.mark.parametrize("status", [200, 400, 500])
async def test_an_answer_of_an_odd_shape_is_declared(body: str, status: int) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/oauth/token":
            return None
        return httpx.Response(status, text=body)

    found = await ClientScene(answer).sign_in()
    assert (found.status_code, "An error occurred" in found.text) == (500, True)


@pytest.mark.parametrize("part", ["/oauth/token", "openid-configuration", "jwks"])
async def test_no_redirect_takes_a_grant_or_a_document_elsewhere(part: str) -> None:
    """An HTTP client of the app's own may follow redirects: ours must not."""
    asked: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        if part in request.url.path:
            return httpx.Response(307, headers={"location": "http://evil.test/"})
        return await scene._tenant(request)

    transport = httpx.MockTransport(answer)
    following = httpx.AsyncClient(transport=transport, follow_redirects=True)
    scene = ClientScene(http_client=following)
    assert (await scene.sign_in()).status_code == 500
    assert "evil.test" not in asked
