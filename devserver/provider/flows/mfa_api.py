"""Auth0's MFA API beside the token endpoint: authenticators, challenge, enrolment."""

from __future__ import annotations

import secrets
from base64 import b32encode
from urllib.parse import quote

from authlib.oauth2 import OAuth2Error
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.provider.authlib_server import LabAuthorizationServer, ReadRequest
from session_inspector.devserver.provider.flows.second_factors import PendingFactor, SecondFactors
from session_inspector.devserver.provider.flows.step_up import GONE
from session_inspector.devserver.provider.grants import METHODS
from session_inspector.devserver.provider.requests.form_body import read_fields
from session_inspector.devserver.provider.requests.json_body import is_json, read_json_object

AUTHENTICATORS: tuple[JsonObject, ...] = (
    {"id": "totp|dev_lab", "authenticator_type": "otp", "type": "otp", "active": True},
    {
        "id": "email|dev_lab",
        "authenticator_type": "oob",
        "type": "oob",
        "oob_channel": "email",
        "name": "a***@example.com",
        "active": True,
    },
    {
        "id": "recovery-code|dev_lab",
        "authenticator_type": "recovery-code",
        "type": "recovery-code",
        "active": True,
    },
)


class MfaApi:
    """/mfa/authenticators, /mfa/challenge, /mfa/associate."""

    def __init__(self, server: LabAuthorizationServer, factors: SecondFactors) -> None:
        self._server = server
        self._factors = factors
        self.routes = [
            Route("/mfa/authenticators", self.list_authenticators, methods=["GET"]),
            Route("/mfa/challenge", self.challenge, methods=["POST"]),
            Route("/mfa/associate", self.associate, methods=["POST"]),
        ]

    async def list_authenticators(self, request: Request) -> Response:
        """Return what a user has enrolled: everybody has all of them."""
        self._require_token(_read_bearer(request))
        return JSONResponse([*AUTHENTICATORS])

    async def challenge(self, request: Request) -> Response:
        """Begin to ask for a factor: what must be sent with the code."""
        self._server.storage.report.cause = exchange_of(request.scope)
        fields = await _read_body(request)
        pairs = [(name, value) for name, value in fields.items() if isinstance(value, str)]
        question = ReadRequest("POST", str(request.url), request.headers, pairs)
        form = question.form
        try:
            self._server.authenticate_client(question, METHODS, "mfa_challenge")
        except OAuth2Error as error:
            raise OAuthError(error.description or "", code=error.error, status=401) from error
        pending = self._require_token(form.get("mfa_token", ""))
        authenticator = form.get("authenticator_id", "")
        allowed = form.get("challenge_type") or "otp oob"
        if authenticator.startswith("email|") or "otp" not in allowed.split():
            if "oob" not in allowed.split():
                raise OAuthError("none of these challenge types", code="unsupported_challenge_type")
            return JSONResponse(_describe_oob(pending))
        return JSONResponse({"challenge_type": "otp"})

    async def associate(self, request: Request) -> Response:
        """Enrol an authenticator; nothing is kept, for everybody has all of them."""
        pending = self._require_token(_read_bearer(request))
        kinds = (await _read_body(request)).get("authenticator_types")
        if not isinstance(kinds, list) or not kinds or kinds[0] not in ("otp", "oob"):
            raise OAuthError("authenticator_types must be a list: otp, or oob")
        codes: list[Json] = [secrets.token_hex(12).upper()]
        found: JsonObject = {"authenticator_type": kinds[0], "recovery_codes": codes}
        if kinds[0] == "oob":
            return JSONResponse({**found, **_describe_oob(pending), "oob_channel": "email"})
        secret = b32encode(secrets.token_bytes(20)).decode()
        label = quote(f"Session Inspector:{pending.subject.sub}")
        uri = f"otpauth://totp/{label}?secret={secret}&issuer=Session%20Inspector"
        return JSONResponse({**found, "secret": secret, "barcode_uri": uri})

    def _require_token(self, mfa_token: str) -> PendingFactor:
        """Return what an MFA token is for. Raises: OAuthError."""
        pending = self._factors.find(mfa_token)
        if pending is None:
            raise OAuthError(GONE, code="invalid_grant", status=401)
        return pending


def _describe_oob(pending: PendingFactor) -> JsonObject:
    return {
        "challenge_type": "oob",
        "oob_code": pending.oob_code,
        "binding_method": "prompt",
    }


def _read_bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return ""
    return token


async def _read_body(request: Request) -> JsonObject:
    """Return the members of a JSON body, or the fields of a form. Raises: OAuthError."""
    if is_json(request):
        return await read_json_object(request)
    return {**await read_fields(request)}
