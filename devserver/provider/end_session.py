"""Logout at the provider: RP-initiated (OIDC), Auth0's /v2/logout, and back-channel sending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.events.login import LogoutTokenSent
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.provider.authlib_server import asked
from session_inspector.devserver.provider.authorize import COOKIE
from session_inspector.devserver.provider.pages import message_page
from session_inspector.devserver.provider.registrations import ClientRegistration
from session_inspector.devserver.provider.token_storage import Books


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came of a logout token."""

    status: int
    """What the app answered; 0: it did not."""
    reason: str = ""
    """Why it failed; empty: the app took it."""


SendLogoutToken: TypeAlias = Callable[[str, str], Awaitable[Delivery | None]]
"""Posts a logout token (second) to a client's back-channel logout URI (first); None: not sent."""


class EndSession:
    """/oidc/logout and /v2/logout."""

    def __init__(
        self,
        books: Books,
        clients: Mapping[str, ClientRegistration],
        clock: Clock,
        publish: Publish,
        send: SendLogoutToken | None,
    ) -> None:
        self._books = books
        self._clients = clients
        self._clock = clock
        self._publish = publish
        self._send = send
        self.routes = [
            Route("/oidc/logout", self.oidc, methods=["GET", "POST"]),
            Route("/v2/logout", self.v2, methods=["GET"]),
        ]

    async def oidc(self, request: Request) -> Response:
        """End the session and go back (OpenID Connect RP-Initiated Logout §2)."""
        self._books.cause = exchange_of(request.scope)
        fields = (await asked(request)).form
        try:
            client_id, sid = self._hinted(fields)
        except OAuthError as error:
            return message_page("Logout refused", error.message, 400)
        sid = self._books.handles.sid_of(request.cookies.get(COOKIE, "")) or sid
        uri = fields.get("post_logout_redirect_uri", "")
        client = self._clients.get(client_id)
        if uri and (client is None or not client.check_post_logout_uri(uri)):
            reason = "post_logout_redirect_uri is not registered for this client."
            return message_page("Logout refused", reason, 400)
        await self.sign_out(sid)
        state = fields.get("state")
        query = urlencode({"state": state}) if state else ""
        return _gone(uri + (("&" if "?" in uri else "?") + query if uri and query else ""))

    async def v2(self, request: Request) -> Response:
        """End the session and go back, as an Auth0 tenant without RP-initiated logout does."""
        self._books.cause = exchange_of(request.scope)
        fields = (await asked(request)).form
        uri, client = fields.get("returnTo", ""), self._clients.get(fields.get("client_id", ""))
        if uri and (client is None or not client.check_post_logout_uri(uri)):
            return message_page("Logout refused", "returnTo is not an allowed logout URL.", 400)
        await self.sign_out(self._books.handles.sid_of(request.cookies.get(COOKIE, "")))
        return _gone(uri)

    async def sign_out(self, sid: str) -> bool:
        """End a session and tell the apps that took part in it; False when there was none."""
        session = self._books.sign_out(sid)
        if session is None:
            return False
        for client_id in sorted(self._books.parties.pop(sid, ())):
            client = self._clients.get(client_id)
            if client is not None and client.backchannel_logout_uri:
                await self._tell(client, session.user.sub, sid)
        return True

    async def _tell(self, client: ClientRegistration, sub: str, sid: str) -> None:
        if self._send is None:
            return
        cause = self._books.cause  # other requests change it while the app answers
        token = self._books.minter.logout_token(sub, sid, client.client_id)
        came = await self._send(client.backchannel_logout_uri, token)
        if came is None:
            return
        self._publish(
            LogoutTokenSent(
                at=self._clock.now(),
                cause=cause,
                client_id=client.client_id,
                uri=client.backchannel_logout_uri,
                sub=sub,
                sid=sid,
                status=came.status,
                reason=came.reason,
            )
        )

    def _hinted(self, fields: Mapping[str, str]) -> tuple[str, str]:
        """Return (client id, session id) of the hints; an expired ID token is a good hint.

        Raises: OAuthError for a hint that is not ours, or another client's.
        """
        client_id, hint = fields.get("client_id", ""), fields.get("id_token_hint", "")
        if not hint:
            return client_id, fields.get("logout_hint", "")
        claims = self._books.minter.verify(hint, may_be_expired=True)
        audience = claims.get("aud")
        if client_id and audience != client_id:
            raise OAuthError("id_token_hint belongs to another client")
        return str(audience), str(claims.get("sid", ""))


def _gone(uri: str) -> Response:
    response: Response = message_page("You are signed out", "You can close this page.")
    if uri:
        response = RedirectResponse(uri, 302)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return response
