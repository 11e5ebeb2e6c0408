"""Access tokens of a session: from the session while they last, else by refresh (spec §11).

Concurrent questions of one session for one token share one refresh: with rotating refresh tokens
a second one would look like theft.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from session_inspector.devserver.client.callback import finalize
from session_inspector.devserver.client.configuration import DEFAULT_SCOPE
from session_inspector.devserver.client.id_token import check_id_token
from session_inspector.devserver.client.mfa import MfaRequired, make_mfa_required
from session_inspector.devserver.client.relying_party import RelyingParty, RequestContext
from session_inspector.devserver.client.tokens.token_sets import (
    TokenQuery,
    default_claims,
    expiry_of,
    is_due,
    keep,
    merge_scopes,
    select,
)
from session_inspector.devserver.core.errors import InspectorError, OAuthError
from session_inspector.devserver.core.values import Json, JsonObject, fingerprint
from session_inspector.devserver.session.policy import epoch, is_past_ceiling, part

MESSAGES = {
    "missing_session": "The user does not have an active session.",
    "missing_refresh_token": "The access token has expired and a refresh token was not provided."
    " The user needs to re-authenticate.",
    "failed_to_refresh_token": "The access token has expired and there was an error while trying"
    " to refresh it.",
    "failed_to_exchange_refresh_token": "There was an error trying to exchange the refresh token"
    " for a connection access token.",
    "session_expired": "The session has expired and the user must re-authenticate.",
}

LATE = 10.0
"""Seconds in which a refresh token that was exchanged may come late, and share the answer."""


class AccessTokenError(InspectorError):
    """No access token can be had; `code` is one of MESSAGES."""

    def __init__(self, code: str, cause: str = "") -> None:
        super().__init__(MESSAGES[code], code=code)
        self.cause = cause
        """What the provider said."""


@dataclass(slots=True)
class Flight:
    """One refresh, under way or just done."""

    task: asyncio.Task[JsonObject]
    landed: float | None = None

    def is_over(self, now: float) -> bool:
        """Say whether nobody who comes now can be a late one."""
        return self.landed is not None and not self.landed <= now <= self.landed + LATE


@dataclass(slots=True)
class AccessTokens:
    """Answers questions for access tokens; one for each client."""

    rp: RelyingParty
    _flights: dict[tuple[str, str, str], Flight] = field(default_factory=dict)

    async def get(
        self,
        context: RequestContext,
        *,
        audience: str = "",
        scope: str = "",
        merges_scopes: bool = True,
        refresh: bool = False,
    ) -> tuple[JsonObject, bool]:
        """Return (token set, whether the session was rewritten).

        Raises: AccessTokenError; MfaRequired; StoreUnavailable.
        """
        rp = self.rp
        session = await rp.engine.load(context.jars, cause=context.cause)
        if session is None:
            raise AccessTokenError("missing_session")
        now = rp.clock.now()
        if is_past_ceiling(session, now):
            await rp.engine.destroy(context.jars, reason="ceiling", cause=context.cause)
            raise AccessTokenError("session_expired")
        default = self._default()
        merged = merge_scopes(default.scope, scope) if merges_scopes else scope
        asked = TokenQuery(audience=audience, scope=merged if scope else "", given_scope=scope)
        found = select(session, asked, default)
        if not refresh and not is_due(found, now, rp.config.token_refresh_buffer):
            return found, False
        if not part(session, "tokenSet").get("refreshToken"):
            return self._without_refresh(found, now), False
        try:
            fresh = await self._shared_flight(context.cause, session, found, asked)
        except MfaRequired:
            # the SDK stores the unchanged session again: an activity like any other (spec §13, 22)
            await rp.engine.save(context.jars, session, reason="refresh", cause=context.cause)
            raise
        return fresh, await self._save(context, session, fresh, asked)

    def _default(self) -> TokenQuery:
        parameters = self.rp.config.authorization_parameters
        return TokenQuery(
            audience=parameters.get("audience", ""), scope=parameters.get("scope", DEFAULT_SCOPE)
        )

    def _without_refresh(self, found: JsonObject, now: float) -> JsonObject:
        expires = expiry_of(found)
        if not found.get("accessToken") or (expires is not None and expires <= now):
            raise AccessTokenError("missing_refresh_token")
        return found

    async def _shared_flight(
        self, cause: str, session: JsonObject, found: JsonObject, asked: TokenQuery
    ) -> JsonObject:
        """Refresh once for all who present the same refresh token at about the same time.

        A request that read its session before the refresh was saved comes with the old token a
        moment later: it shares the answer, as a theft it would end the whole family.
        """
        if self.rp.config.compat:
            return await self._refreshed(cause, session, found, asked)
        token = str(part(session, "tokenSet").get("refreshToken"))
        key = (fingerprint(token), asked.audience, asked.scope)
        now = self.rp.clock.now()
        for old in [name for name, flight in self._flights.items() if flight.is_over(now)]:
            del self._flights[old]
        flight = self._flights.get(key)
        if flight is None:
            task = asyncio.ensure_future(self._refreshed(cause, session, found, asked))
            flight = self._flights[key] = Flight(task)
            task.add_done_callback(lambda _: self._landed(key))
        return await asyncio.shield(flight.task)

    def _landed(self, key: tuple[str, str, str]) -> None:
        """Keep a good answer for the late ones; a failure is asked for again."""
        flight = self._flights.get(key)
        if flight is None:
            return
        if flight.task.cancelled() or flight.task.exception() is not None:
            del self._flights[key]
        else:
            flight.landed = self.rp.clock.now()

    async def _refreshed(
        self, cause: str, session: JsonObject, found: JsonObject, asked: TokenQuery
    ) -> JsonObject:
        main = part(session, "tokenSet")
        fields = {"grant_type": "refresh_token", "refresh_token": str(main["refreshToken"])}
        if asked.given_scope:
            fields["scope"] = asked.scope
        if asked.audience:
            fields["audience"] = asked.audience
        try:
            answer = await self.rp.token_endpoint.ask(fields, cause=cause)
            if answer.get("id_token"):
                await check_id_token(self.rp, str(answer["id_token"]))
        except OAuthError as error:
            if error.code == "mfa_required":
                raise self._mfa_required(error, asked) from error
            raise AccessTokenError("failed_to_refresh_token", error.message) from error
        return self._token_set(answer, found or main, main, asked)

    def _mfa_required(self, error: OAuthError, asked: TokenQuery) -> MfaRequired:
        rp = self.rp
        return make_mfa_required(
            error,
            rp.ring,
            audience=asked.audience,
            scope=asked.scope or self._default().scope,
            now=rp.clock.now(),
            ttl=rp.config.mfa_token_ttl,
        )

    def _token_set(
        self, answer: JsonObject, found: JsonObject, main: JsonObject, asked: TokenQuery
    ) -> JsonObject:
        """Return the new token set; members it had keep their place."""
        lifetime = answer.get("expires_in")
        now = epoch(self.rp.clock.now())
        kept_id = None if self.rp.config.compat else main.get("idToken")
        fresh: dict[str, Json] = {
            **found,
            "accessToken": answer["access_token"],
            "idToken": answer.get("id_token") or kept_id,
            "scope": answer.get("scope"),
            "refreshToken": answer.get("refresh_token") or main.get("refreshToken"),
            "expiresAt": now + int(lifetime) if isinstance(lifetime, (int, float)) else None,
            "requestedScope": asked.scope or self._default().scope,
            "audience": found.get("audience") or asked.audience or None,
            "token_type": str(answer.get("token_type") or "").lower() or None,
        }
        return {name: value for name, value in fresh.items() if value is not None}

    async def _save(
        self, context: RequestContext, session: JsonObject, fresh: JsonObject, asked: TokenQuery
    ) -> bool:
        changed = keep(session, fresh, asked, self._default())
        if changed is None:
            return False
        id_token = str(fresh.get("idToken") or "")
        if id_token and id_token != part(session, "tokenSet").get("idToken"):
            claims = await check_id_token(self.rp, id_token)
            changed["user"] = self._user(part(session, "user"), claims)
        if self.rp.config.compat or self.rp.config.before_session_saved is not None:
            changed = await finalize(self.rp, changed, id_token)
        return await self.rp.engine.save(
            context.jars, changed, reason="refresh", cause=context.cause
        )

    def _user(self, old: JsonObject, claims: JsonObject) -> JsonObject:
        """Return the user after a refresh: claims somebody added stay, except in compat mode."""
        if self.rp.config.compat or self.rp.config.before_session_saved is not None:
            return claims
        return {**old, **default_claims(claims)}
