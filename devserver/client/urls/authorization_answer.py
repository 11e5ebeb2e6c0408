"""The provider's answer at the callback: each parameter once, from the issuer that was asked.

Sources: RFC 6749 §3.1 and §4.1.2, RFC 9207 §2.4; in the order of the SDK's OAuth library.
"""

from __future__ import annotations

from starlette.datastructures import QueryParams

from session_inspector.devserver.client.urls.query import read_first
from session_inspector.devserver.core.errors import InspectorError, OAuthError
from session_inspector.devserver.core.events.login import LoginStep
from session_inspector.devserver.core.masking import LONGEST_CODE, mask_words
from session_inspector.devserver.core.values import Json, JsonObject

SUPPORTS_ISS = "authorization_response_iss_parameter_supported"
AUTHORIZATION_FAILED = "An error occurred during the authorization flow."
CODE_TWICE = '"code" parameter must be provided only once'
CODE_MISSING = 'no authorization code in "callbackParameters"'
"""These are the SDK's texts; the others are ours."""
NO_CODE = "the provider's answer has neither a code nor an error"
NO_ISS = "the provider announces the parameter iss (RFC 9207), and its answer has none"
OTHER_LOGIN = "the transaction cookie is of another login: its state is not that of the answer"
JARM = "the answer is a JWT in response (JARM), which was not asked for"
IMPLICIT = "the answer has a token in its URL (implicit or hybrid flow), which was not asked for"


class CallbackError(InspectorError):
    """A step of the login failed; the message is the SDK's, `why` is ours."""

    def __init__(self, message: str, *, step: LoginStep, code: str, why: str) -> None:
        super().__init__(message, code=code)
        self.step = step
        self.why = why


def read_code(query: QueryParams, metadata: JsonObject, state: Json) -> str:
    """Return the code of an answer to the login whose state this is.

    Raises: CallbackError when it is another's, an error, or has no code.
    """
    try:
        _check_answer(query, metadata, state)
    except OAuthError as error:
        raise _fail(AUTHORIZATION_FAILED, error.code, error.message) from error
    problem = read_first(query, "error")
    if problem:
        words = mask_words(read_first(query, "error_description") or problem)
        raise _fail(AUTHORIZATION_FAILED, mask_words(problem, longest=LONGEST_CODE), words)
    try:
        code = _read_once(query, "code")
    except OAuthError as error:
        raise _fail(CODE_TWICE, error.code, error.message) from error
    if not code:
        raise _fail(CODE_MISSING, "invalid_response", NO_CODE)
    return code


def quote_provider(query: QueryParams) -> str:
    """Return the error of an answer that belongs to no login, as the end of a sentence.

    Anybody can make such a link: its text is cleaned.
    """
    found = [read_first(query, name) for name in ("error", "error_description")]
    words = ": ".join(word for word in found if word)
    if not words:
        return ""
    return f"; it says {mask_words(words)}"


def _check_answer(query: QueryParams, metadata: JsonObject, state: Json) -> None:
    """Check an answer before its error or code counts; `state` is the transaction's.

    Raises: OAuthError (invalid_response).
    """
    if _read_once(query, "response"):
        raise _refuse(JARM)
    _check_issuer(_read_once(query, "iss"), metadata)
    if _read_once(query, "state") != state:
        raise _refuse(OTHER_LOGIN)
    if _read_once(query, "error"):
        return
    if any(_read_once(query, name) is not None for name in ("id_token", "token")):
        raise _refuse(IMPLICIT)


def _read_once(query: QueryParams, name: str) -> str | None:
    """Return a parameter's value, None without one. Raises: OAuthError when it stands twice."""
    if len(query.getlist(name)) > 1:
        raise _refuse(f"the provider's answer has {name} twice (RFC 6749, section 3.1)")
    return read_first(query, name)


def _check_issuer(found: str | None, metadata: JsonObject) -> None:
    """Check who answers: another provider's code would go to this one's token endpoint."""
    issuer = metadata.get("issuer")
    if not found and metadata.get(SUPPORTS_ISS):
        raise _refuse(NO_ISS)
    if found and found != issuer:
        raise _refuse(f"the answer is of issuer {found!r}, not {issuer!r} (RFC 9207)")


def _fail(text: str, code: str, why: str) -> CallbackError:
    return CallbackError(text, step="callback", code=code, why=why)


def _refuse(why: str) -> OAuthError:
    return OAuthError(why, code="invalid_response")
