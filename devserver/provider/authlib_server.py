"""Authlib's authorization server on Starlette: requests in, responses out, no rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidClientError,
    OAuth2Request,
    UnsupportedGrantTypeError,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.grants import (
    Challenges,
    CodeGrant,
    IdTokenGrant,
    IdTokens,
    Revocation,
)
from session_inspector.devserver.provider.registrations import ClientRegistration
from session_inspector.devserver.provider.requests.client_authentication import authenticate
from session_inspector.devserver.provider.requests.error_text import quote_value
from session_inspector.devserver.provider.requests.form_body import find_repeated, read_pairs
from session_inspector.devserver.provider.requests.json_body import is_json, read_json_pairs
from session_inspector.devserver.provider.token_storage import TokenStorage
from session_inspector.devserver.provider.tokens import Subject


class FormPayload(BasicOAuth2Payload):
    """The fields of a request; of repeated ones the first counts, where they are not refused.

    One without a value is as if it was left out (RFC 6749 §3.1, §3.2).
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__({})
        for name, value in pairs:
            if not value:
                continue
            self._data.setdefault(name, value)
            self._datalist.setdefault(name, []).append(value)


class ReadRequest(OAuth2Request):
    """A request whose form has been read already: Authlib is synchronous."""

    def __init__(
        self, method: str, uri: str, headers: Mapping[str, str], pairs: Sequence[tuple[str, str]]
    ) -> None:
        # Authlib refuses plain http; the lab is on loopback, where no wire can be tapped
        # Starlette's headers as they are: a dict of them would have lower-case names only, and
        # Authlib looks for Authorization
        super().__init__(method, uri.replace("http://", "https://", 1), headers=headers)
        self.payload = FormPayload(pairs)
        self._form: dict[str, str] = self.payload.data
        self.jkt = ""
        """Thumbprint of the key that a DPoP proof of the request was made with."""

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

    def __init__(self, storage: TokenStorage, clients: Mapping[str, ClientRegistration]) -> None:
        super().__init__()
        self.storage = storage
        self.clients = clients
        self.register_grant(CodeGrant, [IdTokens(storage), Challenges(required=True)])
        self.register_grant(IdTokenGrant)
        self.register_endpoint(Revocation)
        self.register_token_generator("default", self._generate_token)

    def query_client(self, client_id: str) -> ClientRegistration | None:
        """Return a registered client."""
        return self.clients.get(client_id)

    def authenticate_client(
        self, request: ReadRequest, methods: list[str], endpoint: str = "token"
    ) -> ClientRegistration:
        """Return who sent a request. Raises: InvalidClientError, with what is wrong."""
        client, method = authenticate(request.headers, request.form, self.query_client)
        if method not in methods:
            raise InvalidClientError(f"{method} is not enough here", status_code=401)
        request.auth_method = method
        return client

    def get_token_grant(self, request: ReadRequest) -> object:
        """Return what answers a grant. Raises: OAuthError that names what is wrong with it."""
        asked = request.form.get("grant_type", "")
        if not asked:
            raise OAuthError("grant_type is missing")
        try:
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError as error:
            text = f"grant_type {quote_value(asked)} is not supported: discovery has those that are"
            raise OAuthError(text, code="unsupported_grant_type") from error

    def save_token(self, token: object, request: object) -> None:
        """Do nothing: the storage keeps its own tokens when it issues them."""

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Do nothing: the storage publishes what happens."""

    def create_oauth2_request(self, request: ReadRequest) -> ReadRequest:
        """Return the request, which is Authlib's already."""
        return request

    def handle_response(
        self, status: int, body: object, headers: list[tuple[str, str]]
    ) -> Response:
        """Return Authlib's answer as Starlette's."""
        others = {name: value for name, value in headers if name.lower() != "content-type"}
        if isinstance(body, dict):
            return JSONResponse(body, status, others)
        return Response(str(body or ""), status, others)

    def _generate_token(
        self,
        grant_type: str,
        client: ClientRegistration,
        user: Subject,
        scope: str,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> JsonObject:
        return self.storage.issue_tokens(
            user, client, scope, grant=grant_type, may_refresh=include_refresh_token
        )


async def read_request(request: Request) -> ReadRequest:
    """Return a request as Authlib reads one.

    Raises: OAuthError (invalid_request) for a body of no form, and for a field that stands twice.
    """
    pairs = await read_pairs(request)
    repeated = find_repeated(pairs)
    if repeated:
        raise OAuthError(f"{quote_value(repeated)} is there twice: send it once")
    return make_question(request, pairs)


async def read_request_or_json(request: Request) -> ReadRequest:
    """Return the same where Auth0 reads JSON too, whose names stand once. Raises: OAuthError."""
    if is_json(request):
        return make_question(request, await read_json_pairs(request))
    return await read_request(request)


def make_question(request: Request, pairs: Sequence[tuple[str, str]]) -> ReadRequest:
    """Return a request with these fields as Authlib reads one."""
    return ReadRequest(request.method, str(request.url), request.headers, pairs)
