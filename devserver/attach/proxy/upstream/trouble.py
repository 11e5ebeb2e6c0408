"""What is wrong on the way to the app, in words: the reason, and the fix that helps there."""

from __future__ import annotations

import os
import re
import socket
import ssl
from dataclasses import dataclass, replace
from typing import Literal

from session_inspector.devserver.attach.proxy.route import Route

SLOW = "it did not take the connection in time"
AWAY_TITLE = "Your app does not answer"
START_IT = "Start it, then load this page again: nothing here needs a restart."
UNTRUSTED = (
    "attach again with --insecure, or name the CA that signed it:"
    " SSL_CERT_FILE=CA.pem session-inspector attach …"
)
UNTRUSTED_IN_RUN = (
    "name the CA that signed it: SSL_CERT_FILE=CA.pem session-inspector run …; or, where it speaks"
    " plain http as well, --with NAME=http://…"
)
NAME_MISMATCH = 62
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH."""
OUT_OF_DATE = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID and _HAS_EXPIRED."""
SETTINGS = 4
"""The type of the frame that a server of HTTP/2 sends first (RFC 9113 §3.4)."""
FRAME_HEAD = 9
NO_TLS = ("wrong version number", "record layer failure", "http request", "packet length too long")
_NUMBER = re.compile(r"\[Errno (\d+)\]")
_LIBRARY_TEXT = re.compile(r"\[[A-Z0-9:_ ]+\] (.*?)(?: \(_ssl\.c:\d+\))?")
TLS_RECORDS = (b"\x15\x03", b"\x16\x03")
"""An alert or a handshake: the answer of a TLS server to what is no TLS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a request got no answer of the app."""

    kind: Literal["away", "unusable", "request"]
    """Nothing takes connections; something does, and attach cannot talk to it; one request only."""
    title: str
    reason: str
    fix: str
    fix_in_run: str = ""
    """What helps where `run` leads to the app, which has other flags; empty: the same."""
    is_seen_in_answer: bool = False
    """An answer showed it: a connection that is taken does not end it."""

    def with_fix_of(self, route: Route) -> Trouble:
        """Return it with the fix that the command of a route takes."""
        if not route.is_in_run or not self.fix_in_run:
            return self
        return replace(self, fix=self.fix_in_run)

    @property
    def summary(self) -> str:
        """The reason, for the header and the timeline, with a fix that is not "start it"."""
        if self.kind == "away":
            return self.reason
        return f"{self.reason}: {self.fix}"


HTTP2_ONLY = Trouble(
    kind="unusable",
    title="Your app speaks only HTTP/2",
    reason="it speaks only HTTP/2, and the proxy relays HTTP/1.1",
    fix="let it speak HTTP/1.1 too (Node: http2.createSecureServer({allowHTTP1: true}), or http)",
    is_seen_in_answer=True,
)
SPEAKS_TLS = Trouble(
    kind="unusable",
    title="Your app speaks https",
    reason="it speaks TLS, and was asked for http",
    fix="session-inspector attach https://… (with --insecure for a certificate of your own)",
    fix_in_run="let your app speak plain http (run --https gives browsers https before it);"
    " another origin: --with NAME=https://…",
    is_seen_in_answer=True,
)


