"""What a flow does when it fails: an event, one line in the log, and an answer that says why.

The logger is `session_inspector.client`. Nothing here holds a secret: a provider's words are
cleaned where they come in (`core.masking.mask_words`), and once more here.
"""

from __future__ import annotations

import logging
from html import escape
from typing import Literal, TypeAlias

from starlette.responses import HTMLResponse, Response

from session_inspector.devserver.client.relying_party import (
    RelyingParty,
    RequestContext,
    json_response,
    text_response,
)
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.login import LoginFailed, LoginStep, StepFailed
from session_inspector.devserver.core.masking import LONGEST_CODE, LONGEST_REASON, mask_words

LOG = logging.getLogger("session_inspector.client")
Step: TypeAlias = Literal[
    "refresh", "connection_token", "logout", "revocation", "logout_token", "connect", "api"
]
PAGE = (
    '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><h1>{title}</h1><p>{reason}</p><p><small>{code}</small></p>"
)


def report_login_failure(
    rp: RelyingParty,
    context: RequestContext,
    error: InspectorError,
    *,
    step: LoginStep,
    login: str = "",
    why: str = "",
) -> None:
    """Publish and log that a login failed; `why` is ours where the message is the SDK's."""
    code = mask_words(error.code, longest=LONGEST_CODE)
    reason = mask_words(why or error.message, longest=LONGEST_REASON)
    rp.publish(
        LoginFailed(
            at=rp.clock.now(),
            cause=context.cause,
            login=login,
            step=step,
            code=code,
            reason=reason,
        )
    )
    LOG.warning("login failed at %s: %s: %s", step, code, reason)


def report_step_failure(
    rp: RelyingParty,
    context: RequestContext,
    error: InspectorError,
    *,
    step: Step,
    why: str = "",
) -> None:
    """Publish and log that another step with the provider failed."""
    code = mask_words(error.code, longest=LONGEST_CODE)
    reason = mask_words(why or error.message, longest=LONGEST_REASON)
    rp.publish(
        StepFailed(
            at=rp.clock.now(),
            cause=context.cause,
            session=context.jars.session,
            step=step,
            code=code,
            reason=reason,
        )
    )
    LOG.warning("%s failed: %s: %s", step.replace("_", " "), code, reason)


def failure_response(
    rp: RelyingParty,
    context: RequestContext,
    text: str,
    error: InspectorError,
    *,
    status: int = 500,
    why: str = "",
) -> Response:
    """Return the answer to a failed step: the SDK's text, and why; as the client asks for it.

    Compat mode answers with the SDK's text alone.
    """
    if rp.config.compat:
        return text_response(text, status)
    reason = mask_words(why or error.message, longest=LONGEST_REASON)
    code = mask_words(error.code, longest=LONGEST_CODE)
    accept = context.request.headers.get("accept", "")
    if "text/html" in accept:
        page = PAGE.format(title=escape(text), reason=escape(reason), code=escape(code))
        return HTMLResponse(page, status)
    if "application/json" in accept:
        return json_response({"error": code, "error_description": reason, "message": text}, status)
    if reason == text:
        return text_response(text, status)
    return text_response(f"{text}\n{reason} ({code})", status)
