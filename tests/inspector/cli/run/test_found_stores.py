"""What is watched of the stores that were found: this machine's; others only when asked."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.attach_settings import OfferedStore
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.inspector.cli.run.found_stores import (
    choose_stores,
    describe_state,
    name_store,
)

HERE = OfferedStore(name="REDIS_URL", url="redis://:pw@localhost:6379")
THERE = OfferedStore(name="DATABASE_URL", url="postgres://me:pw@db.example.com/app")


def test_a_store_of_this_machine_is_watched_unasked() -> None:
    def ask(question: str) -> bool:
        raise AssertionError(question)

    chosen = choose_stores([HERE], ask)
    assert chosen.offered == (HERE,)
    assert list(chosen.describe()) == [
        "store REDIS_URL redis://:•••@localhost:6379: looked into for sessions"
        " (--no-store leaves it alone)"
    ]


def test_another_machines_is_asked_for_first() -> None:
    asked: list[str] = []

    def allow(question: str) -> bool:
        asked.append(question)
        return True

    assert choose_stores([THERE, HERE], allow).offered == (THERE, HERE)
    assert asked == ["DATABASE_URL is at db.example.com, not on this machine. Read its sessions?"]


def test_without_a_yes_it_is_not_watched_and_that_is_said() -> None:
    chosen = choose_stores([THERE], lambda question: False)
    assert (chosen.offered, chosen.declined) == ((), (THERE,))
    assert list(chosen.describe()) == [
        "not watched: DATABASE_URL is at db.example.com, not on this machine."
        " Fix: --store DATABASE_URL"
    ]


def test_a_flag_may_name_the_variable_or_the_url() -> None:
    assert name_store("DATABASE_URL", [HERE, THERE]) == THERE.url
    assert name_store("redis://x", [HERE]) == "redis://x"
    with pytest.raises(InputError, match=r"--store REDIS is no variable .*\(REDIS_URL\)"):
        name_store("REDIS", [HERE])


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (StoreStateChanged(at=1, store="s", is_up=True, is_chosen=True), "its rows are read"),
        (
            StoreStateChanged(
                at=1, store="s", is_up=True, watched_by="looking every 1 s, rows of x"
            ),
            "its rows are read",
        ),
        (
            StoreStateChanged(
                at=1, store="s", is_up=True, watched_by="looking for rows of a known layout; …"
            ),
            "looking for rows of a known layout; …",
        ),
        (StoreStateChanged(at=1, store="s", is_up=True), "it answers"),
        (StoreStateChanged(at=1, store="s", is_up=False, reason="gone"), "not read: gone"),
    ],
)
def test_what_has_become_of_a_store_is_said_as_it_is(event: StoreStateChanged, text: str) -> None:
    assert describe_state(event) == f"store s: {text}"