def describe_connect_error(error: Exception) -> Trouble:
    """Return what a connection failed at: OSError, TimeoutError, UnicodeError."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _describe_certificate(error)
    if isinstance(error, ssl.SSLError):
        return _describe_handshake(error)
    if isinstance(error, socket.gaierror | UnicodeError):
        return Trouble(
            kind="away",
            title=AWAY_TITLE,
            reason=f"its host name is not known ({getattr(error, 'strerror', None) or error})",
            fix="Check the URL that attach was given.",
            fix_in_run="Check the URL that --with was given.",
        )
    return Trouble(kind="away", title=AWAY_TITLE, reason=_describe_refusal(error), fix=START_IT)


def _describe_refusal(error: Exception) -> str:
    """Return what the system says, without its number; asyncio puts words of its own in place."""
    numbers = {int(found) for found in _NUMBER.findall(str(error))}
    if len(numbers) == 1:  # one address, or several that failed alike
        return os.strerror(numbers.pop()).lower()
    return str(error) or SLOW


def _describe_certificate(error: ssl.SSLCertVerificationError) -> Trouble:
    fix = UNTRUSTED
    fix_in_run = UNTRUSTED_IN_RUN
    if error.verify_code == NAME_MISMATCH:
        fix = "attach to a name that the certificate has, or with --insecure"
        fix_in_run = "a name that the certificate has: --with NAME=https://…"
    elif error.verify_code in OUT_OF_DATE:
        fix = "renew it, or attach again with --insecure"
        fix_in_run = "renew it"
    return Trouble(
        kind="unusable",
        title="Your app's certificate is not trusted",
        reason=f"its certificate is not trusted ({error.verify_message})",
        fix=fix,
        fix_in_run=fix_in_run,
    )


def _describe_handshake(error: ssl.SSLError) -> Trouble:
    reason = _plain_reason(error)
    if "no application protocol" in reason:
        return HTTP2_ONLY
    title = "The TLS handshake with your app failed"
    if any(sign in reason for sign in NO_TLS):
        return Trouble(
            kind="unusable",
            title=title,
            reason="it does not speak TLS, and was asked for https",
            fix="session-inspector attach http://…",
            fix_in_run="--with NAME=http://…",
        )
    return Trouble(
        kind="unusable",
        title=title,
        reason=f"the TLS handshake failed ({reason})",
        fix="compare its versions, ciphers and client certificates with what Python offers",
    )


def _plain_reason(error: ssl.SSLError) -> str:
    """Return OpenSSL's words: Python has a `reason` for those alone that it was built with."""
    found = _LIBRARY_TEXT.fullmatch(str(error))
    text = getattr(error, "reason", None) or (found[1] if found else str(error))
    return text.lower().replace("_", " ")


def describe_close(error: Exception | None) -> Trouble:
    """Return what it is when a connection ends before the answer: the app itself is there."""
    detail = f" ({error})" if error is not None else ""
    return Trouble(
        kind="request",
        title="Your app closed the connection",
        reason=f"it closed the connection before it had answered{detail}",
        fix="Its log may say why; other requests are relayed as before.",
    )


def describe_strange_answer(start: bytes, reason: str) -> Trouble:
    """Return what an answer is that is no HTTP/1.1, by its first bytes."""
    if is_http2(start):
        return HTTP2_ONLY
    if start.startswith(TLS_RECORDS):
        return SPEAKS_TLS
    return Trouble(
        kind="request",
        title="Your app's answer is not relayed",
        reason=reason,
        fix="What two parsers could read differently is not passed on.",
    )


def is_http2(start: bytes) -> bool:
    """Check for a SETTINGS frame: its type, no flags, stream 0, settings of six bytes each."""
    if len(start) < FRAME_HEAD or start[3] != SETTINGS or any(start[4:FRAME_HEAD]):
        return False
    return int.from_bytes(start[:3], "big") % 6 == 0


def is_no_answer_of_http1(start: bytes) -> bool:
    """Check whether bytes cannot begin an HTTP/1.1 answer, however many follow."""
    if start[:1] == b"\x00" and len(start) < FRAME_HEAD:
        return False  # all of a frame's head, so that it can be named
    return not b"HTTP/".startswith(start[:5])


UNTIL = "who asks gets a 502 page until it does; nothing needs a restart"


def describe_at_start(url: str, trouble: Trouble) -> str:
    """Return what a person should know: to wait for the app, or what to change."""
    if trouble.kind == "away":
        return f"{url} does not answer yet ({trouble.reason}): {UNTIL}"
    return f"{url}: {trouble.reason}. Fix: {trouble.fix}"
