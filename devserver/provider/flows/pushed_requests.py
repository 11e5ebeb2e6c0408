"""Pushed authorization requests (RFC 9126): an app sends its request first, the browser a name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TypeAlias

from authlib.oauth2 import OAuth2Error

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.events.login import PushedRequestUsed, RequestPushed
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject, Seconds, fingerprint
from session_inspector.devserver.provider.authlib_server import LabAuthorizationServer, ReadRequest
from session_inspector.devserver.provider.grants import METHODS
from session_inspector.devserver.provider.registrations import ClientRegistration
from session_inspector.devserver.provider.requests.request_rules import check_request
from session_inspector.devserver.provider.response_mode import find_mode_problem

PREFIX = "urn:ietf:params:oauth:request_uri:"
LIFETIME = 90
"""Seconds in which the browser must come; within them it may reload (RFC 9126 §4)."""
Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""Fields; a repeated one stays repeated, so that it can be refused."""
CREDENTIALS = frozenset({"client_secret", "client_assertion", "client_assertion_type"})
PUSH_FIRST = "this client must push its request first (RFC 9126) and send a request_uri"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedRequest:
    """What an app pushed."""

    pairs: Pairs = field(repr=False)
    client_id: str
    expires: Seconds


class PushedRequests:
    """Takes pushed requests, and finds them again by their request_uri."""

    def __init__(self, server: LabAuthorizationServer, clock: Clock, publish: Publish) -> None:
        self._server = server
        self._clock = clock
        self._publish = publish
        self._by_uri: dict[str, PushedRequest] = {}

    def push(self, question: ReadRequest) -> JsonObject:
        """Keep a request that would be taken at /authorize; returns its name.

        Raises: OAuthError, OAuth2Error.
        """
        client = self._server.authenticate_client(question, METHODS, "pushed_authorization_request")
        if "request_uri" in question.form:
            raise OAuthError("a pushed request cannot have a request_uri (RFC 9126, section 2.1)")
        pairs = _read_pairs(question, client)
        self._check(pairs, client)
        uri = PREFIX + secrets.token_urlsafe(24)
        now = self._clock.now()
        self._forget_old(now)
        pushed = PushedRequest(pairs=pairs, client_id=client.client_id, expires=now + LIFETIME)
        self._by_uri[uri] = pushed
        self._publish(
            RequestPushed(
                at=now,
                cause=self._server.storage.report.cause,
                request=fingerprint(uri),
                client_id=client.client_id,
                expires=pushed.expires,
            )
        )
        return {"request_uri": uri, "expires_in": LIFETIME}

    def resolve(self, question: ReadRequest) -> ReadRequest:
        """Return the request that a browser's request_uri names; any other as it is.

        Raises: OAuthError for a name that is unknown, expired, or another client's, and for a
        client that must push.
        """
        uri = question.form.get("request_uri", "")
        client_id = question.form.get("client_id", "")
        if not uri.startswith(PREFIX):
            client = self._server.query_client(client_id)
            if client is not None and client.requires_pushed_requests:
                raise OAuthError(PUSH_FIRST)
            return question
        found = self._by_uri.get(uri)
        reason = self._find_problem(found, client_id)
        if found is None or reason:
            self._server.storage.report.report_refused(
                "request", uri, "invalid_request_uri", reason
            )
            raise OAuthError(reason, code="invalid_request_uri")
        self._publish(
            PushedRequestUsed(
                at=self._clock.now(),
                cause=self._server.storage.report.cause,
                request=fingerprint(uri),
                client_id=client_id,
            )
        )
        return ReadRequest(question.method, question.uri, question.headers, found.pairs)

    def _find_problem(self, found: PushedRequest | None, client_id: str) -> str:
        if found is None:
            return "no such request was pushed here, or it was long ago"
        if found.client_id != client_id:
            return "the request was pushed by another client than client_id names"
        if found.expires <= self._clock.now():
            return f"the request was pushed more than {LIFETIME} seconds ago"
        return ""

    def _check(self, pairs: Pairs, client: ClientRegistration) -> None:
        """Check what /authorize would check. Raises: OAuthError, OAuth2Error."""
        question = ReadRequest("GET", "http://localhost/authorize", {}, pairs)
        if not client.check_redirect_uri(question.form.get("redirect_uri", "")):
            raise OAuthError("its redirect_uri is not registered")
        try:
            check_request(question, self._server.storage.minter)
            self._server.get_consent_grant(question)
        except OAuth2Error as error:
            error.redirect_uri = None  # the app itself asks: nobody is redirected
            raise
        problem = find_mode_problem(question.form)
        if problem:
            raise OAuthError(problem)

    def _forget_old(self, now: Seconds) -> None:
        kept = {uri: found for uri, found in self._by_uri.items() if found.expires + LIFETIME > now}
        self._by_uri = kept


def _read_pairs(question: ReadRequest, client: ClientRegistration) -> Pairs:
    """Return the fields of a request, without the client's secret; with its key, if it has one.

    The code is bound to the key of the proof (RFC 9449 §10.1). Raises: OAuthError.
    """
    lists = question.payload.datalist
    left_out = {*CREDENTIALS, "client_id", "dpop_jkt"}
    pairs = [(name, value) for name in lists if name not in left_out for value in lists[name]]
    pairs.append(("client_id", client.client_id))
    named = question.form.get("dpop_jkt", "")
    if question.jkt and named not in ("", question.jkt):
        raise OAuthError("dpop_jkt is not the key of the DPoP proof", code="invalid_dpop_proof")
    if named or question.jkt:
        pairs.append(("dpop_jkt", named or question.jkt))
    return tuple(pairs)
