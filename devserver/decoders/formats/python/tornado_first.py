"""Tornado's first signatures: `base64|seconds|HMAC-SHA1`; Tornado 4 and later still read them.

The name is signed, and stands nowhere in the value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    stamp_end,
    with_any_name,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    could_be,
    is_plausible_stamp,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64, to_base64
from session_inspector.devserver.decoders.codecs.json_text import compact_json
from session_inspector.devserver.decoders.codecs.mac import is_same, mac
from session_inspector.devserver.decoders.codecs.text import to_utf8, unquote_cookie
from session_inspector.devserver.decoders.formats.python.tornado import (
    MAX_AGE,
    TornadoDecoder,
    show_content,
)
from session_inspector.devserver.decoders.traits import Traits

SHAPE = re.compile(r"((?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/]{2,4}={0,2})\|([0-9]{10})\|([0-9a-f]{40})")
NAMES = TornadoDecoder.traits.cookie_names
TAIL = 52
"""Characters behind the content: two bars, the seconds, the digest."""
WHY = "base64, seconds and 40 hexadecimal digits between bars, as Tornado 3 signed values"
WRONG = "its HMAC is of another cookie_secret or name, or stamp or content was changed"


class TornadoFirstDecoder:
    """Any value of `set_secure_cookie`, version 1."""

    name = "tornado-1"
    traits = Traits(
        json="lenient", reads="last", cookie_names=NAMES, stamp_life=MAX_AGE, is_issued_anew=True
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim three fields, for sure under a usual name only: others sign so too."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        match = SHAPE.fullmatch(unquote_cookie(value))
        content = from_base64(match[1]) if match else None
        if match is None or content is None:
            raise DecodeError("it has not the three fields of a signed value", code="truncated")
        signed, stamp, digest = match.groups()

        def is_signed(secret: str, name: str) -> bool:
            return is_same(sign(name, signed, stamp, secret), digest)

        own, index = with_any_name(material, [name], NAMES, is_signed, WRONG)
        payload, text = show_content(content)
        issued = int(stamp)
        return Decoded(
            format="Tornado (version 1)",
            cookies=(name,),
            payload=payload,
            text=text,
            key_index=index,
            size=len(value),
            salt=own,
            issued=issued,
            notes=("signed, not encrypted: anybody can read it",),
        ).with_end(
            stamp_end(issued, material, MAX_AGE), "max_age_days from its time stamp", material.now
        )

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited value."""
        content = found.text.encode() if found.text else compact_json(found.payload)
        signed = to_base64(content)
        stamp = f"{int(found.issued or 0):010d}"
        digest = sign(found.salt, signed, stamp, secrets[0])
        return {found.cookies[0]: f"{signed}|{stamp}|{digest}"}


def sign(name: str, content: str, stamp: str, secret: str) -> str:
    """Return the HMAC of name, base64 and stamp in hexadecimal."""
    return mac(to_utf8(secret), f"{name}{content}{stamp}", "sha1").hex()


def _claim_cookie(name: str, value: str) -> Claim | None:
    bare = unquote_cookie(value)
    if bare[-TAIL : -TAIL + 1] != "|":
        return NOT_MINE  # found without a look at all of a long value
    match = SHAPE.fullmatch(bare)
    if match is None or not is_plausible_stamp(int(match[2])):
        return NOT_MINE
    if name in NAMES:
        return looks_like(f"named {name}, and {WHY}", 0.8)
    return could_be(WHY, 0.75)
