"""All errors of the project.

InspectorError                    has a stable `code`, a message "what; what to do"
├── InputError      bad_input     what a person gave us is wrong: one line, exit code 2
│   └── MissingTable              the store is there, the table or collection is not
├── StoreUnavailable store_unavailable   a store cannot be reached now; it may come back
├── BrowserUnavailable browser_unavailable   a watched browser cannot be reached now
├── BrowserRefused  browser_refused   a watched browser refuses what it was asked
├── SealError       (see codes)   a sealed value does not open; carries what could be read
├── DecodeError     (see codes)   a cookie is not of this format, or does not open
└── OAuthError      (RFC 6749 codes)  a protocol step was refused
"""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb

from session_inspector.devserver.core.values import JsonObject

HOUSE = Path(__file__).parents[2]


class InspectorError(Exception):
    """Root of the tree: `code` is stable, the text is for people."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class InputError(InspectorError):
    """A flag, setting or file is wrong; the message names the input, the rule and the fix."""

    code = "bad_input"


class MissingTable(InputError):
    """A store answers, but has no such table or collection; nothing is made unasked."""


class StoreUnavailable(InspectorError):
    """The store did not answer; the same call may succeed later.

    `is_gone`: what was opened is not there any more, so that reading fails as well.
    """

    code = "store_unavailable"

    def __init__(self, message: str, *, is_gone: bool = False) -> None:
        super().__init__(message)
        self.is_gone = is_gone


class BrowserUnavailable(InspectorError):
    """A real browser that is watched was closed, or does not answer; it may come back."""

    code = "browser_unavailable"


class BrowserRefused(InspectorError):
    """A real browser refuses what it was asked, in its own words."""

    code = "browser_refused"


class NotOpened(InspectorError):
    """What a cookie holds cannot be had, or is refused."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        payload: JsonObject | None = None,
        cookie_name: str = "",
    ) -> None:
        super().__init__(message, code=code)
        self.payload = payload
        """What was inside, when it could be decrypted but is refused (expired, not yet valid)."""
        self.cookie_name = cookie_name
        """The name that the cookie was made under, where what opened tells another; else empty."""


class SealError(NotOpened):
    """A sealed value does not open.

    Codes are those of jose where there is one: ERR_JWE_DECRYPTION_FAILED, ERR_JWT_EXPIRED,
    ERR_JWE_INVALID, ERR_JOSE_NOT_SUPPORTED, ERR_JWT_CLAIM_VALIDATION_FAILED, ERR_JWT_INVALID.
    """

    code = "ERR_JWE_DECRYPTION_FAILED"


class DecodeError(NotOpened):
    """A decoder refuses a cookie, with the reason."""

    code = "not_decoded"


class OAuthError(InspectorError):
    """A step of OAuth 2.0 or OpenID Connect was refused (RFC 6749 §5.2 codes)."""

    code = "invalid_request"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int = 400,
        body: JsonObject | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.status = status
        """HTTP status that goes with it."""
        self.body: JsonObject = body or {}
        """The whole answer, when a provider refused."""


def describe_error(error: BaseException) -> str:
    """Return what failed and where; the text of a stranger's error may hold a secret."""
    if isinstance(error, InspectorError):
        return error.message
    kind = type(error).__name__
    for frame in reversed(extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(HOUSE):
            return f"{kind} at {path.relative_to(HOUSE)}:{frame.lineno} ({frame.name})"
    return kind
