"""The session of a request, found by the client that the middleware put into its scope."""

from __future__ import annotations

import pytest
from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import HTTPConnection

from session_inspector import InputError, SessionData, current_session, require_session
from session_inspector.devserver.client.api.dependencies import CLIENT, HasScope

SESSION: SessionData = {
    "user": {"sub": "alice"},
    "tokenSet": {"accessToken": "a"},
    "internal": {"createdAt": 1},
}


class Reader:
    def __init__(self, session: SessionData | None) -> None:
        self._session = session

    async def get_session(self, request: HasScope) -> SessionData | None:
        return self._session


def connection(session: SessionData | None, kind: str = "http") -> HTTPConnection:
    return HTTPConnection({"type": kind, CLIENT: Reader(session)})


async def test_who_is_logged_in_has_a_session() -> None:
    assert await current_session(connection(SESSION)) is SESSION
    assert await require_session(connection(SESSION)) is SESSION


async def test_nobody_is_none_or_a_401_or_the_end_of_a_websocket() -> None:
    assert await current_session(connection(None)) is None
    with pytest.raises(HTTPException) as refused:
        await require_session(connection(None))
    assert refused.value.status_code == 401
    with pytest.raises(WebSocketException) as ended:
        await require_session(connection(None, "websocket"))
    assert ended.value.code == 1008


async def test_without_the_middleware_the_error_says_what_to_add() -> None:
    with pytest.raises(InputError, match=r"app\.add_middleware\(client\.middleware\)"):
        await current_session(HTTPConnection({"type": "http"}))
