"""Real Node servers that a proxy meets seldom, each on a port of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.certificates import Paths
from tests.servers import binary

APP = Path(__file__).parents[1] / "apps" / "odd" / "app.mjs"


@contextmanager
def odd_app(kind: str, tls: Paths | None = None) -> Iterator[int]:
    """Run one; yields its port."""
    words = [binary("node"), str(APP), kind]
    if tls is not None:
        words += [str(tls.key), str(tls.certificate)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()
