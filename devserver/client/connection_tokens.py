"""Tokens of upstream identity providers, by exchange of the refresh token (spec §11)."""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.client.access_tokens import AccessTokenError
from session_inspector.devserver.client.relying_party import RelyingParty, RequestContext
from session_inspector.devserver.client.tokens.token_sets import expiry_of
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.session.policy import epoch, part

GRANT = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"
REQUESTED = "http://auth0.com/oauth/token-type/federated-connection-access-token"
SUBJECT = "urn:ietf:params:oauth:token-type:refresh_token"


@dataclass(frozen=True, slots=True)
class ConnectionTokens:
    """Answers questions for connection tokens."""

    rp: RelyingParty

    async def get(self, context: RequestContext, connection: str, login_hint: str) -> JsonObject:
        """Return the token set of a connection, cached while it lasts.

        No hint matches only a token that was asked for without one. A failed exchange forgets the
        cached token. Raises: AccessTokenError; StoreUnavailable.
        """
        session = await self.rp.engine.load(context.jars, cause=context.cause)
        if session is None:
            raise AccessTokenError("missing_session")
        kept = _kept(session)
        cached = next((t for t in kept if _is_for(t, connection, login_hint)), None)
        expires = expiry_of(cached) if cached else None
        if cached and expires is not None and expires > self.rp.clock.now():
            return cached
        refresh_token = part(session, "tokenSet").get("refreshToken")
        if not isinstance(refresh_token, str) or not refresh_token:
            raise AccessTokenError("missing_refresh_token")
        others = [token for token in kept if token is not cached]
        try:
            fresh = await self._exchange(context.cause, refresh_token, connection, login_hint)
        except OAuthError as error:
            if cached is not None:
                await self._save(context, session, others)
            raise AccessTokenError("failed_to_exchange_refresh_token", error.message) from error
        place = kept.index(cached) if cached else len(kept)
        await self._save(context, session, [*others[:place], fresh, *others[place:]])
        return fresh

    async def _exchange(
        self, cause: str, refresh_token: str, connection: str, login_hint: str
    ) -> JsonObject:
        fields = {
            "grant_type": GRANT,
            "connection": connection,
            "subject_token_type": SUBJECT,
            "subject_token": refresh_token,
            "requested_token_type": REQUESTED,
        }
        answer = await self.rp.token_endpoint.ask(
            fields | ({"login_hint": login_hint} if login_hint else {}), cause=cause
        )
        lifetime = answer.get("expires_in")
        now = epoch(self.rp.clock.now())
        fresh: dict[str, Json] = {
            "accessToken": answer["access_token"],
            "expiresAt": now + int(lifetime) if isinstance(lifetime, (int, float)) else now,
            "scope": answer.get("scope"),
            "connection": connection,
            "loginHint": login_hint or None,
        }
        return {name: value for name, value in fresh.items() if value is not None}

    async def _save(
        self, context: RequestContext, session: JsonObject, tokens: list[JsonObject]
    ) -> None:
        changed: JsonObject = {**session, "connectionTokenSets": [*tokens]}
        await self.rp.engine.save(context.jars, changed, reason="update", cause=context.cause)


def _kept(session: JsonObject) -> list[JsonObject]:
    found = session.get("connectionTokenSets")
    return [token for token in found if isinstance(token, dict)] if isinstance(found, list) else []


def _is_for(token: JsonObject, connection: str, login_hint: str) -> bool:
    return token.get("connection") == connection and (token.get("loginHint") or "") == login_hint
