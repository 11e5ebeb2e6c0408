"""`mfa_required` at the token endpoint, and the grants that finish it.

They are Auth0's MFA API: docs/tenant.md, Step-up.
"""

from __future__ import annotations

import secrets
from typing import ClassVar

from authlib.oauth2.rfc6749 import (
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Error,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin

from session_inspector.devserver.core.values import Json, JsonObject, fingerprint
from session_inspector.devserver.provider.flows.second_factors import (
    PendingFactor,
    SecondFactors,
    is_right_code,
)
from session_inspector.devserver.provider.grants import METHODS, RefreshGrant, confirm
from session_inspector.devserver.provider.registrations import IssuedRefreshToken
from session_inspector.devserver.provider.token_storage import TokenStorage
from session_inspector.devserver.provider.tokens import Subject

GRANTS = {
    "http://auth0.com/oauth/grant-type/mfa-otp": "otp",
    "http://auth0.com/oauth/grant-type/mfa-oob": "oob",
    "http://auth0.com/oauth/grant-type/mfa-recovery-code": "recovery-code",
}
"""`grant_type` to the factor that is shown."""
FIELDS = {"otp": "otp", "oob": "binding_code", "recovery-code": "recovery_code"}
"""Where each factor's code is."""
SHORTEST_RECOVERY_CODE = 8
REQUIREMENTS: JsonObject = {"challenge": [{"type": "otp"}, {"type": "oob"}]}
GONE = "The mfa_token is unknown, was used, or has expired"


class MfaRequiredError(OAuth2Error):
    """The refusal that carries an MFA token."""

    error = "mfa_required"
    description = "Multifactor authentication required"
    status_code = 403

    def __init__(self, mfa_token: str) -> None:
        super().__init__()
        self._mfa_token = mfa_token

    def get_body(self) -> list[tuple[str, Json]]:
        """Return the members of the answer."""
        body: list[tuple[str, Json]] = super().get_body()
        return [*body, ("mfa_token", self._mfa_token), ("mfa_requirements", REQUIREMENTS)]


class StepUpRefreshGrant(RefreshGrant):
    """A refresh that may need a second factor first."""

    factors: ClassVar[SecondFactors]
    """Those of the provider: set by a subclass of its own."""

    def issue_token(self, user: Subject, refresh_token: IssuedRefreshToken) -> JsonObject:
        """Return the new tokens. Raises: MfaRequiredError."""
        if self.factors.is_due_at_refresh(user):
            client_id = self.request.client.client_id
            scope = self.request.payload.scope or refresh_token.scope
            raise MfaRequiredError(self.factors.require(user, client_id, scope))
        return super().issue_token(self.factors.raise_acr(user), refresh_token)


class SecondFactorGrant(BaseGrant, TokenEndpointMixin):
    """Tokens for an MFA token and a code: no refresh token, for the app still has its own."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar[list[str]] = METHODS
    factors: ClassVar[SecondFactors]

    @classmethod
    def check_token_endpoint(cls, request: OAuth2Request) -> bool:
        """Return whether a request is for one of the three grants."""
        return request.payload.grant_type in GRANTS

    def validate_token_request(self) -> None:
        """Check client, MFA token and code. Raises: OAuth2Error."""
        self.request.client = self.authenticate_token_endpoint_client()
        token = self.request.form.get("mfa_token", "")
        pending = self.factors.find(token)
        if pending is None or pending.client_id != self.request.client.client_id:
            raise InvalidGrantError(GONE)
        method = GRANTS[self.request.payload.grant_type]
        problem = self._find_problem(method, pending)
        if problem:
            self.factors.refuse(token, problem)
            raise InvalidGrantError(problem)
        self.request.credential = pending

    def _find_problem(self, method: str, pending: PendingFactor) -> str:
        """Return why a code is wrong; empty: it is right. Raises: InvalidRequestError."""
        name = FIELDS[method]
        code = self.request.form.get(name, "")
        if not code:
            raise InvalidRequestError(f"Missing {name} in request")
        if method == "recovery-code":
            if len(code) < SHORTEST_RECOVERY_CODE:
                return "The recovery code is wrong"
            return ""
        if method == "oob" and self.request.form.get("oob_code") != pending.oob_code:
            return "The oob_code is not that of the challenge"
        if not is_right_code(code):
            return f"Invalid {name}: any six digits are right, but not 000000"
        return ""

    def create_token_response(self) -> tuple[int, JsonObject, list[tuple[str, str]]]:
        """Return the tokens that the refresh did not give."""
        storage: TokenStorage = self.server.storage
        pending: PendingFactor = self.request.credential
        grant_type = self.request.payload.grant_type
        method = GRANTS[grant_type]
        subject = confirm(self.factors.use(pending, method), self.request)
        found = storage.issue_tokens(
            subject,
            self.request.client,
            pending.scope,
            grant=grant_type,
            flow=fingerprint(pending.mfa_token),
            may_refresh=False,
        )
        if "openid" in pending.scope.split():
            found["id_token"] = storage.issue_id_token(subject, pending.client_id, pending.scope)
        if method == "recovery-code":
            found["recovery_code"] = secrets.token_hex(12).upper()
        return 200, found, self.TOKEN_RESPONSE_HEADER
