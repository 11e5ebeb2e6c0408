"""The session of a request, for apps that have no client at hand: dependencies for FastAPI.

    Session = Annotated[SessionData, Depends(require_session)]

The middleware puts its client into the ASGI scope, and these find it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import HTTPConnection
from starlette.status import HTTP_401_UNAUTHORIZED, WS_1008_POLICY_VIOLATION

from session_inspector.devserver.client.api.session_data import SessionData
from session_inspector.devserver.core.errors import InputError

CLIENT = "inspector.client"
"""Key of the ASGI scope under which the client is found."""
NO_MIDDLEWARE = (
    "this request did not pass the middleware. Fix: app.add_middleware(client.middleware), or"
    " app = client.middleware(app)"
)
NOT_LOGGED_IN = "Nobody is logged in."


class HasScope(Protocol):
    """A request or WebSocket of any ASGI framework."""

    @property
    def scope(self) -> Mapping[str, Any]:
        """The ASGI scope."""
        ...


@runtime_checkable
class SessionReader(Protocol):
    """Auth0Client, as far as it is needed here."""

    async def get_session(self, request: HasScope) -> SessionData | None:
        """Return the session of a request. Raises: StoreUnavailable."""
        ...


async def current_session(connection: HTTPConnection) -> SessionData | None:
    """Return the session of a request or WebSocket; None: nobody is logged in.

    Raises: InputError without the middleware; StoreUnavailable, which that answers with a 503.
    """
    client = connection.scope.get(CLIENT)
    if not isinstance(client, SessionReader):
        raise InputError(NO_MIDDLEWARE)
    return await client.get_session(connection)


async def require_session(connection: HTTPConnection) -> SessionData:
    """Return the session of a request or WebSocket.

    Raises: HTTPException (401), WebSocketException (1008) when nobody is logged in; as
    `current_session`.
    """
    session = await current_session(connection)
    if session is not None:
        return session
    if connection.scope["type"] == "websocket":
        raise WebSocketException(WS_1008_POLICY_VIOLATION, NOT_LOGGED_IN)
    raise HTTPException(HTTP_401_UNAUTHORIZED, NOT_LOGGED_IN)
