"""The authorization endpoint: sign the user in, ask for consent, answer with a code or ID token.

Sources: OpenID Connect Core §3.1.2 and §3.2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.provider.authlib_server import (
    LabAuthorizationServer,
    ReadRequest,
    read_request,
)
from session_inspector.devserver.provider.browser_session import COOKIE, BrowserSessionCookie
from session_inspector.devserver.provider.flows.flows import ProviderFlows
from session_inspector.devserver.provider.flows.organizations import Organization, check_membership
from session_inspector.devserver.provider.flows.second_factors import is_right_code
from session_inspector.devserver.provider.flows.subjects import find_or_make_user, make_subject
from session_inspector.devserver.provider.pages import (
    consent_page,
    login_page,
    message_page,
    second_factor_page,
)
from session_inspector.devserver.provider.registrations import ProviderSession, User
from session_inspector.devserver.provider.requests.form_body import read_fields
from session_inspector.devserver.provider.requests.id_token_hint import read_hint
from session_inspector.devserver.provider.requests.registration_advice import (
    explain_client,
    explain_redirect,
)
from session_inspector.devserver.provider.requests.request_rules import check_request
from session_inspector.devserver.provider.response_mode import find_mode_problem, send_back
from session_inspector.devserver.provider.token_storage import TokenStorage

OTHER_USER = "somebody else signed in than id_token_hint names"
QUERY = "authorize"
"""The hidden field that carries the authorization request through the pages."""
WRONG_CODE = "This code is wrong. Any six digits are right, but 000000."


class Authorize:
    """/authorize, /u/login and /u/consent."""

    def __init__(
        self,
        server: LabAuthorizationServer,
        storage: TokenStorage,
        cookie: BrowserSessionCookie,
        users: Sequence[User],
        flows: ProviderFlows,
        skips_consent: bool,
    ) -> None:
        self._server = server
        self._storage = storage
        self._cookie = cookie
        self._users = list(users)
        self._flows = flows
        self._skips_consent = skips_consent
        self.routes = [
            Route("/authorize", self.authorize, methods=["GET", "POST"]),
            Route("/u/login", self.login, methods=["POST"]),
            Route("/u/mfa", self.second_factor, methods=["POST"]),
            Route("/u/consent", self.consent, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        """Answer a request with a code or token, a page, or an error at the app."""
        self._storage.report.cause = exchange_of(request.scope)
        question = await read_request(request)
        try:
            question = self._flows.pushed.resolve(question)
        except OAuthError as error:
            return message_page("This request cannot go on", error.message, 400)
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
        session = self._storage.sign_in(find_or_make_user(self._users, name))
        response = self._continue_signed_in(question, session)
        self._cookie.set_on(response, session.sid, is_secure=request.url.scheme == "https")
        return response

    async def second_factor(self, request: Request) -> Response:
        """Take a one-time code, and go on."""
        self._storage.report.cause = exchange_of(request.scope)
        form = await read_fields(request)
        question = _read_carried(form.get(QUERY, ""))
        refusal = self._find_refusal(question)
        if refusal is not None:
            return refusal
        session = self._storage.sessions.find(self._read_sid(request))
        if session is None:
            return self._show_login(question)
        if not is_right_code(form.get("code", "").strip()):
            return second_factor_page(_carry(question), WRONG_CODE)
        self._flows.factors.note_passed(make_subject(session), "otp")
        return self._continue_signed_in(question, self._storage.sessions.by_sid[session.sid])

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
        if self._flows.factors.is_due_at_login(question.form.get("acr_values", ""), session.acr):
            return self._ask_second_factor(question, session)
        if self._skips_consent and "consent" not in prompt.split():
            return self._grant(question, session)
        if prompt == "none":
            return send_back(question.form, {"error": "consent_required"})
        client_id = question.form.get("client_id", "")
        scope = question.form.get("scope", "")
        return consent_page(client_id, scope, _carry(question))

    def _ask_second_factor(self, question: ReadRequest, session: ProviderSession) -> Response:
        if "none" in question.form.get("prompt", "").split():
            return send_back(question.form, {"error": "interaction_required"})
        reason = "the provider's knobs ask for it"
        if question.form.get("acr_values"):
            reason = "the app asks for it (acr_values)"
        client_id = question.form.get("client_id", "")
        self._flows.factors.report_page(client_id, session.user.sub, session.sid, reason)
        return second_factor_page(_carry(question))

    def _grant(self, question: ReadRequest, session: ProviderSession) -> Response:
        if not self._is_hinted(session, question):
            return send_back(question.form, _make_error("login_required", OTHER_USER))
        subject = make_subject(session, question)
        try:
            organization = self._find_organization(question)
            check_membership(organization, subject.sub)
            if organization is not None:
                subject = replace(subject, org_id=organization.id, org_name=organization.name)
            grant = self._server.get_consent_grant(question, end_user=subject)
            answer: dict[str, str] = grant.answer_consent(subject)
        except OAuth2Error as error:
            answer = _make_error(error.error, error.description)
        except OAuthError as error:
            answer = _make_error(error.code, error.message)
        return send_back(question.form, answer)

    def _find_organization(self, question: ReadRequest) -> Organization | None:
        return self._flows.organizations.find(question.form.get("organization", ""))

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
            self._find_organization(question)
        except OAuth2Error as error:
            return send_back(question.form, _make_error(error.error, error.description))
        except OAuthError as error:
            return send_back(question.form, _make_error(error.code, error.message))
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
        return login_page(self._users, _carry(question), hint)

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


def _carry(question: ReadRequest) -> dict[str, str]:
    """Return the hidden field with the authorization request."""
    return {QUERY: urlencode(question.form)}


def _read_carried(query: str) -> ReadRequest:
    uri = f"http://localhost/authorize?{query}"
    return ReadRequest("GET", uri, {}, QueryParams(query).multi_items())


def _make_error(code: str, description: str | None) -> dict[str, str]:
    return {"error": code, "error_description": description or ""}
