"""What a benchmark says: measured figures side by side, a ratio, and the limit it was set."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, TypeAlias

PACKAGES = ("cryptography", "orjson", "pybase64", "starlette", "uvicorn", "uvloop", "redis")
"""What our own figures depend on most."""
Spread: TypeAlias = tuple[float, float]
"""The lowest and the highest ratio that the rounds agree on (`rounds.py`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One comparison."""

    name: str
    ours: str
    peer: str
    """The peer and its figure; `not installed` and why when it cannot be had."""
    ratio: float | None
    limit: float | None
    """None: no target was set, the ratio is for information."""
    rule: Literal["at least", "at most"] = "at least"
    bound: str = ""
    """What bounds it, where the limit is missed."""
    spread: Spread | None = None
    """None: it was counted, or measured once."""

    @property
    def verdict(self) -> str:
        """met, within its spread, missed (and by how much), or not measured."""
        if self.ratio is None:
            return "not measured"
        if self.limit is None:
            return ""
        if self._meets(self.ratio, self.limit):
            return "met"
        if self.spread is not None and any(self._meets(end, self.limit) for end in self.spread):
            return "within its spread"
        return f"MISSED by {abs(self.ratio / self.limit - 1):.0%}"

    def _meets(self, ratio: float, limit: float) -> bool:
        if self.rule == "at least":
            return ratio >= limit
        return ratio <= limit

    @property
    def is_missed(self) -> bool:
        """True when a limit was missed, and not by chance: its whole spread is beyond it."""
        return self.verdict.startswith("MISSED")

    @property
    def shown_ratio(self) -> str:
        """Return the ratio and its spread as text."""
        if self.ratio is None:
            return "–"
        if self.spread is None:
            return f"{self.ratio:.2f}"
        low, high = self.spread
        return f"{self.ratio:.2f} ({low:.2f}–{high:.2f})"

    @property
    def target(self) -> str:
        """Return the limit as text; empty without one."""
        return "" if self.limit is None else f"{self.rule} {self.limit:g}"


def show(groups: Sequence[tuple[str, Sequence[Line]]]) -> None:
    """Print the table, the machine first."""
    print(f"\n{machine()}")
    for title, lines in groups:
        widths = [
            max([len(head), *(len(cell) for cell in cells)])
            for head, cells in (
                (title, [line.name for line in lines]),
                ("ours", [line.ours for line in lines]),
                ("peer", [line.peer for line in lines]),
            )
        ]
        wide = max([len("ratio"), *(len(line.shown_ratio) for line in lines)])
        print(f"\n{_row(widths, title, 'ours', 'peer')}  {'ratio':>{wide}}  target")
        for line in lines:
            row = _row(widths, line.name, line.ours, line.peer)
            print(f"{row}  {line.shown_ratio:>{wide}}  {line.target:13} {line.verdict}".rstrip())
            if line.bound and line.is_missed:
                print(f"{'':4}what bounds it: {line.bound}")


def to_json(groups: Sequence[tuple[str, Sequence[Line]]]) -> str:
    """Return the same as JSON."""
    rows = [
        {"group": title, **asdict(line), "verdict": line.verdict}
        for title, lines in groups
        for line in lines
    ]
    return json.dumps({"machine": machine(), "lines": rows}, ensure_ascii=False, indent=1)


def machine() -> str:
    """Return processor, system and versions."""
    node = shutil.which("node")
    said = subprocess.run([node, "-v"], capture_output=True, text=True).stdout if node else ""
    return (
        f"{_processor()}, {os.cpu_count()} CPUs, {platform.platform()},"
        f" Python {sys.version.split()[0]}, Node {said.strip() or 'not installed'}\n"
        + ", ".join(version_of(name) for name in PACKAGES)
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _row(widths: Sequence[int], name: str, ours: str, peer: str) -> str:
    return f"{name:{widths[0]}}  {ours:>{widths[1]}}  {peer:>{widths[2]}}"


def version_of(package: str) -> str:
    """Return a package's name and version, `NAME, not installed` when it is not there."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package}, not installed"
