"""Clerk: a session token that lives for a minute, and cookies beside it that say who renews it.

The token is a JWT that Clerk's cloud signs (RS256). `__client_uat` is the moment of the last
sign-in, 0: signed out. `__client` is the browser's. Where they do not fit, Clerk's middleware does
a handshake, and says why in `x-clerk-auth-reason`. Each may have a suffix of the publishable key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    could_be,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.jwe import read_header
from session_inspector.devserver.decoders.formats.jwt import check_token
from session_inspector.devserver.decoders.subject import token_claims
from session_inspector.devserver.decoders.token_parts import check_parts
from session_inspector.devserver.decoders.traits import ReasonHeader, Traits

SESSION = "__session"
SIGNED_IN_AT = "__client_uat"
BROWSER = "__clerk_db_jwt"
HANDSHAKE = "__clerk_handshake"
COMPANIONS: Mapping[str, str] = {
    SIGNED_IN_AT: "the moment of the last sign-in, 0: signed out",
    "__refresh": "the refresh token of a session",
    BROWSER: "which browser it is, in development",
    "__clerk_redirect_count": "how many handshakes were tried in a row",
    "__clerk_handshake_nonce": "names a handshake under way",
}
NAMED = re.compile(rf"({'|'.join([SESSION, HANDSHAKE, *COMPANIONS])})(_[A-Za-z0-9_-]{{8}})?")
UAT = re.compile(r"0|[0-9]{9,11}")
DEVELOPMENT = ".clerk.accounts.dev"
SKEW = 5
"""Seconds past its end at which a token is still taken."""
LONGEST_HEADER = 4096
REASONS: Mapping[str, str] = {
    "client-uat-but-no-session-token": "signed in, but the session token is missing",
    "dev-browser-missing": "a development instance, and __clerk_db_jwt is missing",
    "session-token-and-uat-missing": "signed out: neither session token nor sign-in time",
    "session-token-missing": "the session token is missing",
    "session-token-expired": "the session token lives for 60 s, and is over",
    "session-token-iat-before-client-uat": "the session token is older than the last sign-in",
    "session-token-nbf": "the session token is not valid yet",
    "session-token-iat-in-the-future": "the clock of this server is behind Clerk's",
    "session-token-but-no-client-uat": "__client_uat is missing or 0: signed out elsewhere",
    "active-organization-mismatch": "the URL names another organization than the session",
    "satellite-needs-syncing": "a satellite domain asks the primary one for its session",
    "primary-responds-to-syncing": "the primary domain answers a satellite",
    "token-type-mismatch": "another kind of token than the route takes",
    "unexpected-error": "Clerk does not say more",
}
"""What `x-clerk-auth-reason` says; reasons with more behind them start with one of these."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """The session token that Clerk's backend reads, and the cookies of the same suffix."""

    name: str
    value: str
    uat: str
    others: tuple[str, ...]


def explain_reason(reason: str) -> str:
    """Return what an `x-clerk-auth-reason` means, empty for one that is not known."""
    known = [name for name in REASONS if reason.startswith(name)]
    if not known:
        return ""
    return REASONS[max(known, key=len)]


