"""Commands a second in words."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.inspector.model.words.watching import describe_load, describe_watching


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        (0.0, "hardly any commands"),
        (0.049, "hardly any commands"),
        (0.05, "about 0.1 commands a second"),
        (2.04, "about 2.0 commands a second"),
        (10.4, "about 10 commands a second"),
        (5020.0, "about 5,020 commands a second"),
    ],
)
def test_a_figure_is_as_exact_as_it_is_useful(commands: float, words: str) -> None:
    assert describe_load(commands) == words


def test_what_is_not_counted_is_not_said() -> None:
    event = StoreStateChanged(at=1, store="s", is_up=True, watched_by="polling")
    assert describe_watching(event) == "polling"
