"""The local provider of a lab: made from the settings, its sessions, and what it sends to apps."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from session_inspector.devserver.core.access import LOOPBACK_NAMES
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import RevokeAtProvider
from session_inspector.devserver.core.configuration.registered import RegisteredClient
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.end_session import Delivery, SendLogoutToken
from session_inspector.devserver.provider.flows.organizations import Organization
from session_inspector.devserver.provider.provider import Provider, ProviderSettings
from session_inspector.devserver.provider.registrations import ClientRegistration, Lifetimes, User
from session_inspector.devserver.provider.tenant import resolve_uris
from session_inspector.devserver.settings import Settings

PATIENCE = 5.0
"""Seconds an app may take to answer a logout token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the lab will be found; known before it starts."""

    base_url: str
    issuer: str
    """Ends with a slash; of an outside provider when there is no local one."""
    hosts: frozenset[str] = LOOPBACK_NAMES
    """Names by which the control API may be called."""


def make_provider(
    settings: Settings, addresses: Addresses, clock: Clock, publish: Publish, send: SendLogoutToken
) -> Provider:
    """Return the provider, with the lab's own app, the tenant's and others as its clients."""
    tokens = settings.tokens
    found = ProviderSettings(
        issuer=addresses.issuer,
        clients=_list_clients(settings, addresses.base_url),
        users=[User(sub=user.sub, claims=user.claims) for user in settings.users],
        organizations=[
            Organization(id=each.id, name=each.name, members=each.members)
            for each in settings.organizations
        ],
        lifetimes=Lifetimes(
            access=tokens.access,
            refresh=tokens.refresh,
            id=tokens.id,
            session=tokens.session,
        ),
        rotates=tokens.rotate,
        reuse_grace=tokens.reuse_grace,
        skips_consent=settings.skip_consent,
    )
    return Provider(found, clock, publish, send)


def _list_clients(settings: Settings, base_url: str) -> list[ClientRegistration]:
    own = ClientRegistration(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        redirect_uris=(f"{base_url}/auth/callback",),
        post_logout_redirect_uris=(
            base_url,
            f"{base_url}/",
            *resolve_uris("--post-logout-uri", settings.post_logout_uris, base_url),
        ),
        backchannel_logout_uri=f"{base_url}/auth/backchannel-logout",
    )
    clients = [own]
    if settings.tenant:
        clients.append(settings.tenant.registration())
    return clients + [_register(client) for client in settings.clients]


def _register(client: RegisteredClient) -> ClientRegistration:
    return ClientRegistration(
        client_id=client.client_id,
        client_secret=client.client_secret,
        redirect_uris=client.redirect_uris,
        post_logout_redirect_uris=client.post_logout_redirect_uris,
        web_origins=client.web_origins,
        backchannel_logout_uri=client.backchannel_logout_uri,
        frontchannel_logout_uri=client.frontchannel_logout_uri,
        requires_pushed_requests=client.require_pushed_authorization_requests,
        requires_proofs=client.dpop_bound_access_tokens,
        response_types=("code", "id_token"),
    )


async def send_logout_token(http: httpx.AsyncClient, uri: str, token: str) -> Delivery:
    """Post a logout token and return how the app answered (Back-Channel Logout §2.5, §2.8)."""
    try:
        answer = await http.post(uri, data={"logout_token": token}, timeout=PATIENCE)
    except httpx.HTTPError as error:
        return Delivery(status=0, reason=f"no answer: {error or type(error).__name__}")
    if answer.is_success:
        return Delivery(status=answer.status_code)
    text = " ".join(answer.text.split())[:200]
    return Delivery(status=answer.status_code, reason=text or f"status {answer.status_code}")


async def revoke_at(provider: Provider, command: RevokeAtProvider, *, cause: str) -> str:
    """End sessions or revoke tokens; returns what was done. Raises: InspectorError."""
    given = [name for name in ("user", "sid", "token") if getattr(command, name)]
    if len(given) != 1:
        raise InspectorError("name one of user, sid and token, and no other")
    if command.user:
        return await _revoke_user(provider, command.user, cause)
    if command.sid:
        return await _end_session(provider, command.sid, cause)
    if not provider.revoke_token(command.token, cause=cause):
        raise InspectorError("no such refresh token was issued here")
    return "the refresh token and its family are revoked"


async def _revoke_user(provider: Provider, sub: str, cause: str) -> str:
    sessions, families = await provider.revoke_user(sub, cause=cause)
    if not sessions and not families:
        raise InspectorError(f"{sub} has no session and no refresh token here")
    ended = f"{count_noun(sessions, 'session')} ended"
    return f"{sub}: {ended}, families of refresh tokens revoked: {families}"


async def _end_session(provider: Provider, sid: str, cause: str) -> str:
    provider.storage.report.cause = cause
    if not await provider.sign_out(sid):
        raise InspectorError(f"there is no session {sid!r:.60} at the provider")
    return f"session {sid} ended at the provider"


def list_sessions(provider: Provider) -> list[JsonObject]:
    """Return the live sessions at the provider: sid, sub, and who was given tokens."""
    sessions = provider.storage.sessions
    return [
        {
            "sid": sid,
            "sub": session.user.sub,
            "auth_time": session.auth_time,
            "expires": session.expires,
            "clients": [*sessions.clients_of(sid)],
        }
        for sid, session in sessions.by_sid.items()
        if sessions.find(sid) is not None
    ]
