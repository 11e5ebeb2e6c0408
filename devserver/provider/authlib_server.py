"""Authlib's authorization server on Starlette: requests in, responses out, no rules."""

from __future__ import annotations

from collections.abc import Mapping

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7636 import CodeChallenge
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.grants import (
    CodeGrant,
    IdTokenGrant,
    IdTokens,
    RefreshGrant,
    Revocation,
)
from session_inspector.devserver.provider.registrations import ClientRegistration
from session_inspector.devserver.provider.token_storage import Books
from session_inspector.devserver.provider.tokens import Subject


class AskedRequest(OAuth2Request):
    """A request whose form has been read already: Authlib is synchronous."""

    def __init__(self, method: str, uri: str, headers: Mapping[str, str], form: dict[str, str]):
        # Authlib refuses plain http; the lab is on loopback, where no wire can be tapped
        # Starlette's headers as they are: a dict of them would have lower-case names only, and
        # Authlib looks for Authorization
        super().__init__(method, uri.replace("http://", "https://", 1), headers=headers)
        self._form = form
        self.payload = BasicOAuth2Payload(form)

    @property
    def form(self) -> dict[str, str]:
        """The fields of the form, or of the query of an authorization request."""
        return self._form

    @property
    def args(self) -> dict[str, str]:
        """The same fields: Authlib asks for either."""
        return self._form


class LabAuthorizationServer(AuthorizationServer):
    """Code with PKCE and ID tokens, an ID token alone, refresh, revocation."""

    def __init__(self, books: Books, clients: Mapping[str, ClientRegistration]) -> None:
        super().__init__()
        self.books = books
        self._clients = clients
        challenge = CodeChallenge(required=True)
        self.register_grant(CodeGrant, [IdTokens(books), challenge])
        self.register_grant(IdTokenGrant)
        self.register_grant(RefreshGrant)
        self.register_endpoint(Revocation)
        self.register_token_generator("default", self._generate)

    def query_client(self, client_id: str) -> ClientRegistration | None:
        """Return a registered client."""
        return self._clients.get(client_id)

    def save_token(self, token: object, request: object) -> None:
        """Do nothing: the books keep what must be kept when they answer."""

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Do nothing: what happens is published by the books."""

    def create_oauth2_request(self, request: AskedRequest) -> AskedRequest:
        """Return the request, which is Authlib's already."""
        return request

    def handle_response(
        self, status: int, body: object, headers: list[tuple[str, str]]
    ) -> Response:
        """Return Authlib's answer as Starlette's."""
        plain = {name: value for name, value in headers if name.lower() != "content-type"}
        if isinstance(body, dict):
            return JSONResponse(body, status, plain)
        return Response(str(body or ""), status, plain)

    def _generate(
        self,
        grant_type: str,
        client: ClientRegistration,
        user: Subject,
        scope: str,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> JsonObject:
        return self.books.answer(user, client, scope)


async def asked(request: Request) -> AskedRequest:
    """Return a Starlette request as Authlib reads one; of repeated fields the first counts."""
    pairs = list(request.query_params.multi_items())
    if request.method == "POST":
        form = await request.form()
        pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return AskedRequest(request.method, str(request.url), request.headers, fields)
