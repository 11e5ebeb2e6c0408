"""Looks at the machine: the folder for state, the ports, the stores that answer, the clock."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.listening import bind
from session_inspector.inspector.cli.doctor.diagnosis import Diagnosis, diagnose_error, split_fix
from session_inspector.inspector.compare.places import Place

GROUP = "machine"
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
"""No clock that is right shows a time before this program was written."""


def look_at_state(folder: Path) -> Diagnosis:
    """Report whether secrets, tokens and certificates can be kept."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Diagnosis(
            group=GROUP,
            name="state",
            state="broken",
            text=f"{folder} cannot be written ({error.strerror})",
            fix="make room or set XDG_STATE_HOME to a folder of yours",
        )
    return Diagnosis(group=GROUP, name="state", state="ok", text=str(folder))


def look_at_ports(ports: Mapping[str, int]) -> list[Diagnosis]:
    """Report whether the configured ports can be had; 0 is any."""
    return [_port(name, port) for name, port in ports.items()]


def _port(name: str, port: int) -> Diagnosis:
    try:
        listener = bind(port)
    except InputError as error:
        return diagnose_error(GROUP, name, error)
    listener.close()
    text = f"{port} is free"
    if not port:
        text = "any free one"
    return Diagnosis(group=GROUP, name=name, state="ok", text=text)


def look_at_stores(places: Sequence[Place]) -> list[Diagnosis]:
    """Return the engines that answer, and those that do not, with the reason."""
    return [_store(place) for place in places if place.source in ("found", "absent")]


def _store(place: Place) -> Diagnosis:
    if place.source == "found":
        return Diagnosis(group="stores", name=place.name, state="ok", text="answers")
    text, fix = split_fix(place.problem)
    return Diagnosis(group="stores", name=place.name, state="missing", text=text, fix=fix)


def look_at_clock(clock: Clock, is_synchronised: Callable[[], bool | None]) -> Diagnosis:
    """Report whether the machine's clock can be right; its zone is for people only."""
    now = clock.now()
    moment = datetime.fromtimestamp(now, UTC)
    text = f"{moment:%Y-%m-%d %H:%M:%S} UTC, zone {moment.astimezone().tzname()}"
    if now < EARLIEST:
        fix = "set the clock: all tokens look as if they came from the future"
        return Diagnosis(group=GROUP, name="clock", state="broken", text=text, fix=fix)
    match is_synchronised():
        case True:
            text += ", kept by NTP"
        case False:
            fix = "timedatectl set-ntp true: providers reject tokens when clocks disagree"
            text += ", not kept by NTP"
            return Diagnosis(group=GROUP, name="clock", state="missing", text=text, fix=fix)
        case None:
            text += "; nothing here reports whether NTP keeps it"
    return Diagnosis(group=GROUP, name="clock", state="ok", text=text)
