"""`python -m tests.benchmarks [NAME…]`: measure and print one table of ratios."""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path

import uvloop

from tests.benchmarks.table import Line, show

ALL = ("sqlite", "redis", "million", "decode")


def main(names: list[str]) -> int:
    """Measure; 1 when a limit was missed."""
    unknown = set(names) - set(ALL)
    if unknown:
        print(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(ALL)}")
        return 2
    lines: list[Line] = []
    for name in names or ALL:
        print(f"measuring {name} …", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            module = import_module(f"tests.benchmarks.{name}")
            lines += uvloop.run(module.measure(Path(folder)))
    show(lines)
    return int(any(line.verdict == "MISSED" for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
