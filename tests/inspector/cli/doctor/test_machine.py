"""`doctor`: what it reports of the state folder, ports, stores and the clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.listening import bind, port_of
from session_inspector.inspector.cli.doctor.machine import (
    EARLIEST,
    look_at_clock,
    look_at_ports,
    look_at_state,
    look_at_stores,
)
from session_inspector.inspector.compare.places import ALWAYS, Place


def test_a_state_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert look_at_state(folder).state == "ok"
    assert list(folder.iterdir()) == []


def test_a_state_folder_that_cannot_be_made_names_the_fix(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = look_at_state(tmp_path / "file" / "state")
    assert (found.state, "XDG_STATE_HOME" in found.fix) == ("broken", True)


def test_a_port_that_is_taken_is_broken_and_a_free_one_is_given_back() -> None:
    listener = bind(0)
    taken = port_of(listener)
    found = look_at_ports({"port": taken, "provider port": 0})
    assert [each.state for each in found] == ["broken", "ok"]
    assert f"port {taken} is taken" in found[0].text
    listener.close()
    assert [each.state for each in look_at_ports({"port": taken})] == ["ok"]
    assert [each.state for each in look_at_ports({"port": taken})] == ["ok"]


def test_stores_that_answer_and_those_that_do_not() -> None:
    there = Place(name="redis 127.0.0.1:6379", url="redis://127.0.0.1:6379", source="found")
    away = Place(
        name="mongodb",
        url="mongodb://127.0.0.1",
        source="absent",
        problem="its driver is not installed. Fix: pip install x",
    )
    found = look_at_stores([*ALWAYS, there, away])
    assert [(each.name, each.state, each.fix) for each in found] == [
        ("redis 127.0.0.1:6379", "ok", ""),
        ("mongodb", "missing", "pip install x"),
    ]


@pytest.mark.parametrize(
    ("is_kept", "state", "word"),
    [(True, "ok", "kept by NTP"), (False, "missing", "not kept"), (None, "ok", "nothing here")],
)
def test_a_clock_is_kept_by_ntp_or_not(is_kept: bool | None, state: str, word: str) -> None:
    found = look_at_clock(ManualClock(EARLIEST), lambda: is_kept)
    assert (found.state, word in found.text) == (state, True)
    assert "2026-01-01 00:00:00 UTC, zone " in found.text


def test_a_clock_before_this_program_is_broken() -> None:
    found = look_at_clock(ManualClock(EARLIEST - 1), lambda: True)
    assert found.state == "broken"
