"""A fuzzing target for all decoders: `python -m tests.fuzz.decoders [libFuzzer options]`.

Needs atheris (`pip install atheris`, CPython on Linux). Only DecodeError may come out, and no
input may take more than 50 ms for 100 KB.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Run atheris, seeded with the golden cookies."""
    import atheris  # a tool of its own: no test needs it

    # what is imported in here is instrumented: without it, atheris guesses blindly
    with atheris.instrument_imports(
        include=["session_inspector.devserver.decoders", "session_inspector.devserver.cookies"]
    ):
        from tests.fuzz.attempts import try_all
        from tests.vectors.formats import FormatCase
        from tests.vectors.golden import GOLDEN

    corpus = Path(__file__).with_name("corpus")
    corpus.mkdir(exist_ok=True)
    for case in map(FormatCase, GOLDEN):
        for number, value in enumerate(case.material().cookies.values()):
            (corpus / f"{case.name}-{number}").write_text(str(value))
    atheris.Setup([*sys.argv, str(corpus)], lambda data: try_all(data.decode("utf-8", "replace")))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
