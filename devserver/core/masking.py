"""URLs without their secrets: codes, states, tokens, passwords, session ids.

A parameter is known by its name as a server reads it: percent-decoded, in any case, with any
separators (`id_token`, `idToken`, `ID-TOKEN`, `%69d_token`), in the query, the fragment or the path
(`;jsessionid=…`, ASP.NET's `(S(…))`). A value that holds a URL of its own with such a parameter is
masked whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote_plus

from session_inspector.devserver.core.secrecy.member_names import is_secret_member

MASK = "•••"
EXACT = frozenset(
    {"code", "state", "nonce", "sid", "sig", "hmac", "pass", "pin", "otp", "totp", "mfa", "pswd"}
    | {"ticket", "jwt", "jws", "auth", "key", "session", "cookie", "samlart", "assertion"}
    | {"wresult"}
)
"""Names that are a secret as a whole; as a part of others (`country_code`) they are none."""
PARTS = (
    "token",
    "secret",
    "password",
    "passwd",
    "passcode",
    "passphrase",
    "pwd",
    "sessionid",
    "sessid",
    "samlresponse",
    "assertion",
    "verifier",
    "codechallenge",
    "signature",
    "credential",
    "apikey",
    "accesskey",
    "privatekey",
    "authorization",
    "authcode",
    "onetime",
    "csrf",
    "xsrf",
    "magiclink",
)
ENDS = ("pw",)
"""How names of secrets end: `pw`, `new_pw`."""
PLAIN_ENDS = ("method", "type", "typehint")
"""Names that only say of what kind a secret is: `code_challenge_method`, `token_type`."""
_PAIR = re.compile(r"(?<![^?&;#/=\s])([^?&;#/=\s]+)=([^&;#\s]*)")
"""Begins where a name does: tried at each letter, a URL of 100 KB took minutes."""
_SEPARATORS = re.compile(r"[^a-z0-9]")
_USER = re.compile(r"(?<=://)([^/?#@\s:]*):[^/?#@\s]*@")
_COOKIELESS_PATH = re.compile(r"(?<=/)\((?:[AFSX]\([^()/?#\s]+\))+\)")
"""ASP.NET without cookies: `/(S(id)F(ticket))/page.aspx`."""
_COOKIELESS_PART = re.compile(r"([AFSX])\([^()]+\)")
_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}")
"""A JWS or JWE: base64url of `{"`, and dots."""
_TOKEN_WORD = re.compile(rf"(?<![A-Za-z0-9_-]){_TOKEN.pattern}")
"""Tried only where a word begins: a value of 100 KB is read in one pass."""
_PASSWORD_HASH = re.compile(
    r"\$(2[abxy]?|argon2(id?|d)|scrypt|pbkdf2[a-z0-9-]*)\$|pbkdf2_sha\d+\$\d"
)
"""How hashes of passwords begin: bcrypt, Argon2, Django's."""
_URL = re.compile(r"[a-z][a-z0-9+.-]{0,30}://[^\s'\"]+", re.IGNORECASE)
"""A scheme of any length took minutes on a long word."""
_NO_LINK = re.compile(r"[\s\"'<>{}]")
"""What a sentence or JSON has, and a URL has not."""
LONGEST_WORDS = 300
LONGEST_REASON = 600
"""Characters of a reason of ours, which may quote such words."""
LONGEST_CODE = 64
MOST_READ = 10_000
"""Characters of a provider's words that are looked at."""
SHORTEST_HIDDEN = 4
"""A shorter secret is a letter of other words."""
LONGEST_NAME = 64
NAMES = 4096
"""Names up to that length whose answer is kept."""
NESTED = 3
"""How often a value may be percent-encoded."""


def mask_url(url: str) -> str:
    """Return a URL, or a text with URLs in it, whose secrets are masked."""
    without_users = _USER.sub(rf"\1:{MASK}@", url)
    without_path_ids = _COOKIELESS_PATH.sub(_mask_path, without_users)
    return _PAIR.sub(_mask_pair, without_path_ids)


def mask_urls_in(text: str) -> str:
    """Return a message in which only the URLs are masked: its hints (`NAME=value`) stay."""
    return _URL.sub(lambda found: mask_url(found[0]), text)


def mask_tokens(text: str) -> str:
    """Return a text whose JWS and JWE are masked, by their shape."""
    return _TOKEN.sub(MASK, text)


def mask_value(text: str) -> str:
    """Return the text of a session's member in which the secrets of URLs and tokens are masked.

    A text without spaces may be a path or a query; of a sentence, and of JSON, only the URLs are.
    """
    if "eyJ" in text:
        text = _TOKEN_WORD.sub(MASK, text)
    if "=" not in text and "://" not in text and "(" not in text:
        return text
    if _is_link(text):
        return mask_url(text)
    return mask_urls_in(text)


def is_secret_value(text: str) -> bool:
    """Check whether a text is a JWS, a JWE or a password's hash as a whole, by its shape."""
    if text.startswith("eyJ"):
        return _TOKEN.fullmatch(text) is not None
    return _PASSWORD_HASH.match(text) is not None


def _is_link(text: str) -> bool:
    return _NO_LINK.search(text) is None


def mask_words(text: str, *, hidden: Iterable[str] = (), longest: int = LONGEST_WORDS) -> str:
    """Return what somebody else said as one line that may be logged, kept and shown.

    Control and invisible characters become spaces, a long text is cut. `hidden` are the secrets
    that were sent to who says it; tokens are masked by their shape, URLs as in `mask_url`.
    """
    for secret in hidden:
        if len(secret) >= SHORTEST_HIDDEN:
            text = text.replace(secret, MASK)
    text = mask_tokens(text[:MOST_READ])
    line = " ".join("".join(_printable(char) for char in text).split())
    masked = mask_url(line)
    if len(masked) <= longest:
        return masked
    return f"{masked[:longest]}…"


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    return " "


def _mask_path(found: re.Match[str]) -> str:
    return _COOKIELESS_PART.sub(rf"\1({MASK})", found[0])


def _mask_pair(found: re.Match[str]) -> str:
    name = found[1]
    value = found[2]
    if not value or not (is_secret_name(name) or _holds_secret(value)):
        return found[0]
    return f"{name}={MASK}"


def is_secret_name(name: str) -> bool:
    """Check whether a parameter's name, as it stands in a URL, is that of a secret.

    What is none of a session's members (`code`, `state`) may be one of a request.
    """
    if len(name) > LONGEST_NAME:
        return _is_secret_name(name)
    return _is_known_secret(name)


@lru_cache(NAMES)
def _is_known_secret(name: str) -> bool:
    return _is_secret_name(name)


def _is_secret_name(name: str) -> bool:
    read = _decode(name)
    plain = _SEPARATORS.sub("", read.lower())
    if plain.endswith(PLAIN_ENDS):
        return False
    if plain in EXACT or plain.endswith(ENDS) or any(part in plain for part in PARTS):
        return True
    return is_secret_member(read)


def _holds_secret(value: str) -> bool:
    """Check whether a value is itself a URL or query with a secret in it."""
    if "%" not in value and "=" not in value:
        return False
    plain = _decode(value)
    return any(is_secret_name(pair[1]) and pair[2] for pair in _PAIR.finditer(plain))


def _decode(text: str) -> str:
    for _ in range(NESTED):
        plain = unquote_plus(text)
        if plain == text:
            break
        text = plain
    return text
