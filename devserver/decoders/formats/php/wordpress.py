"""WordPress' logins: `user|end|token|HMAC-SHA256`, readable by anybody.

The HMAC's key is made of the salts of wp-config.php (KEY and SALT, one behind the other, as one
secret) and of four characters of the user's password row: give those, or the row's hash, as a salt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    Check,
    CookieGroup,
    Decoded,
    Material,
    check_signature,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    is_plausible_stamp,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8
from session_inspector.devserver.decoders.evidence import Unverified
from session_inspector.devserver.decoders.traits import Traits

SHAPE = re.compile(r"([^|]{1,100})\|([0-9]{10})\|([A-Za-z0-9]{43})\|([0-9a-f]{64})")
FRAGMENT = 4
"""Characters of the password's hash that the key is made of."""
OLD_HASHES = ("$P$", "$2y$")
"""How hashes start whose fragment is at 8; of others it is the end (WordPress 6.8)."""
WHY = "a user, a time stamp, 43 letters and digits and a SHA-256, with bars, as WordPress writes"
WRONG = "its HMAC is of other keys, of another password row, or a part was changed"
OTHER_USER = (
    "its HMAC is made with the password row of this user: for another user, give that user's own"
    " cookie"
)
HELD_USER = "user"
"""In the header: whose login it is, as the cookie has it."""
NO_PASSWORD = Unverified(
    "no_row",
    "its HMAC is made with four characters of the user's password row, not seen here: give the"
    " row's user_pass by --salt",
)


class WordPressDecoder:
    """`wordpress_logged_in_…`, `wordpress_…`, `wordpress_sec_…`."""

    name = "wordpress"
    traits = Traits(
        json="strict", reads="first", cookie_names=("wordpress_logged_in",), is_percent_encoded=True
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim the four parts; the cookie of logged_in goes first."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Return whose login it is. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        match = SHAPE.fullmatch(value)
        if match is None:
            raise DecodeError("it has not the four parts of a WordPress login", code="truncated")
        payload: JsonObject = {"username": match[1], "id": match[3]}
        check = _check(match, payload, material)
        return Decoded(
            format="WordPress",
            cookies=(name,),
            header={HELD_USER: match[1]},
            payload=payload,
            key_index=check.key_index,
            unverified=check.unverified,
            size=len(value),
            salt=check.salt,
            session_id=match[3],
            notes=("the token is one of the user's session_tokens; the cookie lasts 12 h longer",),
        ).with_end(float(match[2]), "the end in it", material.now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the login with another end or other keys. Raises: DecodeError (not_sealable)."""
        if found.unverified is not None:
            raise DecodeError(found.unverified.reason, code="not_sealable")
        user = str(found.payload["username"])
        if user != found.header[HELD_USER]:
            raise DecodeError(OTHER_USER, code="not_sealable")
        token = str(found.payload["id"])
        ends = str(int(found.expires or 0))
        fragment = cut_fragment(found.salt)
        digest = sign(user, ends, token, fragment=fragment, secret=secrets[0])
        return {found.cookies[0]: f"{user}|{ends}|{token}|{digest}"}


def sign(user: str, ends: str, token: str, *, fragment: str, secret: str) -> str:
    """Return the HMAC of a login, as wp_generate_auth_cookie makes it."""
    key = mac(to_utf8(secret), f"{user}|{fragment}|{ends}|{token}", "md5").hex()
    return mac(to_utf8(key), f"{user}|{ends}|{token}").hex()


def cut_fragment(password: str) -> str:
    """Return the four characters of a password's hash, or what already are four."""
    if len(password) <= FRAGMENT:
        return password
    if password.startswith(OLD_HASHES):
        return password[8 : 8 + FRAGMENT]
    return password[-FRAGMENT:]


def _check(match: re.Match[str], payload: JsonObject, material: Material) -> Check:
    """Check the HMAC where keys and password are at hand. Raises: DecodeError (wrong_secret)."""
    if material.secrets and not material.salts:
        return Check(unverified=NO_PASSWORD)
    user, ends, token, digest = match.groups()
    return check_signature(
        material.secrets,
        [*material.salts, ""],
        lambda secret, salt: is_same(
            sign(user, ends, token, fragment=cut_fragment(salt), secret=secret), digest
        ),
        WRONG,
        readable=lambda: payload,
    )


def _claim_cookie(name: str, value: str) -> Claim | None:
    match = SHAPE.fullmatch(value)
    if match is None or not is_plausible_stamp(int(match[2])):
        return NOT_MINE
    if name.startswith("wordpress_logged_in"):
        return looks_like(WHY, 1.0)
    return looks_like(WHY, 0.9)
