"""The authorization endpoint: who is it, may the app, and back with a code or an ID token.

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
    AskedRequest,
    LabAuthorizationServer,
    asked,
)
from session_inspector.devserver.provider.pages import consent_page, login_page, message_page
from session_inspector.devserver.provider.registrations import ProviderSession, User
from session_inspector.devserver.provider.response_mode import problem_of, send_back
from session_inspector.devserver.provider.token_storage import Books
from session_inspector.devserver.provider.tokens import Subject

COOKIE = "op_session"
QUERY = "authorize"
"""The hidden field that carries the authorization request through the pages."""


class Authorize:
    """/authorize, /u/login and /u/consent."""

    def __init__(
        self,
        server: LabAuthorizationServer,
        books: Books,
        users: Sequence[User],
        skips_consent: bool,
    ) -> None:
        self._server = server
        self._books = books
        self._users = {user.sub: user for user in users}
        self._skips_consent = skips_consent
        self.routes = [
            Route("/authorize", self.authorize, methods=["GET", "POST"]),
            Route("/u/login", self.login, methods=["POST"]),
            Route("/u/consent", self.consent, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        """Answer a request: with what was asked for, a page, or an error at the app."""
        self._books.cause = exchange_of(request.scope)
        question = await asked(request)
        session = self._books.session_of(self._sid(request))
        refused = self._refused(question, session)
        if refused is not None:
            return refused
        prompt = question.form.get("prompt", "").split()
        must_ask = "login" in prompt or self._is_too_old(session, question.form.get("max_age"))
        if session is None or must_ask:
            if "none" in prompt:
                return send_back(question.form, {"error": "login_required"})
            return self._ask_who(question)
        return self._after_login(question, session)

    async def login(self, request: Request) -> Response:
        """Take who it is, start the provider's session, and go on."""
        self._books.cause = exchange_of(request.scope)
        form = await request.form()
        question = _carried(str(form.get(QUERY, "")))
        refused = self._refused(question)
        if refused is not None:
            return refused
        name = str(form.get("username", "")).strip()
        if not name:
            return self._ask_who(question)
        old = self._sid(request)
        if old in self._books.sessions:
            self._books.sign_out(old)
        session = self._books.sign_in(self._user(name))
        response = self._after_login(question, session)
        handle = self._books.handles.of(session.sid)
        response.set_cookie(
            COOKIE,
            handle,
            httponly=True,
            samesite="lax",
            path="/",
            secure=request.url.scheme == "https",
        )
        return response

    async def consent(self, request: Request) -> Response:
        """Take the answer of the consent page."""
        self._books.cause = exchange_of(request.scope)
        form = await request.form()
        question = _carried(str(form.get(QUERY, "")))
        session = self._books.session_of(self._sid(request))
        refused = self._refused(question)
        if refused is not None:
            return refused
        if session is None:
            return self._ask_who(question)
        if form.get("consent") != "yes":
            return send_back(
                question.form, {"error": "access_denied", "error_description": "refused"}
            )
        return self._granted(question, session)

    @staticmethod
    def subject_of(session: ProviderSession, question: AskedRequest | None = None) -> Subject:
        """Return what tokens of a session are about."""
        fields = question.form if question else {}
        expiry = session.user.claims.get("session_expiry")
        claims = {k: v for k, v in session.user.claims.items() if k != "session_expiry"}
        return Subject(
            sub=session.user.sub,
            claims=claims,
            sid=session.sid,
            auth_time=session.auth_time,
            audience=fields.get("audience", ""),
            nonce=fields.get("nonce", ""),
            session_expiry=expiry if isinstance(expiry, int) else None,
        )

    def _sid(self, request: Request) -> str:
        return self._books.handles.sid_of(request.cookies.get(COOKIE, ""))

    def _after_login(self, question: AskedRequest, session: ProviderSession) -> Response:
        if self._skips_consent and "consent" not in question.form.get("prompt", "").split():
            return self._granted(question, session)
        if question.form.get("prompt") == "none":
            return send_back(question.form, {"error": "consent_required"})
        client, scope = question.form.get("client_id", ""), question.form.get("scope", "")
        return consent_page(client, scope, {QUERY: urlencode(question.form)})

    def _granted(self, question: AskedRequest, session: ProviderSession) -> Response:
        subject = self.subject_of(session, question)
        try:
            grant = self._server.get_consent_grant(question, end_user=subject)
            answer: dict[str, str] = grant.granted(subject)
        except OAuth2Error as error:
            answer = _error(error.error, error.description)
        return send_back(question.form, answer)

    def _refused(
        self, question: AskedRequest, session: ProviderSession | None = None
    ) -> Response | None:
        """Return the answer to a request that may not go on; None when it may.

        Without a registered redirect URI nothing is redirected (RFC 6749 §4.1.2.1).
        """
        client = self._server.query_client(question.form.get("client_id", ""))
        if client is None or not client.check_redirect_uri(question.form.get("redirect_uri", "")):
            what = "client_id" if client is None else "redirect_uri"
            return message_page("This request cannot go on", f"Its {what} is not registered.", 400)
        try:
            # with somebody signed in prompt=none can be done
            end_user = self.subject_of(session) if session else None
            self._server.get_consent_grant(question, end_user=end_user)
        except OAuth2Error as error:
            return send_back(question.form, _error(error.error, error.description))
        problem = problem_of(question.form)
        return send_back(question.form, _error("invalid_request", problem)) if problem else None

    def _ask_who(self, question: AskedRequest) -> Response:
        hint = question.form.get("login_hint", "")
        return login_page(list(self._users.values()), {QUERY: urlencode(question.form)}, hint)

    def _user(self, name: str) -> User:
        """Return a user of the settings, or one made from the name that was typed."""
        known = self._users.get(name) or self._users.get(f"local|{name.lower()}")
        if known is not None:
            return known
        plain = name.removeprefix("local|")
        mail = plain if "@" in plain else f"{plain}@example.com"
        return User(sub=f"local|{plain}", claims={"name": plain, "nickname": plain, "email": mail})

    def _is_too_old(self, session: ProviderSession | None, max_age: str | None) -> bool:
        if session is None or max_age is None or not max_age.isdecimal():
            return False
        return self._books.age_of(session) > int(max_age)


def _carried(query: str) -> AskedRequest:
    return AskedRequest("GET", f"http://localhost/authorize?{query}", {}, dict(QueryParams(query)))


def _error(code: str, description: str | None) -> dict[str, str]:
    return {"error": code, "error_description": description or ""}
