"""Cold start to the first paint in a real terminal, beside an empty Textual app and two peers.

Compared is the CPU time of all threads until then: where other programs run, the time on the clock
is that of the queue for a CPU.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.rounds import ratio_line, spell_cost
from tests.benchmarks.table import Line, version_of
from tests.terminal import Terminal, plain
from tests.waiting import PATIENCE

ROUNDS = 5
PAINTED = 40
"""Visible characters that count as content: more than a title of a window."""
EMPTY = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("nothing but a text " * 4)

Empty().run()
"""
LIMITS = {"posting": 2.0, "harlequin": 1.0}
PEERS = {"posting": ["posting", "tree-sitter<0.26"], "harlequin": ["harlequin"]}
"""Peers and what pip is asked for; posting 2.11 ends with SIGSEGV on tree-sitter 0.26."""
COOKIE = "sid=s%3AvYk8f3pT0Z5b1JrN.7d1HqY0o9Qm2c6v5kq9o0d0C1n4yq3o2m1l8k7j6h5g"
"""A signed cookie, as express-session writes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """A program, and the text that tells that all is painted."""

    name: str
    command: list[str]
    whole: str = ""


async def measure(folder: Path) -> list[Line]:
    """Return our start against the limit and against each peer; they take turns."""
    (folder / "empty.py").write_text(EMPTY)
    here = [sys.executable, "-m", "session_inspector"]
    ours = Starter(name="ours", command=[*here, "--port", "0"], whole="First minute")
    starters = [
        ours,
        Starter(name="empty", command=[sys.executable, str(folder / "empty.py")]),
        *(found for name in PEERS if (found := _peer(name)) is not None),
    ]
    taken: dict[str, list[float]] = {starter.name: [] for starter in starters}
    whole = list[float]()
    for number in range(ROUNDS + 1):  # the first writes byte code
        for starter in starters:
            first, all_ = _start(starter, folder)
            if number:
                taken[starter.name].append(first)
            if number and starter is ours:
                whole.append(all_)
    return [*_lines(taken, whole), *_commands(starters, folder)]


def _lines(taken: dict[str, list[float]], whole: list[float]) -> list[Line]:
    first = "start: CPU to first paint"
    mine = taken["ours"]
    empty = (f"an empty app, {version_of('textual')}", taken["empty"])
    return [
        ratio_line(first, mine, empty, spell=spell_cost, limit=1.3, rule="at most"),
        ratio_line("start: CPU to the lab running", whole, empty, spell=spell_cost, rule="at most"),
        *(
            _beside(f"{first}, beside {name}", mine, name, taken.get(name), limit)
            for name, limit in LIMITS.items()
        ),
    ]


def _beside(
    title: str, mine: list[float], name: str, theirs: list[float] | None, limit: float
) -> Line:
    """Return how many times of ours a peer takes."""
    who = name
    if theirs is None:
        who = f"{name}, not installed"
    return ratio_line(title, mine, (who, theirs), spell=spell_cost, limit=limit)


def _start(starter: Starter, folder: Path) -> tuple[float, float]:
    """Return seconds of CPU to the first paint and to the whole one."""
    env = {"HOME": str(folder), "PYTHONPATH": os.getcwd()}
    with Terminal(starter.command, env=env, cwd=str(folder)) as terminal:
        terminal.wait(_is_painted, PATIENCE)
        first = terminal.threads_cpu_seconds()
        if starter.whole:
            terminal.wait_for(starter.whole)
        return first, terminal.threads_cpu_seconds()


def _is_painted(raw: bytes) -> bool:
    return len("".join(plain(raw).split())) >= PAINTED


def _commands(starters: list[Starter], folder: Path) -> list[Line]:
    """Return `--help` and `--version` against posting's `--help`, `decode` against `--version`."""
    own = [sys.executable, "-m", "session_inspector"]
    commands = {
        "--help": [*own, "--help"],
        "--version": [*own, "--version"],
        "decode": [*own, "decode", COOKIE],
        **{s.name: [*s.command, "--help"] for s in starters if s.name == "posting"},
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            taken[name].append(_time(command, folder))
    version = ("--version", taken["--version"])
    decode = "start: decode of one cookie"
    return [
        *(
            _beside(
                f"start: CPU of {name}", taken[name], "posting --help", taken.get("posting"), 12
            )
            for name in ("--help", "--version")
        ),
        ratio_line(decode, taken["decode"], version, spell=spell_cost, limit=3, rule="at most"),
    ]


def _time(command: list[str], folder: Path) -> float:
    """Return the CPU seconds of a command, from its start to its end."""
    env = {**os.environ, "HOME": str(folder)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # decode answers 4: nobody gave the secret
    subprocess.run(command, capture_output=True, check=False, env=env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _peer(name: str) -> Starter | None:
    """Return a peer in a venv of its own in the user's cache; None where pip cannot have it."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    venv = home / "session-inspector" / "peers" / name
    program = venv / "bin" / name
    if not program.exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(venv)], check=False)
        asked = [str(venv / "bin" / "pip"), "install", "--quiet", *PEERS[name]]
        if made.returncode or subprocess.run(asked, check=False).returncode:
            sys.stderr.write(f"{name} cannot be installed here: it is not measured\n")
            return None
    return Starter(name=name, command=[str(program)])
