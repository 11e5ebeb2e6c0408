"""A seal of iron-session that has lost the mark behind it: its versions read it differently."""

from __future__ import annotations

import pytest

from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.formats.js.iron import NO_MARK, IronDecoder
from session_inspector.devserver.decoders.registry import load_decoders, seal_cookies

PASSWORD = "a password of 32 characters or more"


@pytest.mark.parametrize(("cut", "notes"), [(0, ()), (2, (NO_MARK,))])
def test_a_seal_without_its_mark_is_said_to_be_one(cut: int, notes: tuple[str, ...]) -> None:
    decoder = IronDecoder()
    first = Material(cookies={"s": SEALED}, secrets=[PASSWORD], now=0)
    value = SEALED[: len(SEALED) - cut]
    found = decoder.decode(Material(cookies={"s": value}, secrets=[PASSWORD], now=0))
    assert found.payload == decoder.decode(first).payload == {"user": "zoe"}
    assert tuple(note for note in found.notes if note == NO_MARK) == notes


def make_seal() -> str:
    made = Decoded(
        format="iron-session",
        family="iron-session",
        cookies=("s",),
        header={"password_id": "1", "version": "2"},
        payload={"user": "zoe"},
    )
    return seal_cookies(load_decoders(), made, [PASSWORD])["s"]


SEALED = make_seal()
