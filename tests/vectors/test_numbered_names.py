"""A whole cookie whose own name ends in a number, as a chunk's does: it opens, and none is missing.

One that is a chunk, and stands alone, opens nowhere, as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies, seal_cookies
from tests.devserver.attach.traffic.test_growing_sessions import (
    LONG,
    NAMES,
    material_of,
)

DECODERS = load_decoders()


def open_as(material: Material, names: Sequence[str], value: str) -> Decoded:
    return open_cookies(DECODERS, replace(material, cookies=dict.fromkeys(names, value)))


def number(found: Decoded, *numbers: int) -> list[str]:
    """Return chunk names of a family, counted from its first one."""
    rule = found.traits.chunks
    assert rule is not None
    return [rule.chunk_name(found.cookies[0].rstrip("_0"), rule.first + one) for one in numbers]


def seal_as(found: Decoded, material: Material, name: str) -> str:
    """Return the value of a cookie of a name: some families sign that, too."""
    (value,) = seal_cookies(DECODERS, replace(found, cookies=(name,)), material.secrets).values()
    return value


@pytest.mark.parametrize("name", NAMES)
async def test_a_whole_value_opens_alone_under_the_name_of_a_chunk(name: str) -> None:
    material = material_of(name)
    found = open_cookies(DECODERS, material)
    (late,) = number(found, 1)
    value = seal_as(found, material, late)
    opened = open_as(material, [late], value)
    assert (opened.payload, opened.cookies) == (found.payload, (late,))


@pytest.mark.parametrize("name", [one for one in NAMES if one != "better-auth-jwt"])
async def test_the_last_chunk_alone_lacks_those_before(name: str) -> None:
    material = material_of(name)
    found = open_cookies(DECODERS, material)
    payload = {**found.payload, "note": LONG}
    jar = seal_cookies(DECODERS, replace(found, payload=payload), material.secrets)
    names = [one for one in jar if one != found.cookies[0] or found.traits.chunks is None]
    last = {names[-1]: jar[names[-1]]}
    with pytest.raises(DecodeError):
        open_cookies(DECODERS, replace(material, cookies=last))
