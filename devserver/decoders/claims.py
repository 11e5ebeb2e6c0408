"""What a family sees in cookies before any key is derived: how sure it is of them, and why.

*Looks like* needs structure that no other kind of value has. Families that write the very same
structure (Flask and Starlette) may all say so: together they are everybody it can be of. A shape
that strangers have too (32 letters) *could be*, whatever the cookie is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from session_inspector.devserver.core.errors import DecodeError

Item = TypeVar("Item")
Certainty: TypeAlias = Literal["looks like", "could be"]
EARLIEST_STAMP = 1_262_304_000
"""2010: no format with a time stamp is older."""
LATEST_STAMP = 4_102_444_800
"""2100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one family says of some cookies; its tests need no secret."""

    certainty: Certainty
    why: str
    """What in their structure says so: `three parts with colons, the second a time stamp`."""
    rate: float = 1.0
    """Orders the claims of one certainty: the higher is tried first."""

    @property
    def is_certain(self) -> bool:
        """True: their structure is that of this family, or of its twins, and of nobody else."""
        return self.certainty == "looks like"

    @property
    def weight(self) -> tuple[bool, float]:
        """Orders all claims."""
        return self.is_certain, self.rate


NOT_MINE: None = None
"""What a family says of a value that is not its own."""
NO_WEIGHT = (False, -1.0)


def looks_like(why: str, rate: float = 1.0) -> Claim:
    """Return the claim of a structure that only this family and its twins have."""
    return Claim(certainty="looks like", why=why, rate=rate)


def could_be(why: str, rate: float = 0.5) -> Claim:
    """Return the claim of a shape that strangers have too."""
    return Claim(certainty="could be", why=why, rate=rate)


def weigh(claim: Claim | None) -> tuple[bool, float]:
    """Return what orders a claim; less than any for none."""
    if claim is None:
        return NO_WEIGHT
    return claim.weight


def strongest(claims: Iterable[Claim | None]) -> Claim | None:
    """Return the strongest of several claims, the first of equals, None where there is none."""
    best: Claim | None = None
    for claim in claims:
        if claim is not None and (best is None or claim.weight > best.weight):
            best = claim
    return best


def strongest_cookie(
    cookies: Mapping[str, str], judge: Callable[[str, str], Claim | None]
) -> Claim | None:
    """Return the strongest claim on any of some cookies, None where there is none."""
    if len(cookies) == 1:  # most often, and forty families ask
        ((name, value),) = cookies.items()
        return judge(name, value)
    return strongest([judge(name, value) for name, value in cookies.items()])


def choose(items: Iterable[Item], judge: Callable[[Item], Claim | None]) -> Item:
    """Return the item with the strongest claim. Raises: DecodeError (not_a_session) for none."""
    listed = list(items)
    if len(listed) == 1:
        return listed[0]  # it was claimed, or nobody would ask
    chosen = max(listed, key=lambda item: weigh(judge(item)), default=None)
    if chosen is None:
        raise DecodeError("none of these has the shape of this format", code="not_a_session")
    return chosen


def choose_cookie(
    cookies: Mapping[str, str], judge: Callable[[str, str], Claim | None]
) -> tuple[str, str]:
    """Return (name, value) of the strongest claim. Raises: DecodeError (not_a_session)."""
    return choose(cookies.items(), lambda pair: judge(*pair))


def is_plausible_stamp(seconds: float) -> bool:
    """Check that a number can be the time stamp of a session: 2010 to 2100."""
    return EARLIEST_STAMP <= seconds < LATEST_STAMP
