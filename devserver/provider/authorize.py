"""The authorization endpoint: sign the user in, ask for consent, answer with a code or ID token.

Sources: OpenID Connect Core §3.1.2 and §3.2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.provider.authlib_server import (
    LabAuthorizationServer,
    ReadRequest,
    read_request,
)
from session_inspector.devserver.provider.browser_session import COOKIE, BrowserSessionCookie
from session_inspector.devserver.provider.pages import consent_page, login_page, message_page
from session_inspector.devserver.provider.registrations import ProviderSession, User
from session_inspector.devserver.provider.requests.audience import choose_audience
from session_inspector.devserver.provider.requests.form_body import read_fields
from session_inspector.devserver.provider.requests.id_token_hint import read_hint
from session_inspector.devserver.provider.requests.registration_advice import (
    explain_client,
    explain_redirect,
)
from session_inspector.devserver.provider.requests.request_rules import check_request
from session_inspector.devserver.provider.response_mode import find_mode_problem, send_back
from session_inspector.devserver.provider.token_storage import TokenStorage
from session_inspector.devserver.provider.tokens import Subject

OTHER_USER = "somebody else signed in than id_token_hint names"
QUERY = "authorize"
"""The hidden field that carries the authorization request through the pages."""
EXPIRY_CLAIM = "session_expiry"
"""A claim of the session, not of the user: it goes into ID tokens only."""


class Authorize:
    """/authorize, /u/login and /u/consent."""

    def __init__(
        self,
        server: LabAuthorizationServer,
        storage: TokenStorage,
        cookie: BrowserSessionCookie,
        users: Sequence[User],
        skips_consent: bool,
    ) -> None:
        self._server = server
        self._storage = storage
        self._cookie = cookie
        self._users = {user.sub: user for user in users}
        self._skips_consent = skips_consent
        self.routes = [
            Route("/authorize", self.authorize, methods=["GET", "POST"]),
            Route("/u/login", self.login, methods=["POST"]),
            Route("/u/consent", self.consent, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        """Answer a request with a code or token, a page, or an error at the app."""
        self._storage.report.cause = exchange_of(request.scope)
        question = await read_request(request)
        session = self._storage.sessions.find(self._read_sid(request))
        refusal = self._find_refusal(question, session)
        if refusal is not None:
            return refusal
        prompt = question.form.get("prompt", "").split()
        must_sign_in = session is None or self._must_choose(session, question)
        if session is not None and not must_sign_in:
            return self._continue_signed_in(question, session)
        if "none" in prompt:
            return send_back(question.form, {"error": "login_required"})
        return self._show_login(question)

    async def login(self, request: Request) -> Response:
        """Sign the user in, start the provider's session, and go on."""
        self._storage.report.cause = exchange_of(request.scope)
        form = await read_fields(request)
        question = _read_carried(form.get(QUERY, ""))
        refusal = self._find_refusal(question)
        if refusal is not None:
            return refusal
        name = form.get("username", "").strip()
        if not name:
            return self._show_login(question)
        self._storage.sign_out(self._read_sid(request))
        session = self._storage.sign_in(self._find_or_make_user(name))
        response = self._continue_signed_in(question, session)
        response.set_cookie(
            COOKIE,
            self._cookie.make_value(session.sid),
            httponly=True,
            samesite="lax",
            path="/",
            secure=request.url.scheme == "https",
        )
        return response

    async def consent(self, request: Request) -> Response:
        """Take the answer of the consent page."""
        self._storage.report.cause = exchange_of(request.scope)
        form = await read_fields(request)
        question = _read_carried(form.get(QUERY, ""))
        refusal = self._find_refusal(question)
        if refusal is not None:
            return refusal
        session = self._storage.sessions.find(self._read_sid(request))
        if session is None:
            return self._show_login(question)
        if form.get("consent") != "yes":
            error = {"error": "access_denied", "error_description": "refused"}
            return send_back(question.form, error)
        return self._grant(question, session)

    def _read_sid(self, request: Request) -> str:
        return self._cookie.read_sid(request.cookies.get(COOKIE, ""))

    def _continue_signed_in(self, question: ReadRequest, session: ProviderSession) -> Response:
        prompt = question.form.get("prompt", "")
        if self._skips_consent and "consent" not in prompt.split():
            return self._grant(question, session)
        if prompt == "none":
            return send_back(question.form, {"error": "consent_required"})
        client_id = question.form.get("client_id", "")
        scope = question.form.get("scope", "")
        return consent_page(client_id, scope, _carry(question))

    def _grant(self, question: ReadRequest, session: ProviderSession) -> Response:
        if not self._is_hinted(session, question):
            return send_back(question.form, _make_error("login_required", OTHER_USER))
        subject = make_subject(session, question)
        try:
            grant = self._server.get_consent_grant(question, end_user=subject)
            answer: dict[str, str] = grant.answer_consent(subject)
        except OAuth2Error as error:
            answer = _make_error(error.error, error.description)
        return send_back(question.form, answer)

    def _find_refusal(
        self, question: ReadRequest, session: ProviderSession | None = None
    ) -> Response | None:
        """Return the answer to a request that may not go on; None when it may.

        Without a registered redirect URI nothing is redirected (RFC 6749 §4.1.2.1).
        """
        unregistered = self._find_unregistered(question)
        if unregistered:
            return message_page("This request cannot go on", unregistered, 400)
        end_user = None
        if session is not None:  # somebody is signed in: then prompt=none is possible
            end_user = make_subject(session)
        try:
            check_request(question, self._storage.minter)
            self._server.get_consent_grant(question, end_user=end_user)
        except OAuth2Error as error:
            return send_back(question.form, _make_error(error.error, error.description))
        problem = find_mode_problem(question.form)
        if problem:
            return send_back(question.form, _make_error("invalid_request", problem))
        return None

    def _find_unregistered(self, question: ReadRequest) -> str:
        """Return what is not registered, and how to register it; empty when all is."""
        client_id = question.form.get("client_id", "")
        client = self._server.query_client(client_id)
        if client is None:
            return explain_client(self._server.clients, client_id)
        uri = question.form.get("redirect_uri", "")
        if not client.check_redirect_uri(uri):
            return explain_redirect(client, uri)
        return ""

    def _show_login(self, question: ReadRequest) -> Response:
        hint = question.form.get("login_hint", "")
        return login_page(list(self._users.values()), _carry(question), hint)

    def _find_or_make_user(self, name: str) -> User:
        """Return a user of the settings, or one made from the name that was typed."""
        known = self._users.get(name) or self._users.get(f"local|{name.lower()}")
        if known is not None:
            return known
        plain = name.removeprefix("local|")
        email = plain
        if "@" not in plain:
            email = f"{plain}@example.com"
        return User(sub=f"local|{plain}", claims={"name": plain, "nickname": plain, "email": email})

    def _must_choose(self, session: ProviderSession, question: ReadRequest) -> bool:
        """Return whether a request wants another login than the session's."""
        prompt = question.form.get("prompt", "").split()
        if "login" in prompt or "select_account" in prompt:
            return True
        return self._is_too_old(session, question) or not self._is_hinted(session, question)

    def _is_hinted(self, session: ProviderSession, question: ReadRequest) -> bool:
        """Return whether a session is of the user of id_token_hint; without a hint it is."""
        hint = question.form.get("id_token_hint", "")
        if not hint:
            return True
        return read_hint(self._storage.minter, hint).sub == session.user.sub

    def _is_too_old(self, session: ProviderSession, question: ReadRequest) -> bool:
        max_age = question.form.get("max_age")
        if max_age is None:
            return False
        return self._storage.sessions.age_of(session) > int(max_age)


def make_subject(session: ProviderSession, question: ReadRequest | None = None) -> Subject:
    """Return who the tokens of a session are about; `question` adds its audience and nonce."""
    audience = ""
    nonce = ""
    if question is not None:
        audience = choose_audience(question.payload.datalist)
        nonce = question.form.get("nonce", "")
    session_expiry = session.user.claims.get(EXPIRY_CLAIM)
    if not isinstance(session_expiry, int):
        session_expiry = None
    return Subject(
        sub=session.user.sub,
        claims={k: v for k, v in session.user.claims.items() if k != EXPIRY_CLAIM},
        sid=session.sid,
        auth_time=session.auth_time,
        audience=audience,
        nonce=nonce,
        session_expiry=session_expiry,
    )


def _carry(question: ReadRequest) -> dict[str, str]:
    """Return the hidden field with the authorization request."""
    return {QUERY: urlencode(question.form)}


def _read_carried(query: str) -> ReadRequest:
    uri = f"http://localhost/authorize?{query}"
    return ReadRequest("GET", uri, {}, QueryParams(query).multi_items())


def _make_error(code: str, description: str | None) -> dict[str, str]:
    return {"error": code, "error_description": description or ""}
