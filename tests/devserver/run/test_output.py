"""Lines of an app: without escapes, without secrets, errors marked."""

from __future__ import annotations

import pytest

from session_inspector.devserver.run.output import LONGEST, Lines


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\x1b[32m✓\x1b[0m Ready\r", "✓ Ready"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"),
        ("10%\r50%\r100%", "100%"),
        ("a\tb", "a   b"),
        ("\x1b[2J\x1b[Hscreen\x00\x07", "screen"),
        ("\x1bc\x9b31mred", "31mred"),
        ("GET /callback?code=abc&state=def 302", "GET /callback?code=•••&state=••• 302"),
        ("x" * 10_000, "x" * LONGEST),
    ],
)
def test_what_would_steer_a_terminal_is_taken_out(raw: str, text: str) -> None:
    assert Lines().read(raw).text == text


def test_secrets_of_the_environment_are_masked() -> None:
    lines = Lines(["longsecretvalue", "short", "longsecretvalue-and-more"])
    assert lines.read("S=longsecretvalue-and-more short").text == "S=••• short"


@pytest.mark.parametrize(
    "line",
    [
        "Error: boom",
        "TypeError: x is not a function",
        "node:internal/x: Error: boom",
        "Traceback (most recent call last):",
        "⨯ Error [DomainValidationError]: Domain",
        "panic: runtime error",
        "2026-01-01 12:00:00 ERROR [main] o.s.boot: failed",
        "[error] 12#12: open() failed",
        '{"level":"error","msg":"x"}',
        "level=fatal msg=x",
        "npm ERR! code 1",
        "django.db.utils.OperationalError: no such table",
        "Uncaught ReferenceError",
    ],
)
def test_an_error_is_marked(line: str) -> None:
    assert Lines().read(line).is_error


@pytest.mark.parametrize(
    "line", ["GET /errors 200", "0 errors", "compiled without error", "INFO: ready", ""]
)
def test_the_word_alone_is_none(line: str) -> None:
    assert not Lines().read(line).is_error
