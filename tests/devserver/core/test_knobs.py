"""Knobs: a change is checked as a whole, laid over the old ones, and travels as before."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import FURTHEST
from session_inspector.devserver.core.commands import SetKnobs
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.knobs import KnobChange, Knobs, turn_knobs
from session_inspector.devserver.core.wire import command_from_json, command_to_json


def test_no_change_leaves_all_as_it_is() -> None:
    knobs = Knobs(latency={"token": 2.0}, rotate=False, skew=-60.0, wrong_issuer="id_token")
    assert turn_knobs(knobs, KnobChange()) == knobs


def test_a_switch_is_turned_off_by_its_value_not_by_none() -> None:
    knobs = Knobs(wrong_nonce=True, wrong_issuer="discovery", expired_token="id", skew=5.0)
    off = KnobChange(wrong_nonce=False, wrong_issuer="", expired_token="", skew=0.0)
    assert turn_knobs(knobs, off) == Knobs()


def test_healthy_knobs_have_nothing_to_describe() -> None:
    assert Knobs().describe() == ()


def test_each_turned_knob_is_one_sentence() -> None:
    knobs = Knobs(
        latency={"token": 2.0},
        errors={"jwks": 3, "all": -1},
        rotate=False,
        grace=30.0,
        skew=120.0,
        wrong_issuer="discovery",
        wrong_nonce=True,
        expired_token="access",
        claims={"a": {"x": 1, "y": 2}},
        access_ttl=20,
        wrong_audience="id",
        wrong_type="access",
        not_before="id",
        wrong_logout="nonce",
        second_factor="refresh",
    )
    assert knobs.describe() == (
        "token answers after 2 s",
        "all answers 500",
        "jwks answers 500 (3 left)",
        "rotation off",
        "grace 30 s",
        "clock +120 s",
        "wrong issuer in discovery",
        "wrong nonce",
        "access tokens are expired",
        "claims of a: x, y",
        "access tokens live 20 s",
        "wrong aud in id tokens",
        "wrong typ in access tokens",
        "id tokens are not valid yet",
        "logout tokens: a nonce, which they must not have",
        "a refresh needs a second factor",
    )


def test_failures_are_counted_down_and_forgotten() -> None:
    knobs = Knobs(errors={"token": 2, "all": -1})
    assert knobs.after_failure("token").errors == {"token": 1, "all": -1}
    assert knobs.after_failure("token").after_failure("token").errors == {"all": -1}
    assert knobs.after_failure("all") == knobs
    assert knobs.after_failure("jwks") == knobs


@pytest.mark.parametrize(
    "change",
    [
        KnobChange(latency={"token": 600.0}),
        KnobChange(latency={"token": 0.0}),
        KnobChange(errors={"token": -1}),
        KnobChange(skew=float(-FURTHEST)),
        KnobChange(grace=0.0),
        KnobChange(access_ttl=0),
        KnobChange(access_ttl=1),
    ],
)
def test_the_ends_of_a_range_are_taken(change: KnobChange) -> None:
    change.check()


@pytest.mark.parametrize(
    "change",
    [
        KnobChange(latency={"token": 600.1}),
        KnobChange(latency={"token": -0.1}),
        KnobChange(errors={"token": -2}),
        KnobChange(skew=float(FURTHEST) + 1),
        KnobChange(grace=-1.0),
    ],
)
def test_beyond_them_a_change_is_refused_and_nothing_is_turned(change: KnobChange) -> None:
    with pytest.raises(InputError):
        turn_knobs(Knobs(), change)


def test_a_command_of_before_is_read_as_it_was() -> None:
    text = '{"type":"SetKnobs","latency":{"token":2},"wrong_nonce":true,"skew":-120}'
    assert command_from_json(text) == SetKnobs(latency={"token": 2}, wrong_nonce=True, skew=-120)


def test_a_command_is_written_with_the_same_members_in_the_same_order() -> None:
    assert command_to_json(SetKnobs(rotate=True)) == (
        '{"type":"SetKnobs","latency":null,"errors":null,"rotate":true,"grace":null,"skew":null,'
        '"wrong_issuer":null,"wrong_nonce":null,"expired_token":null,"claims":null,'
        '"access_ttl":null,"id_ttl":null,"refresh_ttl":null,"wrong_audience":null,'
        '"wrong_type":null,"not_before":null,"wrong_logout":null,"second_factor":null}'
    )


def test_a_knob_of_no_name_is_refused() -> None:
    with pytest.raises(InputError, match="SetKnobs has no member 'slow'"):
        command_from_json('{"type":"SetKnobs","slow":1}')
