"""Errors as answers: JSON for apps (RFC 6749 §5.2), a page for browsers."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.provider.pages import message_page
from session_inspector.devserver.provider.requests.error_text import clean_text, quote_value

TITLE = "This request cannot go on"
NOT_FOUND = 404
WRONG_METHOD = 405


def refuse(error: OAuthError) -> Response:
    """Return an error as JSON."""
    body = {"error": error.code, "error_description": clean_text(error.message)}
    return JSONResponse(body, error.status)


def answer_error(request: Request, error: Exception) -> Response:
    """Return the answer to an error that no endpoint answers itself.

    A path that is not there, a method that is not taken, a form that cannot be read.
    """
    headers: dict[str, str] = {}
    if isinstance(error, HTTPException):
        headers.update(error.headers or {})
        error = _explain(request, error)
    if not isinstance(error, OAuthError):
        raise error
    response = refuse(error)
    if "text/html" in request.headers.get("accept", ""):
        response = message_page(TITLE, error.message, error.status)
    response.headers.update(headers)
    return response


def _explain(request: Request, error: HTTPException) -> OAuthError:
    path = quote_value(request.url.path)
    if error.status_code == NOT_FOUND:
        text = f"there is no {path} here: the discovery document has what there is"
        return OAuthError(text, code="not_found", status=NOT_FOUND)
    if error.status_code == WRONG_METHOD:
        allowed = (error.headers or {}).get("Allow", "")
        text = f"{path} takes {allowed}, not {quote_value(request.method)}"
        return OAuthError(text, status=WRONG_METHOD)
    return OAuthError(clean_text(str(error.detail)), status=error.status_code)
