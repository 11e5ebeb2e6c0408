"""Copies that lost their end, or got one: what is to add or to take away is found by trying.

`s:ID.SIGNATU` is nobody's as it is; with the characters that its signature lacks it has the shape
of express-session, and of nobody else. What is missing is the rest of a signature, so only lengths
that signatures have are tried, and a few characters at the end of anything else. What was put
behind a signature is found in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.decoders.base import CookieGroup, Decoder
from session_inspector.devserver.decoders.claims import Claim
from session_inspector.devserver.decoders.finding import Attempt, Finding, ranking

SIGNATURES = (27, 28, 32, 40, 43, 44, 56, 64, 86, 88, 96, 128)
"""Characters of HMACs in base64 and in hexadecimal."""
FEW = 8
"""So many lost characters are always tried."""
SHORTEST = 24
LONGEST = 4096
"""Characters of a value; browsers keep no more."""
MOST_COOKIES = 3
CODE = "truncated"
"""Of both: the structure is broken at its end."""
CUT = "cut"
ADDED = "too long"
_LETTER = re.compile(r"[A-Za-z0-9]")
_SIGNED = re.compile(r"(?![0-9]+\Z)[A-Za-z0-9+/_%=-]+")
"""The rest of a signature; a number is none."""
_LAST = re.compile(r"[.:|!]|--")


def find_cut(decoders: Sequence[Decoder], cookies: CookieGroup) -> Finding | None:
    """Return the family of a cookie that lost its end; None where there is none, or several."""
    if len(cookies) > MOST_COOKIES:
        return None
    for name, value in cookies.items():
        if not SHORTEST <= len(value) <= LONGEST:
            continue
        found = _find_owner(decoders, cookies, name) or _find_longer(decoders, cookies, name)
        if found is not None:
            return found
    return None


def _find_owner(decoders: Sequence[Decoder], cookies: CookieGroup, name: str) -> Finding | None:
    owners: dict[str, Claim] | None = None
    for whole in complete(cookies[name]):
        certain = _certain_claims(decoders, cookies, name, whole)
        if not certain:
            continue
        if owners is not None:
            certain = {one: claim for one, claim in certain.items() if one in owners}
        if not certain:
            return None  # several are possible
        owners = certain
    if not owners:
        return None
    what = "it was cut: its end is missing"
    added = _count_added(decoders, cookies, name)
    if added:
        what = f"its end was cut, or has {count_noun(added, 'character')} too many"
    attempts = tuple(_refuse(family, claim, what) for family, claim in owners.items())
    return Finding(attempts=attempts)


def _find_longer(decoders: Sequence[Decoder], cookies: CookieGroup, name: str) -> Finding | None:
    """Return the family of a value that has something behind its whole length."""
    value = cookies[name]
    for count in count_surplus(value):
        owners = _certain_claims(decoders, cookies, name, value[:-count])
        if owners:
            what = f"its end has {count_noun(count, 'character')} too many"
            attempts = tuple(_refuse(family, one, what, ADDED) for family, one in owners.items())
            return Finding(attempts=attempts)
    return None


def count_surplus(value: str) -> list[int]:
    """Return how many characters may be too many: a few, or what is behind a signature."""
    last = len(_LAST.split(value)[-1])
    counts = set(range(1, FEW + 1))
    if last < len(value):
        counts |= {last - size for size in SIGNATURES if size < last}
    return sorted(count for count in counts if count <= len(value) - SHORTEST)


def _count_added(decoders: Sequence[Decoder], cookies: CookieGroup, name: str) -> int:
    """Return how many characters a value has too many, if it may be that; 0: it is not."""
    value = cookies[name]
    for count in range(1, FEW + 1):
        if _certain_claims(decoders, cookies, name, value[:-count]):
            return count
    return 0


def _certain_claims(
    decoders: Sequence[Decoder], cookies: CookieGroup, name: str, whole: str
) -> dict[str, Claim]:
    """Return the claims of families that are certain of a completed value."""
    claims = ranking(decoders, {**cookies, name: whole})
    return {
        decoder.name: claim
        for claim, decoder in claims
        if claim.is_certain and (name in decoder.traits.cookie_names or has_marks(decoder, whole))
    }


def has_marks(decoder: Decoder, value: str) -> bool:
    """Check that a family is sure of a value by more than how long its parts are."""
    claim = decoder.claim({"x": _LETTER.sub("q", value)})
    return claim is None or not claim.is_certain


def complete(value: str) -> Iterator[str]:
    """Yield a value with what its end may lack: a third of the whole, or a few characters."""
    most = max(FEW, len(value) // 2)
    last = _LAST.split(value)[-1]
    if not _SIGNED.fullmatch(last):
        return
    counts = set(range(1, FEW + 1))
    if len(last) < len(value):
        counts |= {size - len(last) for size in SIGNATURES}
    for count in sorted(counts):
        if not 0 < count <= most:
            continue
        yield value + "a" * count
        if (len(last) + count) % 4 == 0:
            yield value + "a" * (count - 1) + "="


def _refuse(family: str, claim: Claim, what: str, how: str = CUT) -> Attempt:
    """Return the attempt of a family whose structure is broken at its end alone."""
    error = DecodeError(f"{what}. With its whole length it has {claim.why}", code=CODE)
    if how == ADDED:
        error = DecodeError(f"{what}. Without them it has {claim.why}", code=CODE)
    return Attempt(family=family, claim=replace(claim, why=f"{how}: {claim.why}"), error=error)
