"""Logout at the provider: RP-initiated (OIDC), Auth0's /v2/logout, and back-channel sending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.events.login import LogoutFrameShown, LogoutTokenSent
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.provider.authlib_server import read_request
from session_inspector.devserver.provider.browser_session import COOKIE, BrowserSessionCookie
from session_inspector.devserver.provider.pages import logout_frames_page, message_page
from session_inspector.devserver.provider.registrations import ClientRegistration
from session_inspector.devserver.provider.requests.id_token_hint import read_hint
from session_inspector.devserver.provider.requests.registration_advice import explain_logout
from session_inspector.devserver.provider.token_storage import TokenStorage


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the delivery of a logout token ended."""

    status: int
    """The HTTP status of the app's answer; 0: there was none."""
    reason: str = ""
    """Why it failed; empty: the app accepted it."""


SendLogoutToken: TypeAlias = Callable[[str, str], Awaitable[Delivery | None]]
"""Posts a logout token (second) to a client's back-channel logout URI (first); None: not sent."""


@dataclass(frozen=True, slots=True)
class EndedSession:
    """A session at the provider that was ended, and the apps that had tokens in it."""

    sub: str
    sid: str
    clients: tuple[ClientRegistration, ...]


class EndSession:
    """/oidc/logout and /v2/logout."""

    def __init__(
        self,
        storage: TokenStorage,
        cookie: BrowserSessionCookie,
        clients: Mapping[str, ClientRegistration],
        clock: Clock,
        publish: Publish,
        send: SendLogoutToken | None,
    ) -> None:
        self._storage = storage
        self._cookie = cookie
        self._clients = clients
        self._clock = clock
        self._publish = publish
        self._send = send
        self.routes = [
            Route("/oidc/logout", self.logout_oidc, methods=["GET", "POST"]),
            Route("/v2/logout", self.logout_v2, methods=["GET"]),
        ]

    async def logout_oidc(self, request: Request) -> Response:
        """End the session and go back (OpenID Connect RP-Initiated Logout §2)."""
        self._storage.report.cause = exchange_of(request.scope)
        fields = (await read_request(request)).form
        try:
            client_id, hinted_sid = self._read_hints(fields)
        except OAuthError as error:
            return message_page("Logout refused", error.message, 400)
        uri = fields.get("post_logout_redirect_uri", "")
        if uri and not self._may_return_to(client_id, uri):
            return self._refuse("post_logout_redirect_uri", uri, client_id)
        ended = await self._end(self._read_sid(request) or hinted_sid)
        return _leave(_add_state(uri, fields.get("state", "")), self._show_frames(ended))

    async def logout_v2(self, request: Request) -> Response:
        """End the session and go back, as an Auth0 tenant without RP-initiated logout does."""
        self._storage.report.cause = exchange_of(request.scope)
        fields = (await read_request(request)).form
        uri = fields.get("returnTo", "")
        client_id = fields.get("client_id", "")
        if uri and not self._may_return_to(client_id, uri):
            return self._refuse("returnTo", uri, client_id)
        ended = await self._end(self._read_sid(request))
        return _leave(uri, self._show_frames(ended))

    async def sign_out(self, sid: str) -> bool:
        """End a session and notify the apps that took part in it; False when there was none."""
        return await self._end(sid) is not None

    async def _end(self, sid: str) -> EndedSession | None:
        """End a session and send its logout tokens; None when there was none."""
        session = self._storage.sign_out(sid)
        if session is None:
            return None
        known = (self._clients.get(name) for name in self._storage.sessions.take_clients(sid))
        clients = [client for client in known if client is not None]
        for client in clients:
            if client.backchannel_logout_uri:
                await self._send_logout_token(client, session.user.sub, sid)
        return EndedSession(session.user.sub, sid, tuple(clients))

    def _show_frames(self, ended: EndedSession | None) -> list[str]:
        """Return the front-channel logout URIs of a session's apps, and report each."""
        if ended is None:
            return []
        frames: list[str] = []
        for client in ended.clients:
            if client.frontchannel_logout_uri:
                frames.append(self._frame_uri(client, ended))
                self._publish(
                    LogoutFrameShown(
                        at=self._clock.now(),
                        cause=self._storage.report.cause,
                        client_id=client.client_id,
                        uri=client.frontchannel_logout_uri,
                        sub=ended.sub,
                        sid=ended.sid,
                    )
                )
        return frames

    def _frame_uri(self, client: ClientRegistration, ended: EndedSession) -> str:
        query = {"iss": self._storage.minter.issuer, "sid": ended.sid}
        return _add_query(client.frontchannel_logout_uri, query)

    async def _send_logout_token(self, client: ClientRegistration, sub: str, sid: str) -> None:
        if self._send is None:
            return
        cause = self._storage.report.cause  # other requests change it while the app answers
        token = self._storage.minter.logout_token(sub, sid, client.client_id)
        delivery = await self._send(client.backchannel_logout_uri, token)
        if delivery is None:
            return
        self._publish(
            LogoutTokenSent(
                at=self._clock.now(),
                cause=cause,
                client_id=client.client_id,
                uri=client.backchannel_logout_uri,
                sub=sub,
                sid=sid,
                status=delivery.status,
                reason=delivery.reason,
            )
        )

    def _read_sid(self, request: Request) -> str:
        return self._cookie.read_sid(request.cookies.get(COOKIE, ""))

    def _may_return_to(self, client_id: str, uri: str) -> bool:
        client = self._clients.get(client_id)
        return client is not None and client.check_post_logout_uri(uri)

    def _refuse(self, name: str, uri: str, client_id: str) -> Response:
        reason = explain_logout(name, uri, client_id, self._clients)
        return message_page("Logout refused", reason, 400)

    def _read_hints(self, fields: Mapping[str, str]) -> tuple[str, str]:
        """Return (client id, session id) of the hints; an expired ID token is a good hint.

        Raises: OAuthError for a hint that is not ours, or another client's.
        """
        client_id = fields.get("client_id", "")
        hint = fields.get("id_token_hint", "")
        if not hint:
            return client_id, fields.get("logout_hint", "")
        found = read_hint(self._storage.minter, hint, client_id)
        return found.client_id, found.sid


def _add_state(uri: str, state: str) -> str:
    """Return a URI with the request's state in its query; an empty URI stays empty."""
    if not uri or not state:
        return uri
    return _add_query(uri, {"state": state})


def _add_query(uri: str, fields: Mapping[str, str]) -> str:
    separator = "?"
    if "?" in uri:
        separator = "&"
    return f"{uri}{separator}{urlencode(fields)}"


def _leave(uri: str, frames: Sequence[str]) -> Response:
    """Delete the provider's cookie; load the frames, then send the browser to a URI.

    Without a URI, show that it is signed out.
    """
    response: Response = message_page("You are signed out", "You can close this page.")
    if frames:
        response = logout_frames_page(frames, uri)
    elif uri:
        response = RedirectResponse(uri, 302)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return response
