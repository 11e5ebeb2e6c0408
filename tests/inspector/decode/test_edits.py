from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.formats.ruby.rails import RailsDecoder
from session_inspector.inspector.decode.edits import Edit, apply_edit, parse_when, to_wire

NOW = 1_800_000_000.0


def found(**more: object) -> Decoded:
    payload: JsonObject = {"user": {"name": "A"}, "list": [{"s": 1}, {"s": 2}], "exp": NOW}
    return Decoded(format="f", cookies=("c",), payload=payload, expires=NOW, **more)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("sets", "path"),
    [
        (["user.name=Bob"], {"name": "Bob"}),
        (["user.age=3"], {"name": "A", "age": 3}),
        (['user={"x":[1]}'], {"x": [1]}),
        (["user.deep.er=true"], {"name": "A", "deep": {"er": True}}),
        (["user.updated_at=+1h"], {"name": "A", "updated_at": NOW + 3600}),
        (["user.phone=+1"], {"name": "A", "phone": "+1"}),
    ],
)
def test_claims_are_set_by_path(sets: list[str], path: JsonObject) -> None:
    before = found()
    after = apply_edit(before, Edit(sets=sets), NOW)
    assert after.payload["user"] == path
    assert before.payload["user"] == {"name": "A"}


def test_lists_and_removal() -> None:
    after = apply_edit(found(), Edit(sets=["list[1].s=9", "list[2]=x"], unsets=["list[0]"]), NOW)
    assert after.payload["list"] == [{"s": 9}, "x"]
    assert "user" not in apply_edit(found(), Edit(unsets=["user"]), NOW).payload


def test_an_edited_exp_is_the_end() -> None:
    assert apply_edit(found(), Edit(sets=["exp=+1h"]), NOW).expires == NOW + 3600
    assert apply_edit(found(), Edit(expires="-1d"), NOW).expires == NOW - 86_400
    assert apply_edit(found(), Edit(issued="2026-01-01T00:00:00Z"), NOW).issued == 1767225600
    assert apply_edit(found(), Edit(), NOW) == found()


@pytest.mark.parametrize(
    "edit",
    [
        Edit(sets=["nothing"]),
        Edit(sets=["=x"]),
        Edit(sets=["user.name.x=1"]),
        Edit(sets=["list[7]=1"]),
        Edit(sets=["list[9].s=1"]),
        Edit(unsets=["user.other"]),
        Edit(unsets=["gone"]),
        Edit(expires="soon"),
    ],
)
def test_a_wrong_edit_is_one_line(edit: Edit) -> None:
    with pytest.raises(InputError):
        apply_edit(found(), edit, NOW)


@pytest.mark.parametrize(("text", "at"), [("+2w", 1_209_600), ("-30m", -1800), ("+5", 5)])
def test_spans(text: str, at: float) -> None:
    assert parse_when(text, NOW) == NOW + at


def test_wire_escapes_what_servers_unescape() -> None:
    assert to_wire(found(), {"c": "a+/="}) == {"c": "a+/="}
    assert to_wire(found(traits=RailsDecoder.traits), {"c": "a+/="}) == {"c": "a%2B%2F%3D"}
    assert to_wire(found(), {"c": 'a"; b'}) == {"c": "a%22%3B%20b"}


@pytest.mark.parametrize("text", ["1e99999", "-1e99999", "NaN", "Infinity", '{"a": [-Infinity]}'])
def test_a_number_that_json_has_not_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no number that JSON has"):
        apply_edit(found(), Edit(sets=[f"n={text}"]), 0)


def test_infinity_in_quotes_is_text() -> None:
    assert apply_edit(found(), Edit(sets=['n="Infinity"']), 0).payload["n"] == "Infinity"
