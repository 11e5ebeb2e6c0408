"""Looks into pasted cookies: all of a site, a bare value without a name, and what else is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.cookies.jstext import decode_component
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Decoder, Material
from session_inspector.devserver.decoders.finding import Attempt, Finding
from session_inspector.devserver.decoders.registry import (
    examine_cookies,
    open_cookies,
    unquote_all,
)

BARE_NAME = "__session"
"""The name that a bare value is tried under first, and that stands for any other."""
TWICE = (
    "its value is percent-encoded twice, and read as it was before: a copy may do that; if the"
    " browser has it so, its server reads no session from it"
)
MOST = 8
"""Sessions that are named of one paste."""


def look_into_paste(decoders: Sequence[Decoder], material: Material) -> Finding:
    """Return what is found; of values that are percent-encoded twice, where only that is certain.

    Raises: DecodeError (too_large).
    """
    finding = _look_into(decoders, material)
    if _is_certain(finding):
        return finding
    inner = {name: decode_component(text) or text for name, text in material.cookies.items()}
    if inner == material.cookies:
        return finding
    again = _look_into(decoders, replace(material, cookies=inner))
    if not _is_certain(again):
        return finding
    return replace(again, attempts=tuple(_note_encoding(one) for one in again.attempts))


def _is_certain(finding: Finding) -> bool:
    return any(one.is_evidence for one in finding.attempts)


def _note_encoding(attempt: Attempt) -> Attempt:
    if attempt.found is None:
        return attempt
    return replace(attempt, found=replace(attempt.found, notes=(*attempt.found.notes, TWICE)))


def _look_into(decoders: Sequence[Decoder], material: Material) -> Finding:
    """Return what is found; a bare value is tried under the names its formats may have had.

    A name that nobody gave helps to prove, because some seals are bound to it, and to nothing else.
    Raises: DecodeError (too_large).
    """
    material = replace(material, cookies=unquote_all(material.cookies))
    value = material.cookies.get("")
    if value is None:
        return examine_cookies(decoders, material)
    named = {name: text for name, text in material.cookies.items() if name}
    nameless = examine_cookies(decoders, material)
    names = [BARE_NAME, *_possible_names(decoders, value)]
    while names:
        name = names.pop(0)
        cookies = {name: value, **named}
        finding = examine_cookies(decoders, replace(material, cookies=cookies))
        if finding.proven is not None:
            return finding
        names += [other for other in finding.other_names if other not in (*names, name)]
    return nameless


def _possible_names(decoders: Sequence[Decoder], value: str) -> list[str]:
    """Return the names to try a bare value under: those of the formats it looks like."""
    names: list[str] = []
    for decoder in decoders:
        for name in decoder.traits.cookie_names:
            if decoder.claim({name: value}) is not None:
                names.append(name)
    return list(dict.fromkeys(names))


def open_others(decoders: Sequence[Decoder], material: Material, found: Decoded) -> tuple[str, ...]:
    """Return what the rest of the cookies hold, as far as the same secrets open it."""
    rest = _cookies_without(material.cookies, found)
    lines: list[str] = []
    while rest and len(lines) < MOST:
        try:
            other = open_cookies(decoders, replace(material, cookies=rest))
        except DecodeError:
            break
        checked = "" if other.is_verified else " (not verified)"
        lines.append(f"{other.format}{checked}: {', '.join(other.cookies)}")
        rest = _cookies_without(rest, other)
    return tuple(lines)


def _cookies_without(cookies: CookieGroup, found: Decoded) -> dict[str, str]:
    """Return the cookies with a name that are no part of a session."""
    return {name: v for name, v in cookies.items() if name and name not in found.cookies}