class ClerkDecoder:
    """__session, __client_uat, __clerk_db_jwt, and the same with a suffix."""

    name = "clerk"
    traits = Traits(
        reads="first",
        cookie_names=(SESSION,),
        is_issued_anew=True,
        beside=re.compile(
            r"__(client(_uat)?|clerk_db_jwt|clerk_redirect_count)(_[A-Za-z0-9_-]{8})?"
        ),
        reason=ReasonHeader(name="x-clerk-auth-reason", explain=explain_reason),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a token by its claims; what else Clerk sets by name and shape together."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Read the token that Clerk's backend would read. Raises: DecodeError."""
        choice = _choose_session(material.cookies, material.now)
        if choice is not None:
            return _read_token(choice, material)
        for name, value in material.cookies.items():
            if _is_handshake(name, value):
                return _read_handshake(name, value, material)
        raise DecodeError(_describe_companions(material), code="not_a_session")


def _claim_cookie(name: str, value: str) -> Claim | None:
    if _is_token(value):
        return looks_like("a JWT of a session sess_… of a user user_…, or of an issuer clerk.…")
    if _is_handshake(name, value):
        return looks_like("a JWT with the cookies of a handshake", 0.9)
    match = NAMED.fullmatch(name)
    if match is None:
        return NOT_MINE
    if match[1] == SIGNED_IN_AT and UAT.fullmatch(value):
        return could_be("0 or a time stamp, named __client_uat", 0.3)
    if match[1] == BROWSER and value.startswith(("dvb_", "eyJ")):
        return could_be("a browser's id, named __clerk_db_jwt", 0.3)
    return NOT_MINE


def _header_of(value: str) -> JsonObject:
    first, dot, _ = value.partition(".")
    if not dot or not first.startswith("eyJ") or len(first) > LONGEST_HEADER:
        return {}
    return read_header(first) or {}


def _is_token(value: str) -> bool:
    header = _header_of(value)
    if not header or "enc" in header:
        return False
    claims = token_claims(value)
    if str(header.get("cat")).startswith("cl_") and "clerk." in str(claims.get("iss")):
        return True
    return str(claims.get("sid")).startswith("sess_") and str(claims.get("sub")).startswith("user_")


def _is_handshake(name: str, value: str) -> bool:
    return name.startswith(HANDSHAKE) and isinstance(token_claims(value).get("handshake"), list)


def _suffix_of(name: str) -> str:
    match = NAMED.fullmatch(name)
    if match is None:
        return ""
    return match[2] or ""


def _choose_session(cookies: CookieGroup, now: Seconds) -> _Choice | None:
    """Return the token that is read: the plain one, or the one with a suffix."""
    tokens = {name: value for name, value in cookies.items() if _is_token(value)}
    plain = {name: value for name, value in tokens.items() if not _suffix_of(name)}
    suffixed = {name: value for name, value in tokens.items() if _suffix_of(name)}
    for name, value in suffixed.items():
        suffix = _suffix_of(name)
        choice = _make_choice(name, value, suffix, cookies)
        if not plain or _uses_suffix(cookies, plain, choice, now):
            return choice
    for name, value in plain.items():
        return _make_choice(name, value, "", cookies)
    return None


def _make_choice(name: str, value: str, suffix: str, cookies: CookieGroup) -> _Choice:
    others = [f"{stem}{suffix}" for stem in COMPANIONS if f"{stem}{suffix}" in cookies]
    return _Choice(name, value, cookies.get(f"{SIGNED_IN_AT}{suffix}", ""), tuple(others))


def _uses_suffix(
    cookies: CookieGroup, plain: Mapping[str, str], suffixed: _Choice, now: Seconds
) -> bool:
    """Decide as @clerk/backend does (`usesSuffixedCookies`)."""
    uat = cookies.get(SIGNED_IN_AT, "")
    claims = token_claims(next(iter(plain.values())))
    other = token_claims(suffixed.value)
    is_newer = (to_number(claims.get("iat")) or 0) > (to_number(other.get("iat")) or 0)
    if suffixed.uat != "0" and uat != "0" and is_newer:
        return False
    if suffixed.uat == "0":
        return uat == "0"
    is_development = str(other.get("iss")).endswith(DEVELOPMENT)
    if is_development and uat == "0" and (to_number(other.get("exp")) or 0) <= now:
        return False
    return bool(suffixed.uat)


def _read_token(choice: _Choice, material: Material) -> Decoded:
    check_parts(choice.value, 3, "JWT")
    claims = token_claims(choice.value)
    if not claims:
        raise DecodeError(
            "its second part is no JSON object: the content was changed or cut", code="tampered"
        )
    check = check_token(choice.value, material, claims)
    reason = _find_reason(choice, claims, material)
    names = (choice.name, *choice.others)
    found = Decoded(
        format="Clerk",
        cookies=names,
        header=_header_of(choice.value),
        payload=claims,
        key_index=check.key_index,
        unverified=check.unverified,
        size=sum(len(material.cookies[name]) for name in names),
        issued=to_number(claims.get("iat")),
        notes=tuple(_write_notes(choice, reason, material)),
    ).with_end(to_number(claims.get("exp")), "exp", material.now, SKEW)
    starts = to_number(claims.get("nbf"))
    if starts is not None and material.now + SKEW < starts:
        return replace(found, problem="not_yet", reason="nbf: it is not valid yet")
    return found


def _find_reason(choice: _Choice, claims: JsonObject, material: Material) -> str:
    """Return the reason for which Clerk's middleware does a handshake; empty: it does none.

    In the order of @clerk/backend.
    """
    now = material.now
    suffix = _suffix_of(choice.name)
    is_development = str(claims.get("iss")).endswith(DEVELOPMENT)
    if is_development and f"{BROWSER}{suffix}" not in material.cookies:
        return "dev-browser-missing"
    uat = to_number(int(choice.uat)) if UAT.fullmatch(choice.uat) else None
    if not uat:
        return "session-token-but-no-client-uat"
    issued = to_number(claims.get("iat"))
    if issued is not None and issued < uat:
        return "session-token-iat-before-client-uat"
    ends = to_number(claims.get("exp"))
    if ends is not None and ends + SKEW <= now:
        return "session-token-expired"
    starts = to_number(claims.get("nbf"))
    if starts is not None and now + SKEW < starts:
        return "session-token-nbf"
    return ""


def _write_notes(choice: _Choice, reason: str, material: Material) -> Iterator[str]:
    if choice.name == SESSION and not choice.others and len(material.cookies) == 1:
        yield "the token lives for 60 s; the browser's Clerk, or a handshake, renews it"
        return
    if reason:
        yield (
            "by these cookies Clerk's middleware does a handshake, x-clerk-auth-reason"
            f" {reason}: {REASONS[reason]}"
        )
    for name, value in material.cookies.items():
        if NAMED.fullmatch(name) and name.startswith(SIGNED_IN_AT) and value == "0":
            yield f"{name} is 0: signed out"
    others = [name for name in material.cookies if name != choice.name and _is_session_name(name)]
    if others:
        yield f"{choice.name} is read, not {', '.join(others)}"


def _is_session_name(name: str) -> bool:
    match = NAMED.fullmatch(name)
    return match is not None and match[1] == SESSION


def _read_handshake(name: str, value: str, material: Material) -> Decoded:
    """Return the cookies that a handshake brings."""
    claims = token_claims(value)
    check = check_token(value, material, claims)
    return Decoded(
        format="Clerk (handshake)",
        role="transaction",
        cookies=(name,),
        header=_header_of(value),
        payload=claims,
        key_index=check.key_index,
        unverified=check.unverified,
        size=len(value),
        notes=("Clerk's middleware sets the cookies in it, and then deletes it",),
    )


def _describe_companions(material: Material) -> str:
    """Return what Clerk's other cookies say without a session token."""
    words: list[str] = []
    for name in material.cookies:
        match = NAMED.fullmatch(name)
        if match is not None and match[1] in COMPANIONS:
            words.append(f"{name} ({COMPANIONS[match[1]]})")
    uat = material.cookies.get(SIGNED_IN_AT, "")
    reason = "session-token-and-uat-missing"
    if UAT.fullmatch(uat) and uat != "0":
        reason = "client-uat-but-no-session-token"
    return (
        f"Clerk's {', '.join(words)}, and no session token: x-clerk-auth-reason is"
        f" {reason}, {REASONS[reason]}"
    )
