"""The fields of a request: the form of a POST, the query of anything else (RFC 6749 §3)."""

from __future__ import annotations

import re

from starlette.requests import Request

from session_inspector.devserver.core.errors import OAuthError

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
FORM = "application/x-www-form-urlencoded"
_NAME = re.compile(r"[a-z0-9.+/-]{1,60}")
"""A content type that an answer may repeat."""


async def read_pairs(request: Request) -> list[tuple[str, str]]:
    """Return the fields, the repeated ones too.

    Raises: OAuthError (invalid_request) for a body that is no form, such as JSON.
    """
    if request.method != "POST":
        return list(request.query_params.multi_items())
    await _check_body(request)
    async with request.form() as form:
        return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


async def read_fields(request: Request) -> dict[str, str]:
    """Return the fields; of repeated ones the first counts. Raises: OAuthError."""
    fields: dict[str, str] = {}
    for name, value in await read_pairs(request):
        fields.setdefault(name, value)
    return fields


async def _check_body(request: Request) -> None:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type in FORMS or not await request.body():
        return
    found = "without a content type"
    if content_type:
        found = "of another kind"
    if _NAME.fullmatch(content_type):
        found = content_type
    raise OAuthError(
        f"the body is {found}; {request.url.path} reads {FORM}, as RFC 6749 says: name=value&..."
    )
