"""Requests beside each other have lanes, and each line says what a request did."""

from __future__ import annotations

from session_inspector.inspector.model.boards.requests import BUSY, FEW, HERE, lay_out
from tests.inspector.model.events import ended, started


def test_requests_beside_each_other_have_lanes_of_their_own() -> None:
    fields = lay_out([started("a"), started("b"), ended("a"), started("c"), ended("c"), ended("b")])
    lanes = ["".join(piece for piece, _ in field.lead[1:]).rstrip() for field in fields]
    assert {len(field.lead) for field in fields} == {1 + FEW + 1}, "as many as are used"
    assert lanes == [
        HERE,
        f"{BUSY}{HERE}",
        f"{HERE}{BUSY}",
        f"{HERE}{BUSY}",
        f"{HERE}{BUSY}",
        f" {HERE}",
    ]
    assert "‖ 2 at once" in fields[2].value


def test_what_the_app_asks_the_provider_is_no_request_beside_its_own() -> None:
    fields = lay_out(
        [started("a"), started("b", "/oauth/token", party="provider"), ended("b"), ended("a")]
    )
    assert all("at once" not in field.value for field in fields)


def test_lanes_are_drawn_up_to_the_last_that_is_used() -> None:
    fields = lay_out([started(name) for name in "abcdefgh"])
    assert {len(field.lead) for field in fields} == {1 + 8 + 1}
