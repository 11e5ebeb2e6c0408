"""The small relying-party site a person opens in a browser: sign in, look, sign out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import Json
from session_inspector.devserver.lab.page import page
from session_inspector.devserver.session.policy import part

GetSession: TypeAlias = Callable[[Request], Awaitable[Mapping[str, object] | None]]


@dataclass(frozen=True, slots=True)
class Wait:
    """Where a scenario holds a request: it arrives, and goes on when the scenario lets it."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)


class Refresh(Protocol):
    """Asks for an access token: Auth0Client.get_access_token."""

    async def __call__(self, request: Request, *, refresh: bool) -> Mapping[str, object]:
        """Return the token set. Raises: InspectorError."""
        ...


SIGN_IN = ("Sign in", "/auth/login?returnTo=/")
SIGNED_IN = (
    ("Call a protected page", "/protected"),
    ("Your profile as JSON", "/auth/profile"),
    ("Refresh this page", "/"),
    ("Sign out", "/auth/logout"),
)


class Demo:
    """The site's pages; `get_session` and `refresh` are the client's."""

    def __init__(
        self,
        get_session: GetSession,
        refresh: Refresh,
        clock: Clock,
        kind: Kind,
        waits: Mapping[str, Wait],
    ) -> None:
        self._waits = waits
        self._get_session = get_session
        self._refresh = refresh
        self._clock = clock
        self._kind = kind
        self.app = Starlette(
            routes=[
                Route("/", self.home),
                Route("/protected", self.protected),
                Route("/api/me", self.me),
                Route("/api/refresh", self.refresh),
                Route("/api/slow", self.slow),
            ],
            exception_handlers={StoreUnavailable: _answer_outage},
        )

    async def home(self, request: Request) -> Response:
        """Show who is signed in, and what the session holds."""
        session = await self._get_session(request)
        if session is None:
            return page(
                "Nobody is signed in",
                lead="This is the demo app of Session Inspector. Sign in and watch your session"
                " appear in the terminal.",
                tag="no session",
                is_good=False,
                links=[SIGN_IN],
            )
        return page(
            f"Hello, {_display_name(session)}",
            lead="Every click rolls your session. Watch its clocks move in the terminal.",
            tag=f"signed in · {self._kind}",
            links=SIGNED_IN,
            facts=self._facts(session),
        )

    async def protected(self, request: Request) -> Response:
        """Show something only to those who are signed in (401 otherwise)."""
        session = await self._get_session(request)
        if session is None:
            return page(
                "This page is for members",
                lead="You have no session, or it is over. The terminal shows why.",
                tag="401",
                is_good=False,
                links=[("Sign in", "/auth/login?returnTo=/protected")],
                status=401,
            )
        return page(
            "The protected page",
            lead=f"Only {_display_name(session)} and other members see this.",
            tag=f"signed in · {self._kind}",
            links=[("Back", "/"), ("Sign out", "/auth/logout")],
            facts=self._facts(session),
        )

    async def me(self, request: Request) -> Response:
        """Answer an API call: the user's claims, or 401."""
        session = await self._get_session(request)
        if session is None:
            return JSONResponse({"error": "not_authenticated"}, 401)
        return JSONResponse({"user": session.get("user")})

    async def refresh(self, request: Request) -> Response:
        """Ask for a fresh access token, whether or not the old one is due."""
        try:
            found = await self._refresh(request, refresh=True)
        except InspectorError as error:
            if isinstance(error, StoreUnavailable):
                raise
            return JSONResponse({"error": error.code, "message": error.message}, 401)
        return JSONResponse({"expires_at": found.get("expiresAt"), "scope": found.get("scope")})

    async def slow(self, request: Request) -> Response:
        """Read the session, wait where a scenario holds it, then save it with fresh tokens."""
        session = await self._get_session(request)
        wait = self._waits.get(request.query_params.get("wait", ""))
        if wait is not None:
            wait.arrived.set()
            await wait.go_on.wait()
        if session is None:
            return JSONResponse({"error": "not_authenticated"}, 401)
        return await self.refresh(request)

    def _facts(self, session: Mapping[str, object]) -> list[tuple[str, str]]:
        user = part(session, "user")
        internal = part(session, "internal")
        tokens = part(session, "tokenSet")
        has_refresh_token = bool(tokens.get("refreshToken"))
        return [
            ("user", str(user.get("sub", ""))),
            ("e-mail", str(user.get("email", "–"))),
            ("session id (sid)", str(internal.get("sid", "–"))),
            ("signed in at", _describe_moment(internal.get("createdAt"))),
            ("access token until", _describe_moment(tokens.get("expiresAt"))),
            ("refresh token", "yes" if has_refresh_token else "no"),
            ("the server's clock", _describe_moment(self._clock.now())),
        ]


async def _answer_outage(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "store_unavailable", "message": str(error)}, 503)


def _display_name(session: Mapping[str, object]) -> str:
    user = part(session, "user")
    return str(user.get("name") or user.get("email") or user.get("sub") or "stranger")


def _describe_moment(seconds: Json) -> str:
    if not is_number(seconds):
        return "–"
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f"{seconds} (no date)"
