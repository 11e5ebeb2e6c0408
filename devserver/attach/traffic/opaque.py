"""Cookies that no decoder knows: which of them behave like a session, and what is told of them.

A value that looks drawn by lot, which scripts may not read (HttpOnly) or which answers a form,
could be a session. It is no proof: it is listed with "format unknown". The state, nonce and PKCE
verifier of a login are drawn by lot too, and the callback brings them: a cookie whose value equals
what a redirect carries to a provider is of that login, and no session.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from session_inspector.devserver.cookies.jstext import decode_component
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.drawn import looks_drawn

KEPT = 5_000
FIELDS = 100
CARRIED = ("state", "nonce", "code_challenge")
"""In an authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1, RFC 7636 §4.3)."""
READING = ("GET", "HEAD", "OPTIONS")
_OTHERS = re.compile(
    r"csrf|xsrf|antiforgery|requestverificationtoken"
    r"|^awsalb|^arraffinity|^bigip|^gclb$"
    r"|^_ga|^_gid|^__utm|^_fbp|^ajs_|^intercom-"
    r"|^__cf|^cf_|^_cfuvid$|^incap_|^visid_|^nlbi_|^reese84$|^datadome$|^_abck$|^ak_bmsc$|^bm_s"
    r"|^_px(?:\d|hd$|vid$|de$)|^TS[0-9a-f]{6,}$|^aws-waf-token$|^__ddg|^_vcrcs$|^kp_uid",
    re.IGNORECASE,
)
"""Names of request forgery tokens, load balancers, analytics and bot guards (Cloudflare, Imperva,
DataDome, Akamai, HUMAN, F5, AWS, DDoS-Guard, Vercel, Kasada): drawn by lot, and no session."""


def is_known_other(name: str) -> bool:
    """Check for a name that others use for what is no session."""
    return _OTHERS.search(name) is not None


def is_like_session(cookie: SetCookie, value: str, method: str) -> bool:
    """Check whether a cookie that a response set behaves like a session's."""
    if is_known_other(cookie.name) or not looks_drawn(value):
        return False
    return cookie.http_only or method not in READING


def describe_cookies(cookies: Mapping[str, str], *, is_visitors: bool = False) -> str:
    """Return the name of a session whose format is unknown; `cookies`: name to who set it.

    `is_visitors`: they know a visitor again, and a login has left them as they were.
    """
    what = "format unknown"
    if is_visitors:
        what = "a visitor's, of no login"
    return f"{', '.join(cookies)} · {what}"


class LoginCookies:
    """The values of a login's cookies, as far as their redirects were seen."""

    def __init__(self) -> None:
        self._known: Bounded[bool] = Bounded(KEPT)

    def note(self, lines: Mapping[str, SetCookie], location: str) -> frozenset[str]:
        """Remember the cookies of a response that redirects to a login; returns their names."""
        carried = _read_carried(location)
        if not carried:
            return frozenset()
        found = set()
        for name, line in lines.items():
            value = decode_component(line.value)
            if value and (value in carried or _challenge_of(value) in carried):
                self._known.put(fingerprint(value), True)
                found.add(name)
        return frozenset(found)

    def holds(self, found: Decoded, jar: Mapping[str, str]) -> bool:
        """Check whether what looks like a session is of a login under way."""
        values = [jar[name] for name in found.cookies if name in jar]
        return bool(values) and all(self._known.get(fingerprint(value)) for value in values)


def _read_carried(location: str) -> frozenset[str]:
    if "client_id=" not in location:
        return frozenset()
    try:
        query = parse_qs(split_url(location).query, max_num_fields=FIELDS)
    except ValueError:
        return frozenset()
    return frozenset(value for name in CARRIED for value in query.get(name, ()))


def _challenge_of(verifier: str) -> str:
    """Return the challenge of a verifier by S256 (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
