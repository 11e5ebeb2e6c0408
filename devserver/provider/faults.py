"""Where the knobs bite: answers held back or refused, tokens spoilt; each time is an event."""

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
from session_inspector.devserver.core.knobs import EVERYWHERE, Knobs
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.provider.tokens import Subject

Sleep: TypeAlias = Callable[[Seconds], Awaitable[None]]
PLACES = {
    "/.well-known/openid-configuration": "discovery",
    "/.well-known/jwks.json": "jwks",
    "/authorize": "authorize",
    "/u/login": "login",
    "/u/consent": "login",
    "/oauth/token": "token",
    "/oauth/revoke": "revoke",
    "/userinfo": "userinfo",
    "/oidc/logout": "logout",
    "/v2/logout": "logout",
}
WRONG_ISSUER = "https://wrong-issuer.example/"
WRONG_NONCE = "not-the-nonce-that-was-asked-for"
LONG_AGO = 7200
"""Seconds by which an expired token is put back: no tolerance of a clock makes it good."""


class Faults:
    """The knobs in force."""

    def __init__(self, clock: Clock, publish: Publish) -> None:
        self.knobs = Knobs()
        self.cause = ""
        """The exchange under way."""
        self._clock = clock
        self._publish = publish

    def note(self, knob: str, detail: str) -> None:
        """Report that a knob changed an answer."""
        now = self._clock.now()
        self._publish(KnobApplied(at=now, cause=self.cause, knob=knob, detail=detail))

    def subject(self, subject: Subject) -> Subject:
        """Return who a token is about, with the claims that were laid over."""
        over = self.knobs.claims.get(subject.sub)
        if not over:
            return subject
        laid = {**subject.claims, **over}
        claims: JsonObject = {name: value for name, value in laid.items() if value is not None}
        return replace(subject, claims=claims)

    def issuer(self, right: str) -> str:
        """Return the issuer that the discovery document names."""
        if self.knobs.wrong_issuer != "discovery":
            return right
        self.note("wrong_issuer", f"discovery names {WRONG_ISSUER}")
        return WRONG_ISSUER

    def id_claims(self, claims: JsonObject) -> JsonObject:
        """Return the claims of an ID token, spoilt where a knob asks for it."""
        found = dict(claims)
        if self.knobs.wrong_issuer == "id_token":
            found["iss"] = WRONG_ISSUER
            self.note("wrong_issuer", f"the ID token names {WRONG_ISSUER}")
        if self.knobs.wrong_nonce and "nonce" in found:
            found["nonce"] = WRONG_NONCE
            self.note("wrong_nonce", "the ID token has another nonce than was asked for")
        return self._aged(found, "id")

    def access_claims(self, claims: JsonObject) -> JsonObject:
        """Return the claims of an access token, spoilt where a knob asks for it."""
        return self._aged(claims, "access")

    def _aged(self, claims: JsonObject, kind: str) -> JsonObject:
        issued, expires = claims.get("iat"), claims.get("exp")
        is_wanted = self.knobs.expired_token == kind
        if not (is_wanted and isinstance(issued, int) and isinstance(expires, int)):
            return claims
        self.note("expired_token", f"the {kind} token expired {LONG_AGO // 3600} hours ago")
        back = LONG_AGO + expires - issued
        return {**claims, "iat": issued - back, "exp": expires - back}


class Unreliable:
    """ASGI: holds answers back, or answers 500, before the provider is asked."""

    def __init__(self, app: ASGIApp, faults: Faults, sleep: Sleep = asyncio.sleep) -> None:
        self._app = app
        self._faults = faults
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        place = PLACES.get(scope.get("path", ""), "") if scope["type"] == "http" else ""
        if place:
            await self._hold_back(scope, place)
            self._faults.cause = exchange_of(scope)
            if self._fails(scope, place):
                body = {
                    "error": "server_error",
                    "error_description": "an error that was asked for: the provider's knobs",
                }
                await JSONResponse(body, 500)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _hold_back(self, scope: Scope, place: str) -> None:
        latency = self._faults.knobs.latency
        seconds = latency.get(place, latency.get(EVERYWHERE, 0))
        if seconds:
            self._note(scope, "latency", f"{place} answers after {seconds:g} s")
            await self._sleep(seconds)

    def _fails(self, scope: Scope, place: str) -> bool:
        knobs = self._faults.knobs
        key = place if place in knobs.errors else EVERYWHERE
        if key not in knobs.errors:
            return False
        self._faults.knobs = knobs.after_failure(key)
        left = self._faults.knobs.errors.get(key, 0)
        more = "" if left < 0 else f", {left} more"
        self._note(scope, "errors", f"{place} answers 500{more}")
        return True

    def _note(self, scope: Scope, knob: str, detail: str) -> None:
        self._faults.cause = exchange_of(scope)
        self._faults.note(knob, detail)
