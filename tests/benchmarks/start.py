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
LIMIT = 0.5


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
    return [*_lines(best, whole), *_help(starters, folder)]


def _lines(best: dict[str, float], whole: float) -> list[Line]:
    mine = best["ours"]
    limits = {"posting": 2.0, "harlequin": 1.0}
    said = f"{mine * 1000:.0f} ms"
    lines = [
        Line(
            name="start: spawn to first paint",
            ours=said,
            peer=f"the limit: {LIMIT * 1000:.0f} ms",
            ratio=mine / LIMIT,
            limit=1,
            rule="at most",
        ),
        Line(
            name="start: spawn to the lab running",
            ours=f"{whole * 1000:.0f} ms",
            peer="the limit: 1000 ms",
            ratio=whole,
            limit=1,
            rule="at most",
        ),
        Line(
            name="start: against an empty app",
            ours=said,
            peer=f"{version_of('textual')}: {best['empty'] * 1000:.0f} ms",
            ratio=mine / best["empty"],
            limit=3,
            rule="at most",
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


def _help(starters: list[Starter], folder: Path) -> list[Line]:
    """Return `--help` against posting's."""
    best: dict[str, float] = {}
    commands = {s.name: s.command for s in starters if s.name in ("ours", "posting")}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            start = stopwatch()
            base = command[:3] if name == "ours" else command[:1]
            env = {**os.environ, "HOME": str(folder)}
            subprocess.run([*base, "--help"], capture_output=True, check=True, env=env)
            best[name] = min(best.get(name, 99.0), stopwatch() - start)
    peer = best.get("posting")
    return [
        Line(
            name="start: --help",
            ours=f"{best['ours'] * 1000:.0f} ms",
            peer=f"posting: {peer * 1000:.0f} ms" if peer else "posting, not installed",
            ratio=peer / best["ours"] if peer else None,
            limit=3,
        )
    ]


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
