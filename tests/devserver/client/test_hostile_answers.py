"""A provider's answer that nests deeper than Python reads: a declared error, and no traceback."""

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
