"""`doctor`: Node, Python, Ruby and PHP are asked by a real connection."""

from __future__ import annotations

import os
from pathlib import Path

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.tls import tls_files
from session_inspector.inspector.cli.doctor.authority import look_at_authority
from session_inspector.inspector.cli.doctor.diagnosis import Diagnosis
from tests.servers import binary

ASKED = ("node", "python", "ruby", "php")


def ask(state: Path, **env: str) -> dict[str, Diagnosis]:
    own = {"PATH": os.environ["PATH"], "HOME": str(state), **env}
    return {each.name: each for each in look_at_authority(state, SystemClock(), own)}


def test_before_the_first_run_there_is_none_and_none_is_made(tmp_path: Path) -> None:
    assert [each.state for each in ask(tmp_path).values()] == ["missing"]
    assert list(tmp_path.iterdir()) == []


def test_programs_trust_it_by_the_variable_of_the_fix(tmp_path: Path) -> None:
    for name in ("node", "ruby", "php"):
        binary(name)
    tls_files(tmp_path, SystemClock())
    found = ask(tmp_path)
    assert {name: found[name].state for name in ASKED} == dict.fromkeys(ASKED, "missing")
    words = [found[name].fix.removeprefix("export ").split("=", 1) for name in ASKED]
    after = ask(tmp_path, **dict(words))
    assert {name: after[name].state for name in ASKED} == dict.fromkeys(ASKED, "ok")


def test_what_is_asked_comes_in_the_order_of_the_report(tmp_path: Path) -> None:
    tls_files(tmp_path, SystemClock())
    names = list(ask(tmp_path))
    assert names[:3] == ["certificate", "node", "python"]
    assert names[3:] == [name for name in ("ruby", "php", "java", "go") if name in names]


def test_a_machine_without_them_has_nothing_to_trust(tmp_path: Path) -> None:
    tls_files(tmp_path, SystemClock())
    assert {each.state for each in ask(tmp_path, PATH="").values()} == {"ok"}
