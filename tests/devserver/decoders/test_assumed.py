"""An end is assumed only where it is a stamp and the framework's own life."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.decoders.assumed import assumed_life
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.traits import Traits

STAMPED = Decoded(format="any", cookies=(), issued=100, expires=160, traits=Traits(stamp_life=60))


def test_the_default_life_from_either_stamp_is_an_assumption() -> None:
    assert assumed_life(STAMPED) == 60
    assert assumed_life(replace(STAMPED, issued=1, updated=100)) == 60


def test_an_end_that_stands_inside_is_none() -> None:
    assert assumed_life(replace(STAMPED, expires=165)) is None
    assert assumed_life(replace(STAMPED, expires=None)) is None
    assert assumed_life(replace(STAMPED, traits=Traits())) is None
