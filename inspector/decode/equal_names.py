"""Equal names in one paste: which cookie the framework reads, and what the other one is.

    Cookie: sid=OLD; sid=NEW        Express reads OLD, Django reads NEW

Whose rule counts is told by what was opened; else by the families that claim the values, where they
agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_inspector.devserver.attach.traffic.equal_names import EqualCookies
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.base import Decoded, Decoder
from session_inspector.devserver.decoders.finding import ranking
from session_inspector.inspector.decode.verdicts import Verdict

ORDINALS = {"first": 0, "last": -1}
MOST_NAMED = 4
"""Values that a sentence names."""
SHOWN = 8
"""Digits of a fingerprint, as a masked secret shows them."""


def find_rules(
    decoders: Sequence[Decoder],
    repeated: Mapping[str, tuple[str, ...]],
    opened: Sequence[Decoded],
) -> tuple[EqualCookies, ...]:
    """Return each name that comes more than once, with the rule of its family."""
    return tuple(
        _find_rule(decoders, EqualCookies(name=name, values=values), opened)
        for name, values in repeated.items()
    )


def _find_rule(
    decoders: Sequence[Decoder], equal: EqualCookies, opened: Sequence[Decoded]
) -> EqualCookies:
    for found in sorted(opened, key=lambda one: not one.is_verified):
        if equal.name in found.cookies:
            return _with_rule(equal, found.family, found)
    values = (equal.values[0], equal.values[-1])
    claims = [pair for value in values for pair in ranking(decoders, {equal.name: value})]
    if not claims:
        return equal
    best = max(claim.is_certain for claim, _ in claims)
    families = [decoder for claim, decoder in claims if claim.is_certain == best]
    if len({decoder.traits.reads for decoder in families}) > 1:
        return equal
    return _with_rule(equal, families[0].name, families[0])


def _with_rule(equal: EqualCookies, family: str, known: Decoded | Decoder) -> EqualCookies:
    return EqualCookies(
        name=equal.name, values=equal.values, reads=known.traits.reads, family=family
    )


def describe_equal(equal: EqualCookies, other: Verdict | None) -> str:
    """Return how often a name comes, which one is read, and what the other one is."""
    marks = [f"#{fingerprint(value)[:SHOWN]}" for value in equal.values]
    listed = ", ".join(marks)
    if len(marks) > MOST_NAMED:
        listed = f"{', '.join(marks[: MOST_NAMED - 1])}, …, {marks[-1]}"
    count = f"{equal.name} comes {len(marks)} times ({listed})"
    rule = "which one the server reads is not known; the first is shown"
    if equal.reads:
        rule = f"{equal.family} reads the {equal.reads}, {marks[ORDINALS[equal.reads]]}"
    rest = ""
    if other is not None:
        rest = f". With the other one it is {other}"
    return f"{count}: {rule}{rest}"
