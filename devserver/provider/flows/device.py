"""The device flow at the token endpoint and at its own (RFC 8628 §3.1, §3.4)."""

from __future__ import annotations

from typing import ClassVar

from authlib.oauth2.rfc6749 import InvalidGrantError, OAuth2Request
from authlib.oauth2.rfc8628 import DeviceCodeGrant

from session_inspector.devserver.core.values import JsonObject, fingerprint
from session_inspector.devserver.provider.authlib_server import LabAuthorizationServer, ReadRequest
from session_inspector.devserver.provider.flows.device_codes import (
    LIFETIME,
    DeviceCode,
    DeviceCodes,
)
from session_inspector.devserver.provider.grants import METHODS, confirm
from session_inspector.devserver.provider.registrations import ClientRegistration
from session_inspector.devserver.provider.requests.audience import choose_audience
from session_inspector.devserver.provider.token_storage import TokenStorage
from session_inspector.devserver.provider.tokens import Subject

PAGE = "activate"
"""The path where the user types the code."""


def start_device_login(
    server: LabAuthorizationServer, codes: DeviceCodes, question: ReadRequest
) -> JsonObject:
    """Return the codes of a new login of a device. Raises: OAuth2Error."""
    client: ClientRegistration = server.authenticate_client(
        question, METHODS, "device_authorization"
    )
    scope = question.payload.scope or ""
    code = codes.issue(client.client_id, scope, choose_audience(question.payload.datalist))
    page = f"{server.storage.minter.issuer}{PAGE}"
    return {
        "device_code": code.device_code,
        "user_code": code.user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={code.user_code}",
        "expires_in": LIFETIME,
        "interval": int(code.interval),
    }


class DeviceGrant(DeviceCodeGrant):
    """Tokens for a device whose user has allowed it."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar[list[str]] = METHODS
    codes: ClassVar[DeviceCodes]
    """Those of the provider: set by a subclass of its own."""

    def query_device_credential(self, device_code: str) -> DeviceCode:
        """Return the login that a device polls for. Raises: InvalidGrantError."""
        found = self.codes.find(device_code)
        if found is None:
            raise InvalidGrantError("The device_code is unknown, or was exchanged before")
        return found

    def query_user_grant(self, user_code: str) -> tuple[Subject | None, bool] | None:
        """Return who answered and whether it was allowed; None while nobody has."""
        code = self.query_device_credential(self.request.form["device_code"])
        if code.is_refused:
            return None, False
        if code.subject is None:
            return None
        return code.subject, True

    def should_slow_down(self, credential: DeviceCode) -> bool:
        """Return whether it polled too soon."""
        return self.codes.is_too_soon(credential)

    def create_token_response(self) -> tuple[int, JsonObject, list[tuple[str, str]]]:
        """Return the tokens, once."""
        credential: DeviceCode = self.request.credential
        found = _issue(self.server.storage, self.request)
        credential.is_used = True
        return 200, found, self.TOKEN_RESPONSE_HEADER


def _issue(storage: TokenStorage, request: OAuth2Request) -> JsonObject:
    code: DeviceCode = request.credential
    subject = confirm(request.user, request)
    found = storage.issue_tokens(
        subject,
        request.client,
        code.scope,
        grant=DeviceCodeGrant.GRANT_TYPE,
        flow=fingerprint(code.device_code),
    )
    if "openid" in code.scope.split():
        found["id_token"] = storage.issue_id_token(subject, code.client_id, code.scope)
    return found
