"""The rules of code, ID token, refresh and revocation on Authlib's grant machinery; no HTTP.

A refresh token that comes back after its rotation (and grace) has leaked: its whole family dies
(OAuth 2.0 Security BCP §4.14). A code that comes back revokes what it was exchanged for.
"""

from __future__ import annotations

from typing import ClassVar

from authlib.oauth2.rfc6749 import InvalidClientError, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oidc.core.grants import OpenIDCode, OpenIDImplicitGrant

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.registrations import (
    ClientRegistration,
    Code,
    RefreshToken,
)
from session_inspector.devserver.provider.token_storage import Books
from session_inspector.devserver.provider.tokens import Subject

METHODS = ["client_secret_basic", "client_secret_post", "none"]


class CodeGrant(AuthorizationCodeGrant):
    """Authorization code (RFC 6749 §4.1); PKCE and the ID token are extensions of it."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    @property
    def books(self) -> Books:
        """The provider's memory."""
        books: Books = self.server.books
        return books

    def granted(self, subject: Subject) -> dict[str, str]:
        """Return what a subject's consent gives the app: a code."""
        self.request.user = subject
        code = str(self.generate_authorization_code())
        self.save_authorization_code(code, self.request)
        return {"code": code}

    def save_authorization_code(self, code: str, request: OAuth2Request) -> Code:
        """Keep a code for its 60 seconds."""
        data = request.payload.data
        return self.books.add_code(
            code=code,
            client_id=request.client.client_id,
            redirect_uri=request.payload.redirect_uri or "",
            scope=request.payload.scope or "",
            subject=request.user,
            code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, client: ClientRegistration) -> Code | None:
        """Return a code that may be exchanged, once, by that client."""
        return self.books.take_code(code, client.client_id)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Do nothing: a used code is kept until it expires, so that a replay is noticed."""

    def authenticate_user(self, authorization_code: Code) -> Subject:
        """Return who the code is about."""
        return authorization_code.subject


class IdTokenGrant(OpenIDImplicitGrant):
    """An ID token straight from the authorization endpoint (OpenID Connect Core §3.2).

    No access token: what express-openid-connect asks for unless told otherwise. The nonce is
    required, for nothing else ties the token to the app's request.
    """

    RESPONSE_TYPES: ClassVar[set[str]] = {"id_token"}

    @property
    def books(self) -> Books:
        """The provider's memory."""
        books: Books = self.server.books
        return books

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        """Say whether a nonce was used before by that client."""
        return self.books.is_nonce_used(request.payload.client_id, nonce)

    def authenticate_token_endpoint_client(self) -> ClientRegistration:
        """Return the client by its id: Authlib allows public ones only, but here a form post is
        also for those that have a secret, and no secret goes through a browser.
        """
        found = self.server.query_client(self.request.payload.client_id or "")
        if not isinstance(found, ClientRegistration):
            raise InvalidClientError()
        return found

    def granted(self, subject: Subject) -> dict[str, str]:
        """Return what a subject's consent gives the app: the ID token."""
        payload = self.request.payload
        scope = payload.scope or ""
        return {"id_token": self.books.answer_id_token(subject, payload.client_id, scope)}


class IdTokens(OpenIDCode):
    """Adds the ID token to answers of the openid scope, minted on the lab's clock."""

    def __init__(self, books: Books) -> None:
        super().__init__(require_nonce=False)
        self.books = books

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        """Say whether a nonce was used before by that client."""
        return self.books.is_nonce_used(request.payload.client_id, nonce)

    def encode_id_token(self, token: JsonObject, request: OAuth2Request) -> str:
        """Return the ID token for the user of the request."""
        return self.books.mint_id_token(
            request.user, request.client.client_id, str(token.get("scope") or "")
        )


class RefreshGrant(RefreshTokenGrant):
    """Refresh with rotation (RFC 6749 §6), audience and scope of choice (MRRT)."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    @property
    def books(self) -> Books:
        """The provider's memory."""
        books: Books = self.server.books
        return books

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        """Return a refresh token that still counts."""
        return self.books.present_refresh_token(refresh_token)

    def _validate_token_scope(self, token: RefreshToken) -> None:
        """Allow any scope: a multi-resource refresh token is good for other audiences' scopes."""

    def authenticate_user(self, refresh_token: RefreshToken) -> Subject:
        """Return who the token is about, with the audience this request asks for."""
        audience = self.request.form.get("audience") or refresh_token.subject.audience
        return self.books.for_audience(refresh_token, str(audience))

    def issue_token(self, user: Subject, refresh_token: RefreshToken) -> JsonObject:
        """Return the new tokens, the ID token with them."""
        asked = self.request.payload.scope or refresh_token.scope
        token: JsonObject = self.books.answer(
            user, self.request.client, asked, parent=refresh_token
        )
        if "openid" in refresh_token.scope.split():
            client_id = self.request.client.client_id
            token["id_token"] = self.books.mint_id_token(user, client_id, refresh_token.scope)
        return token

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:
        """Mark the presented token as rotated."""
        self.books.rotate(refresh_token)


class Revocation(RevocationEndpoint):
    """Token revocation (RFC 7009); access tokens are JWTs and end by themselves."""

    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> RefreshToken | None:
        """Return a refresh token, None for anything else (then 200 all the same, §2.2)."""
        books: Books = self.server.books
        return books.refresh_tokens.get(token_string)

    def revoke_token(self, token: RefreshToken, request: OAuth2Request) -> None:
        """Revoke it and its family."""
        books: Books = self.server.books
        books.revoke_family(token)
