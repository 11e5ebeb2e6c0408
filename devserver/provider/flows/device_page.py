"""The page where a user types the code of a device, signs in, and allows or refuses it.

Source: RFC 8628 §3.3.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from session_inspector.devserver.core.correlation import exchange_of
from session_inspector.devserver.provider.browser_session import COOKIE, BrowserSessionCookie
from session_inspector.devserver.provider.flows.device import PAGE
from session_inspector.devserver.provider.flows.device_codes import DeviceCode, DeviceCodes
from session_inspector.devserver.provider.flows.subjects import find_or_make_user, make_subject
from session_inspector.devserver.provider.pages import (
    device_code_page,
    device_consent_page,
    login_page,
    message_page,
)
from session_inspector.devserver.provider.registrations import ProviderSession, User
from session_inspector.devserver.provider.requests.form_body import read_fields
from session_inspector.devserver.provider.token_storage import TokenStorage

UNKNOWN = "This code is unknown, was used, or is too old. Start again on the device."
CODE = "user_code"


class DevicePage:
    """/activate."""

    def __init__(
        self,
        codes: DeviceCodes,
        storage: TokenStorage,
        cookie: BrowserSessionCookie,
        users: Sequence[User],
    ) -> None:
        self._codes = codes
        self._storage = storage
        self._cookie = cookie
        self._users = list(users)
        self.routes = [
            Route(f"/{PAGE}", self.ask, methods=["GET"]),
            Route(f"/{PAGE}", self.answer, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Ask for the code; one that came with the link is filled in, and must be confirmed."""
        return device_code_page(request.query_params.get(CODE, ""))

    async def answer(self, request: Request) -> Response:
        """Take one step: the code, then who signs in, then the consent."""
        self._storage.report.cause = exchange_of(request.scope)
        form = await read_fields(request)
        typed = form.get(CODE, "")
        code = self._codes.find_by_user_code(typed)
        if code is None:
            return device_code_page(typed, UNKNOWN)
        name = form.get("username", "").strip()
        if name:
            return self._sign_in(request, code, name)
        session = self._find_session(request)
        if session is None:
            return self._show_login(code)
        if "consent" not in form:
            return device_consent_page(code.client_id, code.scope, code.user_code, session.user)
        return self._decide(code, session, is_allowed=form.get("consent") == "yes")

    def _show_login(self, code: DeviceCode) -> Response:
        return login_page(self._users, {CODE: code.user_code}, "", action=f"/{PAGE}")

    def _sign_in(self, request: Request, code: DeviceCode, name: str) -> Response:
        self._storage.sign_out(self._read_sid(request))
        session = self._storage.sign_in(find_or_make_user(self._users, name))
        response = device_consent_page(code.client_id, code.scope, code.user_code, session.user)
        self._cookie.set_on(response, session.sid, is_secure=request.url.scheme == "https")
        return response

    def _decide(self, code: DeviceCode, session: ProviderSession, *, is_allowed: bool) -> Response:
        self._codes.answer(code, make_subject(session), is_allowed=is_allowed)
        if is_allowed:
            return message_page("The device is signed in", "You can close this page.")
        return message_page("Refused", "The device gets nothing. You can close this page.")

    def _find_session(self, request: Request) -> ProviderSession | None:
        return self._storage.sessions.find(self._read_sid(request))

    def _read_sid(self, request: Request) -> str:
        return self._cookie.read_sid(request.cookies.get(COOKIE, ""))
