"""What the lines of a head say, as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from session_inspector.devserver.attach.proxy.headers import Line, RequestHead, ResponseHead
from session_inspector.devserver.cookies.header_text import HeaderTexts, read_utf8
from session_inspector.devserver.cookies.jar import Pairs
from session_inspector.devserver.cookies.scope import cookie_domain
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.correlation import BROWSER_HEADER
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import fingerprint

BROWSER = BROWSER_HEADER.encode()
NOT_IN_COOKIES = frozenset({"basic", "digest", "negotiate", "ntlm"})
"""Schemes of credentials that a browser asks the user for."""
FORM_TOKENS = (b"x-csrf-token", b"x-xsrf-token", b"x-csrftoken", b"csrf-token", b"xsrf-token")
"""Headers in which scripts send a form's token back (Angular, axios, Django, Rails, csurf)."""
READ_OF_REQUEST = (
    *(b"cookie", b"user-agent", b"x-forwarded-proto", b"authorization", BROWSER),
    *FORM_TOKENS,
)
"""The lines of a request that are reported."""


def text_of(raw: bytes) -> str:
    """Return raw bytes of a head as text."""
    return read_utf8(raw.decode("latin-1"))


def read_lines(lines: Iterable[Line]) -> HeaderTexts:
    """Return the lines of a head by their names."""
    return HeaderTexts((line.name, line.value) for line in lines)


def read_answer(response: ResponseHead | None) -> HeaderTexts:
    """Return the lines of a response; none where there was none."""
    if response is None:
        return HeaderTexts(())
    return read_lines(response.lines)


def path_of(target: bytes) -> str:
    """Return the path of a request's target, without the query."""
    return text_of(target).partition("?")[0]


def origin_of(head: RequestHead, texts: HeaderTexts, scheme: str) -> str:
    """Return scheme and host as the browser has them; `scheme` is what was spoken here.

    Plain http may be from a proxy in front that ends TLS.
    """
    claimed = texts.first(b"x-forwarded-proto").partition(",")[0].strip().lower()
    if scheme == "http" and claimed == "https":
        scheme = claimed
    return f"{scheme}://{head.host.decode('latin-1')}"


def asks_other(texts: HeaderTexts) -> bool:
    """Check whether a response asks for a credential that no cookie is (RFC 7617, 7616, 4559).

    Frameworks send `Bearer` also where they look for the token in a cookie.
    """
    schemes = {line.split(" ", 1)[0].lower() for line in texts.all(b"www-authenticate")}
    return bool(schemes) and schemes <= NOT_IN_COOKIES


def bearer_of(texts: HeaderTexts) -> str:
    """Return the fingerprint of the bearer token that a request carries; empty: none."""
    scheme, _, token = texts.first(b"authorization").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return ""
    return fingerprint(token.strip())


def echoed_cookies(texts: HeaderTexts, pairs: Pairs) -> frozenset[str]:
    """Return the names of the cookies whose values a request repeats in a header for forms."""
    repeated = {text for name in FORM_TOKENS for text in texts.all(name)}
    if not repeated:
        return frozenset()
    echoed = (name for name, value in pairs if value in repeated)
    return frozenset(echoed)


def leads_away(host: bytes, texts: HeaderTexts) -> bool:
    """Check whether a response redirects to another host."""
    location = texts.first(b"location")
    if not location:
        return False
    target = split_url(read_utf8(location)).netloc
    return bool(target) and target.lower() != host.decode("latin-1").lower()


def as_kept(cookies: Sequence[SetCookie], host: bytes) -> list[SetCookie]:
    """Return the cookies of a host's response with the domains by which browsers keep them."""
    if not any(cookie.domain for cookie in cookies):
        return list(cookies)
    name = split_url(f"//{host.decode('latin-1')}").hostname or ""
    return [replace(cookie, domain=cookie_domain(cookie.domain, name)) for cookie in cookies]
