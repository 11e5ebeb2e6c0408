"""What people write with the Python API, for mypy --strict in a project that has only the wheel."""

from collections.abc import Mapping
from typing import Any, assert_type

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from session_inspector import (
    Auth0Client,
    CookieOptions,
    DPoPOptions,
    InspectorError,
    Routes,
    SessionConfiguration,
    SessionData,
    SessionDataStore,
    SessionStore,
    TokenSet,
    TransactionOptions,
    UserClaims,
    current_session,
    open_store,
    require_session,
)


class Typed(SessionDataStore):
    async def get(self, key: str) -> SessionData | None:
        return None

    async def set(self, key: str, session: SessionData) -> None: ...

    async def delete(self, key: str) -> None: ...


class Loose:
    async def get(self, id: str) -> dict[str, Any] | None:
        return None

    async def set(self, id: str, data: dict[str, Any]) -> None: ...

    async def delete(self, id: str) -> bool:
        return True


class Wide:
    async def get(self, key: str) -> Mapping[str, object] | None:
        return None

    async def set(self, key: str, session: Mapping[str, object]) -> None: ...

    async def delete(self, key: str) -> None: ...


async def add_team(session: SessionData, id_token: str | None) -> dict[str, object]:
    return {**session, "team": "blue"}


async def keep_all(session: dict[str, Any], id_token: str | None) -> dict[str, Any]:
    return session


async def only_pages(request: Request) -> bool:
    return request.url.path != "/health"


async def after_login(
    error: InspectorError | None, context: dict[str, Any], session: SessionData | None
) -> Response:
    return PlainTextResponse(error.code if error else "welcome")


def choose_store(name: str) -> SessionStore | None:
    return open_store(name) if name else None


for store in (Typed(), Loose(), Wide(), open_store("memory://"), None):
    Auth0Client(session_store=store)
Auth0Client(session_store=None, domain=None, secret=["new", "old"], before_session_saved=keep_all)
client = Auth0Client(
    session_store=choose_store(""),
    session=SessionConfiguration(rolling=False, cookie={"name": "sid", "secure": True}),
    transaction_cookie=TransactionOptions(cookie=CookieOptions(path="/app")),
    routes=Routes(login="/login"),
    dpop_options=DPoPOptions(),
    before_session_saved=add_team,
    before_session_rolled=only_pages,
    on_callback=after_login,
)


async def use(request: Request, socket: WebSocket) -> None:
    session = await client.get_session(request)
    if session is not None:
        assert_type(session, SessionData)
        assert_type(session["user"], UserClaims)
        assert_type(session["user"]["name"], str)
        assert_type(session["tokenSet"].get("refreshToken"), str | None)
        assert_type(session["internal"]["createdAt"], int)
        await client.update_session(request, {**session, "cart": ["tea"]})
        await client.update_session(request, session)
    assert_type(await client.get_session(socket), SessionData | None)
    assert_type(await client.get_access_token(request), TokenSet)
    assert_type(await current_session(request), SessionData | None)
    assert_type(await require_session(socket), SessionData)
    await client.aclose()


app = Starlette(middleware=[Middleware(client.middleware)], lifespan=client.lifespan)
app.add_middleware(client.middleware)
asgi: ASGIApp = client.middleware(app)
