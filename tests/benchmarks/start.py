"""Cold start to the first paint in a real terminal, beside an empty Textual app and two peers."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from session_inspector.devserver.core.clock import stopwatch
from tests.benchmarks.table import Line, version_of
from tests.terminal import Terminal, plain

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
    best: dict[str, float] = {}
    whole = float("inf")
    for _ in range(ROUNDS + 1):  # the first writes byte code
        for starter in starters:
            first, all_ = _start(starter, folder)
            best[starter.name] = min(best.get(starter.name, first), first)
            whole = min(whole, all_) if starter is ours else whole
    return [*_lines(best, whole), *_commands(starters, folder)]


def _lines(best: dict[str, float], whole: float) -> list[Line]:
    mine = best["ours"]
    limits = {"posting": 2.0, "harlequin": 1.0}
    said = f"{mine * 1000:.0f} ms"
    lines = [
        Line(
            name="start: spawn to first paint",
            ours=said,
            peer=f"an empty app, {version_of('textual')}: {best['empty'] * 1000:.0f} ms",
            ratio=mine / best["empty"],
            limit=1.3,
            rule="at most",
        ),
        Line(
            name="start: spawn to the lab running",
            ours=f"{whole * 1000:.0f} ms",
            peer=f"an empty app: {best['empty'] * 1000:.0f} ms",
            ratio=whole / best["empty"],
            limit=None,
        ),
    ]
    for name, limit in limits.items():
        peer = best.get(name)
        shown = f"{name}: {peer * 1000:.0f} ms" if peer else f"{name}, not installed"
        ratio = peer / mine if peer else None
        lines.append(
            Line(name=f"start: beside {name}", ours=said, peer=shown, ratio=ratio, limit=limit)
        )
    return lines


def _start(starter: Starter, folder: Path) -> tuple[float, float]:
    """Return seconds to the first paint and to the whole one."""
    env = {"HOME": str(folder), "PYTHONPATH": os.getcwd()}
    with Terminal(starter.command, env=env, cwd=str(folder)) as terminal:
        first = terminal.wait(_is_painted, 30)
        return first, terminal.wait_for(starter.whole, 30) if starter.whole else first


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
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            best[name] = min(best.get(name, 99.0), _time(command, folder))
    posting = best.get("posting")
    peer = "posting, not installed"
    if posting:
        peer = f"posting --help: {posting * 1000:.0f} ms"
    lines = [
        Line(
            name=f"start: {name}",
            ours=f"{best[name] * 1000:.0f} ms",
            peer=peer,
            ratio=posting / best[name] if posting else None,
            limit=12,
        )
        for name in ("--help", "--version")
    ]
    decode = Line(
        name="start: decode of one cookie",
        ours=f"{best['decode'] * 1000:.0f} ms",
        peer=f"--version: {best['--version'] * 1000:.0f} ms",
        ratio=best["decode"] / best["--version"],
        limit=3,
        rule="at most",
    )
    return [*lines, decode]


def _time(command: list[str], folder: Path) -> float:
    env = {**os.environ, "HOME": str(folder)}
    start = stopwatch()
    # decode answers 4: nobody gave the secret
    subprocess.run(command, capture_output=True, check=False, env=env)
    return stopwatch() - start


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
