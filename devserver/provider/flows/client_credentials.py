"""Client credentials (RFC 6749 §4.4): a token for the app itself; nobody signs in."""

from __future__ import annotations

from typing import ClassVar

from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.grants import confirm
from session_inspector.devserver.provider.registrations import ClientRegistration
from session_inspector.devserver.provider.requests.audience import choose_audience
from session_inspector.devserver.provider.token_storage import TokenStorage
from session_inspector.devserver.provider.tokens import Subject


class OwnTokenGrant(ClientCredentialsGrant):
    """An access token for an API, about the client; `sub` is spelled as Auth0 spells it."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar[list[str]] = ["client_secret_basic", "client_secret_post"]

    def create_token_response(self) -> tuple[int, JsonObject, list[tuple[str, str]]]:
        """Return the tokens: no refresh token, and no ID token."""
        storage: TokenStorage = self.server.storage
        client: ClientRegistration = self.request.client
        subject = Subject(
            sub=f"{client.client_id}@clients",
            claims={},
            sid="",
            auth_time=0,
            audience=choose_audience(self.request.payload.datalist),
        )
        found = storage.issue_tokens(
            confirm(subject, self.request),
            client,
            self.request.payload.scope or "",
            grant=self.GRANT_TYPE,
            may_refresh=False,
        )
        return 200, found, self.TOKEN_RESPONSE_HEADER
