"""Tokens of upstream identity providers, by exchange of the refresh token.

Source: docs/sdk.md, Connection tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.client.discovery import DISCOVERY_FAILED
from session_inspector.devserver.client.failures import report_step_failure
from session_inspector.devserver.client.relying_party import RelyingParty, RequestContext
from session_inspector.devserver.client.tokens.failures import AccessTokenError, name_failure
from session_inspector.devserver.client.tokens.token_sets import (
    drop_absent_but_end,
    expiry_after,
)
from session_inspector.devserver.cookies.js_values import UNDEFINED, is_truthy, to_number
from session_inspector.devserver.core.errors import InputError, OAuthError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.policy import part

GRANT = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"
REQUESTED = "http://auth0.com/oauth/token-type/federated-connection-access-token"
SUBJECT = "urn:ietf:params:oauth:token-type:refresh_token"
NO_REFRESH_TOKEN = (
    "A refresh token was not present, Connection Access Token requires a refresh token."
    " The user needs to re-authenticate."
)


@dataclass(frozen=True, slots=True)
class ConnectionTokens:
    """Returns connection tokens of sessions."""

    rp: RelyingParty

    async def get(self, context: RequestContext, connection: str, login_hint: str) -> JsonObject:
        """Return the token set of a connection, cached while it lasts.

        No hint matches only a token that was requested without one. A refused exchange forgets the
        cached token; a provider that is away does not. Raises: AccessTokenError; StoreUnavailable.
        """
        session = await self.rp.engine.load(context.jars, cause=context.cause)
        if session is None:
            raise AccessTokenError("missing_session")
        kept = _read_tokens(session)
        place = _find_token(kept, connection, login_hint)
        if place is not None and not is_over(kept[place], self.rp.clock.now()):
            return kept[place]
        refresh_token = part(session, "tokenSet").get("refreshToken")
        if not is_truthy(refresh_token):
            raise AccessTokenError("missing_refresh_token", message=NO_REFRESH_TOKEN)
        try:
            fresh = await self._exchange(context.cause, str(refresh_token), connection, login_hint)
        except (OAuthError, InputError) as error:
            report_step_failure(self.rp, context, error, step="connection_token")
            code = name_failure(error, "failed_to_exchange_refresh_token")
            if place is not None and code != DISCOVERY_FAILED:
                del kept[place]
                await self._save(context, session, kept)
            raise AccessTokenError(code, error.message) from error
        if place is None:
            kept.append(fresh)
        else:
            kept[place] = fresh
        await self._save(context, session, kept)
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
        if login_hint:
            fields["login_hint"] = login_hint
        answer = await self.rp.token_endpoint.ask(fields, cause=cause)
        return drop_absent_but_end(
            {
                "accessToken": answer["access_token"],
                "expiresAt": expiry_after(answer, self.rp.clock.now()),
                "scope": answer.get("scope"),
                "connection": connection,
                "loginHint": login_hint or None,
            }
        )

    async def _save(
        self, context: RequestContext, session: JsonObject, tokens: list[JsonObject]
    ) -> None:
        changed: JsonObject = {**session, "connectionTokenSets": [*tokens]}
        await self.rp.engine.save(context.jars, changed, reason="update", cause=context.cause)


def is_over(token: JsonObject, now: float) -> bool:
    """Return whether a kept token has ended, as the SDK compares.

    An unknown end is null, and null is 0: such a token is used once. Without any end, or with one
    that is no number, it never ends.
    """
    return to_number(token.get("expiresAt", UNDEFINED)) <= now


def _read_tokens(session: JsonObject) -> list[JsonObject]:
    found = session.get("connectionTokenSets")
    if not isinstance(found, list):
        return []
    return [token for token in found if isinstance(token, dict)]


def _find_token(tokens: list[JsonObject], connection: str, login_hint: str) -> int | None:
    """Return the place of the first token of a connection and login hint."""
    for place, token in enumerate(tokens):
        hint = token.get("loginHint") or ""
        if token.get("connection") == connection and hint == login_hint:
            return place
    return None
