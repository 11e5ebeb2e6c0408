"""A fuzzing target for all decoders: `python -m tests.fuzz.decoders [libFuzzer options]`.

Needs atheris (`pip install atheris`, CPython on Linux). Only DecodeError may come out, and no
input may take more than 50 ms for 100 KB.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

from devserver.core.clock import stopwatch
from devserver.core.errors import DecodeError
from devserver.decoders.base import Material
from devserver.decoders.families import load_decoders

DECODERS = load_decoders()
SECRETS = ("pub-flask-dev-key", "a-session-secret-of-32-bytes-or-more")
SLOWEST = 0.05
"""Seconds for 100 KB."""


def try_all(text: str) -> None:
    """Hand a text to every decoder, as a cookie's value and as its name.

    Raises: AssertionError when one is slow; whatever else a decoder lets out.
    """
    for name, value in (("session", text), ("__session__0", text), (text, text)):
        for decoder in DECODERS:
            material = Material(cookies={name: value}, secrets=SECRETS, now=0, rows={})
            start = stopwatch()
            if decoder.likeness(material.cookies) >= 0:
                with contextlib.suppress(DecodeError):
                    decoder.decode(material)
            allowed = SLOWEST * max(1, len(text) / 100_000)
            assert stopwatch() - start < allowed, f"{decoder.name} is slow"


def main() -> None:
    """Run atheris, seeded with the golden cookies."""
    import atheris  # a tool of its own: no test needs it

    corpus = Path(__file__).with_name("corpus")
    corpus.mkdir(exist_ok=True)
    vectors = Path(__file__).parents[1] / "vectors" / "other-formats.json"
    for case in json.loads(vectors.read_text()):
        for number, value in enumerate(case["cookies"].values()):
            (corpus / f"{case['name']}-{number}").write_text(str(value))
    atheris.Setup([*sys.argv, str(corpus)], lambda data: try_all(data.decode("utf-8", "replace")))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
