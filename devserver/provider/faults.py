"""Applies the knobs: delayed or failed answers, changed tokens; each time is an event."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.core.events.login import KnobApplied
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.knobs import (
    EVERYWHERE,
    LOGOUT_FAULTS,
    Knobs,
    WrongLogout,
)
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.provider.tokens import Subject

Sleep: TypeAlias = Callable[[Seconds], Awaitable[None]]
ENDPOINTS = {
    "/.well-known/openid-configuration": "discovery",
    "/.well-known/jwks.json": "jwks",
    "/authorize": "authorize",
    "/u/login": "login",
    "/u/mfa": "login",
    "/u/consent": "login",
    "/activate": "login",
    "/oauth/par": "par",
    "/oauth/device/code": "device",
    "/oauth/introspect": "introspect",
    "/mfa/authenticators": "mfa",
    "/mfa/challenge": "mfa",
    "/mfa/associate": "mfa",
    "/oauth/token": "token",
    "/oauth/revoke": "revoke",
    "/userinfo": "userinfo",
    "/oidc/logout": "logout",
    "/v2/logout": "logout",
}
FAILURE = {
    "error": "server_error",
    "error_description": "the provider's knobs are set to fail this request",
}
WRONG_ISSUER = "https://wrong-issuer.example/"
WRONG_NONCE = "not-the-nonce-that-was-asked-for"
WRONG_AUDIENCE = "another-client"
WRONG_TYPES = {"id": "at+jwt", "access": "JWT", "logout": "at+jwt"}
"""The `typ` of a token of another kind: what a receiver must not take for its own."""
LONG_AGO = 7200
"""Seconds since an expired token expired: more than any clock tolerance."""
NOT_YET = 3600
"""Seconds until a token counts whose `nbf` is ahead."""


class Faults:
    """The knobs in force."""

    def __init__(self, clock: Clock, publish: Publish) -> None:
        self.knobs = Knobs()
        self.cause = ""
        """The exchange under way."""
        self._first_jti = ""
        """Of the first logout token since the knob for replayed ones was turned."""
        self._clock = clock
        self._publish = publish

    def report_applied(self, knob: str, detail: str) -> None:
        """Report that a knob changed an answer."""
        now = self._clock.now()
        self._publish(KnobApplied(at=now, cause=self.cause, knob=knob, detail=detail))

    def change_subject(self, subject: Subject) -> Subject:
        """Return who a token is about, with the knobs' claims over the user's own."""
        changes = self.knobs.claims.get(subject.sub)
        if not changes:
            return subject
        merged = {**subject.claims, **changes}
        claims: JsonObject = {name: value for name, value in merged.items() if value is not None}
        return replace(subject, claims=claims)

    def change_issuer(self, right: str) -> str:
        """Return the issuer that the discovery document names."""
        if self.knobs.wrong_issuer != "discovery":
            return right
        self.report_applied("wrong_issuer", f"discovery names {WRONG_ISSUER}")
        return WRONG_ISSUER

    def change_id_claims(self, claims: JsonObject) -> JsonObject:
        """Return the claims of an ID token, changed where a knob is set."""
        found = dict(claims)
        if self.knobs.wrong_issuer == "id_token":
            found["iss"] = WRONG_ISSUER
            self.report_applied("wrong_issuer", f"the ID token names {WRONG_ISSUER}")
        if self.knobs.wrong_nonce and "nonce" in found:
            found["nonce"] = WRONG_NONCE
            self.report_applied("wrong_nonce", "the ID token has another nonce than the app sent")
        return self._spoil_claims(found, "id")

    def change_access_claims(self, claims: JsonObject) -> JsonObject:
        """Return the claims of an access token, changed where a knob is set."""
        return self._spoil_claims(dict(claims), "access")

    def change_type(self, kind: str, right: str) -> str:
        """Return the `typ` of a token: that of another kind where a knob is set."""
        is_wrong = kind == self.knobs.wrong_type
        if kind == "logout":
            is_wrong = self.knobs.wrong_logout == "type"
        if not is_wrong:
            return right
        wrong = WRONG_TYPES[kind]
        self.report_applied("wrong_type", f"typ of the {kind} token is {wrong}, not {right}")
        return wrong

    def change_logout_claims(self, claims: JsonObject) -> JsonObject:
        """Return the claims of a logout token, changed where a knob is set."""
        fault = self.knobs.wrong_logout
        found = {**claims, **self._find_wrong_claims(fault, claims)}
        removed = {"events": ("events",), "subject": ("sub", "sid")}
        for name in removed.get(fault, ()):
            found.pop(name, None)
        if fault and fault != "type":
            self.report_applied("wrong_logout", f"the logout token: {LOGOUT_FAULTS[fault]}")
        return found

    def _find_wrong_claims(self, fault: WrongLogout, claims: JsonObject) -> JsonObject:
        """Return the claims that a fault lays over the right ones of a logout token."""
        now = int(self._clock.now())
        if fault != "replayed":
            self._first_jti = ""
        elif not self._first_jti:
            self._first_jti = str(claims.get("jti"))
        wrong: dict[str, JsonObject] = {
            "nonce": {"nonce": WRONG_NONCE},
            "audience": {"aud": WRONG_AUDIENCE},
            "issuer": {"iss": WRONG_ISSUER},
            "expired": {"iat": now - 2 * LONG_AGO, "exp": now - LONG_AGO},
            "replayed": {"jti": self._first_jti},
        }
        return wrong.get(fault, {})

    def spoil_logout_token(self, token: str) -> str:
        """Return a logout token; with the knob for it one whose signature does not verify."""
        if self.knobs.wrong_logout != "signature":
            return token
        signed, _, signature = token.rpartition(".")
        first = "A"
        if signature.startswith("A"):
            first = "B"
        return f"{signed}.{first}{signature[1:]}"

    def _spoil_claims(self, claims: JsonObject, kind: str) -> JsonObject:
        """Return the claims of an ID or access token: `aud`, `nbf` and `exp` as the knobs ask."""
        if self.knobs.wrong_audience == kind:
            claims["aud"] = WRONG_AUDIENCE
            self.report_applied("wrong_audience", f"the {kind} token is for {WRONG_AUDIENCE}")
        if self.knobs.not_before == kind:
            claims["nbf"] = int(self._clock.now()) + NOT_YET
            hours = NOT_YET // 3600
            self.report_applied("not_before", f"the {kind} token counts in {hours} hour")
        return self._move_to_past(claims, kind)

    def _move_to_past(self, claims: JsonObject, kind: str) -> JsonObject:
        if self.knobs.expired_token != kind:
            return claims
        issued = claims.get("iat")
        expires = claims.get("exp")
        if not isinstance(issued, int) or not isinstance(expires, int):
            return claims
        self.report_applied(
            "expired_token", f"the {kind} token expired {LONG_AGO // 3600} hours ago"
        )
        back = LONG_AGO + expires - issued
        return {**claims, "iat": issued - back, "exp": expires - back}


class Unreliable:
    """ASGI: delays answers, or answers 500 before the provider sees the request."""

    def __init__(self, app: ASGIApp, faults: Faults, sleep: Sleep = asyncio.sleep) -> None:
        self._app = app
        self._faults = faults
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        endpoint = ""
        if scope["type"] == "http":
            endpoint = ENDPOINTS.get(scope.get("path", ""), "")
        if not endpoint:
            await self._app(scope, receive, send)
            return
        await self._delay(scope, endpoint)
        self._faults.cause = exchange_of(scope)
        if self._take_failure(scope, endpoint):
            await JSONResponse(FAILURE, 500)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _delay(self, scope: Scope, endpoint: str) -> None:
        latency = self._faults.knobs.latency
        everywhere = latency.get(EVERYWHERE, 0)
        seconds = latency.get(endpoint, everywhere)
        if seconds:
            self._report_applied(scope, "latency", f"{endpoint} answers after {seconds:g} s")
            await self._sleep(seconds)

    def _take_failure(self, scope: Scope, endpoint: str) -> bool:
        """Return whether this request fails, and count it."""
        knobs = self._faults.knobs
        key = endpoint
        if endpoint not in knobs.errors:
            key = EVERYWHERE
        if key not in knobs.errors:
            return False
        self._faults.knobs = knobs.after_failure(key)
        left = self._faults.knobs.errors.get(key, 0)
        detail = f"{endpoint} answers 500"
        if left >= 0:
            detail += f", {left} more"
        self._report_applied(scope, "errors", detail)
        return True

    def _report_applied(self, scope: Scope, knob: str, detail: str) -> None:
        self._faults.cause = exchange_of(scope)
        self._faults.report_applied(knob, detail)
