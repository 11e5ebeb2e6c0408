"""Proof goes before likeness, likeness before possibility, and what is no session is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Decoder, Material
from session_inspector.devserver.decoders.claims import (
    Claim,
    could_be,
    is_plausible_stamp,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.evidence import NO_ROW, NO_SECRET, Unverified
from session_inspector.devserver.decoders.finding import Finding, look_into, ranking
from session_inspector.devserver.decoders.traits import Traits

MATERIAL = Material(cookies={"s": "1"})


class Fake:
    """A family that claims and answers as it is told, and counts how often it was asked."""

    traits = Traits()

    def __init__(self, name: str, claim: Claim | None, answer: Callable[[], Decoded]) -> None:
        self.name = name
        self._claim = claim
        self._answer = answer
        self.asked = 0

    def claim(self, cookies: CookieGroup) -> Claim | None:
        return self._claim

    def decode(self, material: Material) -> Decoded:
        self.asked += 1
        return self._answer()


def reads(unverified: Unverified | None = None, index: int | None = None) -> Callable[[], Decoded]:
    return lambda: Decoded(format="F", cookies=("s",), unverified=unverified, key_index=index)


def refuses(code: str, message: str = "no secret opens it: none fits") -> Callable[[], Decoded]:
    def answer() -> Decoded:
        raise DecodeError(message, code=code)

    return answer


def look(*families: Decoder) -> Finding:
    return look_into(ranking(families, MATERIAL.cookies), MATERIAL)


def test_proof_of_a_mere_possibility_wins_over_a_certain_refusal() -> None:
    sure = Fake("sure", looks_like("its start"), refuses("wrong_secret"))
    maybe = Fake("maybe", could_be("its length"), reads(index=0))
    assert look(sure, maybe).take().family == "maybe"


def test_nothing_is_tried_after_the_proof_but_all_claims_are_kept() -> None:
    first = Fake("first", looks_like("its start"), reads(index=0))
    second = Fake("second", could_be("its length"), reads(index=0))
    found = look(second, first)
    assert (found.take().family, second.asked) == ("first", 0)
    assert [one.family for one in found.attempts] == ["first", "second"]


def test_what_is_read_of_a_certain_family_is_taken_unverified() -> None:
    found = look(Fake("sure", looks_like("its start"), reads(NO_SECRET))).take()
    assert (found.is_verified, found.unverified) == (False, NO_SECRET)


@pytest.mark.parametrize("answer", [reads(NO_ROW), refuses("wrong_secret"), refuses("chunk_gap")])
def test_a_possibility_makes_no_verdict(answer: Callable[[], Decoded]) -> None:
    found = look(Fake("maybe", could_be("32 letters"), answer))
    with pytest.raises(DecodeError, match=r"could be of maybe: 32 letters") as caught:
        found.take()
    assert caught.value.code == "not_certain"
    assert found.possible[0].tried


def test_a_refusal_that_tells_more_goes_first_among_the_certain() -> None:
    dull = Fake("dull", looks_like("its start", 1.0), refuses("wrong_secret"))
    telling = Fake("telling", looks_like("its start", 0.5), refuses("tampered"))
    with pytest.raises(DecodeError) as caught:
        look(dull, telling).take()
    assert caught.value.code == "tampered"


def test_what_a_family_knows_to_be_no_session_names_no_family() -> None:
    found = look(
        Fake(
            "signer", looks_like("its start"), refuses("not_a_session", "a CSRF token, no session")
        )
    )
    with pytest.raises(DecodeError, match="a CSRF token") as caught:
        found.take()
    assert (caught.value.code, found.possible) == ("not_a_session", ())


def test_no_claim_is_no_family() -> None:
    found = look(Fake("other", None, reads()))
    with pytest.raises(DecodeError) as caught:
        found.take()
    assert (caught.value.code, found.attempts) == ("not_a_session", ())


def test_certainty_weighs_more_than_any_rate() -> None:
    weak = looks_like("a", 0.01)
    assert strongest([could_be("b", 0.99), None, weak, could_be("c", 0.5)]) == weak
    assert strongest([None]) is None


@pytest.mark.parametrize(
    ("seconds", "is_plausible"),
    [(1_262_303_999, False), (1_262_304_000, True), (4_102_444_799, True), (4_102_444_800, False)],
)
def test_a_stamp_is_of_2010_to_2100(seconds: int, is_plausible: bool) -> None:
    assert is_plausible_stamp(seconds) is is_plausible
