"""What an authorization request may not ask for: each is refused with its own error.

Sources: OpenID Connect Core §3.1.2.1, §3.1.2.6 and §6; RFC 8707 §2.1.
"""

from __future__ import annotations

import re

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request

from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.provider.requests.audience import choose_audience
from session_inspector.devserver.provider.requests.error_text import quote_value
from session_inspector.devserver.provider.requests.id_token_hint import read_hint
from session_inspector.devserver.provider.tokens import Minter

RESPONSE_TYPES = ("code", "id_token")
PROMPTS = ("none", "login", "consent", "select_account")
UNSUPPORTED = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}
"""Parameters that change what a request means; ignored, they would hide that."""
WHOLE = re.compile("[0-9]{1,15}")


def check_request(question: OAuth2Request, minter: Minter) -> None:
    """Refuse what would be ignored otherwise. Raises: OAuth2Error."""
    form = question.payload.data
    for name, error in UNSUPPORTED.items():
        if name in form:
            raise OAuth2Error(f"{name} is not supported: send plain parameters", error=error)
    _check_response_type(form.get("response_type", ""))
    for prompt in form.get("prompt", "").split():
        if prompt not in PROMPTS:
            known = ", ".join(PROMPTS)
            raise InvalidRequestError(f"prompt {quote_value(prompt)} is none of {known}")
    if "max_age" in form and not WHOLE.fullmatch(form["max_age"]):
        raise InvalidRequestError(f"max_age {quote_value(form['max_age'])} is no whole number")
    choose_audience(question.payload.datalist)
    _check_hint(form.get("id_token_hint", ""), form.get("client_id", ""), minter)


def _check_response_type(asked: str) -> None:
    """Refuse an unknown one before Authlib does, whose error cannot hold every text."""
    if not asked:
        raise InvalidRequestError("response_type is missing: send code")
    if asked not in RESPONSE_TYPES:
        text = f"response_type {quote_value(asked)} is none of {', '.join(RESPONSE_TYPES)}"
        raise OAuth2Error(text, error="unsupported_response_type")


def _check_hint(hint: str, client_id: str, minter: Minter) -> None:
    if not hint:
        return
    try:
        read_hint(minter, hint, client_id)
    except OAuthError as error:
        raise InvalidRequestError(error.message) from error
