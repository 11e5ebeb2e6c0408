"""Chromium's reasons in words, each with what mends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from session_inspector.devserver.cookies.browsers.rules import SECURE_OVER_HTTP

Explained = tuple[str, str]
"""(why, fix)."""
_CROSS_SITE = "SameSite=None; Secure, or ask from a page of the same site"
_SCHEME = "serve both pages over https: another scheme is another site"
REASONS: Mapping[str, Explained] = {
    "InvalidPrefix": (
        "its name begins with a protected prefix, whose rules it breaks",
        "__Secure-: Secure; __Host-: Secure; Path=/ and no Domain; __Http-: Secure; HttpOnly",
    ),
    "SameSiteNoneInsecure": ("SameSite=None needs Secure", "add Secure"),
    "NameValuePairExceedsMaxSize": (
        "name and value are more than 4096 bytes",
        "keep less in it, or cut it into chunks",
    ),
    "InvalidDomain": (
        "its Domain is not this host, nor one above it that is somebody's own",
        "leave Domain away, or name this host's own domain",
    ),
    "DisallowedCharacter": ("it has a control character", "encode its value"),
    "NoCookieContent": ("it has neither name nor value", "give it a name"),
    "SyntaxError": ("it is no Set-Cookie line", "compare it with RFC 6265"),
    "SecureOnly": (SECURE_OVER_HTTP, "serve over https, or use localhost"),
    "OverwriteSecure": (
        "a Secure cookie of this name is there, and plain http may not replace it",
        "set it over https, or choose another name",
    ),
    "UserPreferences": (
        "third-party cookies are blocked in this browser",
        "SameSite=None; Secure; Partitioned",
    ),
    "ThirdPartyPhaseout": (
        "third-party cookies are blocked in this browser",
        "SameSite=None; Secure; Partitioned",
    ),
    "ThirdPartyBlockedInFirstPartySet": (
        "third-party cookies are blocked, also between related sites",
        "SameSite=None; Secure; Partitioned",
    ),
    "SameSiteStrict": ("SameSite=Strict, and another site's page asked", _CROSS_SITE),
    "SameSiteLax": ("SameSite=Lax, and another site's page asked", _CROSS_SITE),
    "SameSiteUnspecifiedTreatedAsLax": (
        "no SameSite, so Lax, and another site's page asked",
        _CROSS_SITE,
    ),
    "SchemefulSameSiteStrict": ("SameSite=Strict, between http and https", _SCHEME),
    "SchemefulSameSiteLax": ("SameSite=Lax, between http and https", _SCHEME),
    "SchemefulSameSiteUnspecifiedTreatedAsLax": (
        "no SameSite, so Lax, between http and https",
        _SCHEME,
    ),
    "NotOnPath": ("its Path is not this one, nor above it", "set it with Path=/"),
    "DomainMismatch": ("it is of another host", "set it with the Domain above both hosts"),
    "SchemeMismatch": ("it was set over the other scheme", _SCHEME),
    "PortMismatch": ("it was set by another port", "use one port"),
    "AnonymousContext": ("the request goes without credentials", "fetch with credentials"),
    "SchemeNotSupported": ("its scheme has no cookies", "serve over http or https"),
}
OF_ANOTHER_HOST = "DomainMismatch"
"""Every cookie of every other host has it: no news."""


def explain(reasons: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """Return the browser's reasons in words, and what mends the first; unknown ones as they are."""
    known = [REASONS.get(_plain(reason), (_plain(reason), "")) for reason in reasons]
    words = dict.fromkeys(why for why, _ in known)
    return tuple(words), next((fix for _, fix in known if fix), "")


def _plain(reason: str) -> str:
    """Return a reason of a warning as it is called elsewhere: WarnSameSite…, ExcludeSameSite…."""
    for prefix in ("Exclude", "Warn"):
        if reason.startswith(prefix) and reason != prefix:
            return reason.removeprefix(prefix)
    return reason
