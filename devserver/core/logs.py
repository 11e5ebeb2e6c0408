"""What libraries log: no URL of it in clear, whoever turned logging on.

httpx logs each request's line at INFO, and textual-serve turns INFO on; others log headers.
"""

from __future__ import annotations

import logging
import traceback

from session_inspector.devserver.core.masking import mask_url

CHATTY = ("httpx", "httpcore", "authlib", "botocore", "aiobotocore", "aiohttp.access", "asyncio")
"""Loggers whose lines below a warning have requests or headers in them."""


def mask_logs() -> None:
    """Let no line that is logged from now on have a secret of a URL in it."""
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    if logging.getLogRecordFactory() is not _masked_record:
        logging.setLogRecordFactory(_masked_record)


def leave_to_events() -> None:
    """Print no line of the library's own log: who calls shows the events that say the same.

    A command that ctrl+c ends cuts logins short: that they fail is no news then.
    """
    log = logging.getLogger("session_inspector")
    if not any(isinstance(handler, logging.NullHandler) for handler in log.handlers):
        log.addHandler(logging.NullHandler())


def _masked_record(*args: object, **kwargs: object) -> logging.LogRecord:
    record = logging.LogRecord(*args, **kwargs)  # type: ignore[arg-type]  # as logging calls it
    try:
        text = record.getMessage()
    except Exception:  # an edge: whoever logs gets logging's own error for wrong arguments
        return record
    masked = mask_url(text)
    if masked != text:
        record.msg = masked
        record.args = ()
    if record.exc_info and record.exc_info[0] is not None:
        # formatted here: an httpx error names the URL that it failed for
        record.exc_text = mask_url("".join(traceback.format_exception(*record.exc_info)).rstrip())
        record.exc_info = None
    return record
