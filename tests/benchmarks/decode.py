"""Cookies decoded a minute, of all formats mixed, from a file; the limit is 100,000."""

from __future__ import annotations

import io
import json
import sys
from argparse import Namespace
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.cli.decode.lines import decode_lines
from session_inspector.inspector.decode.report import Question
from session_inspector.inspector.decode.secrets import FoundSecret
from tests.benchmarks.table import Line, version_of
from tests.vectors.formats import FormatCase

VECTORS = Path(__file__).parents[1] / "vectors" / "other-formats.json"
COUNT = 5000
LIMIT = 100_000


async def measure(folder: Path) -> list[Line]:
    """Return one comparison: our rate against the limit; each secret is one of four."""
    cases = [FormatCase(raw) for raw in json.loads(VECTORS.read_text()) if raw["outcome"] == "ok"]
    lines = []
    secrets = set[str]()
    for case in cases:
        jar = case.raw["cookies"]
        assert isinstance(jar, dict)
        lines.append("; ".join(f"{name}={value}" for name, value in jar.items()))
        secrets |= set(case.secrets()[:1])
    path = folder / "cookies.txt"
    path.write_text("\n".join((lines * (COUNT // len(lines) + 1))[:COUNT]))
    question = Question(
        decoders=load_decoders(),
        secrets=[FoundSecret(text, "--secret") for text in sorted(secrets)],
    )
    arguments = Namespace(input=str(path), cookie_name="", reveal=False)
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()):
        start = stopwatch()
        decode_lines(arguments, question)
        rate = COUNT / (stopwatch() - start) * 60
    opened = out.getvalue().count('"ok": true') + out.getvalue().count('"code": "expired"')
    sys.stderr.write(f"{opened} of {COUNT} opened, {len(secrets)} secrets\n")
    return [
        Line(
            name=f"decode --lines, all formats, {len(secrets)} secrets",
            ours=f"{rate:,.0f}/min",
            peer=f"{version_of('joserfc')} inside",
            ratio=rate / LIMIT,
            limit=1,
        )
    ]
