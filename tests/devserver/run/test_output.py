"""Lines of an app: without escapes, without secrets, errors marked."""

from __future__ import annotations

import pytest

from session_inspector.devserver.run.output import LONGEST, LineLimit, Lines


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


JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwOi8vb3AudGVzdC8i.c2ln"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (f"id token {JWT}!", "id token •••!"),
        ("Cookie: sid=s%3Aabcdef; theme=dark", "Cookie: sid=•••; theme=•••"),
        (
            "set-cookie: connect.sid=s%3Aabc.def; Path=/; Max-Age=60",
            "set-cookie: connect.sid=•••; Path=/; Max-Age=60",
        ),
        ("  cookie: 'appSession=abcdefgh'", "  cookie: 'appSession=•••'"),
        ("Authorization: Bearer abcdefghij", "Authorization: Bearer •••"),
        ('{"refresh_token":"v1.abcdef","n":1}', '{"refresh_token":"•••","n":1}'),
        ("  refreshToken: 'v1.abcdef',", "  refreshToken: '•••',"),
        ("client_secret: 0123456789abcdef", "client_secret: •••"),
        ("redis://:hunter22@127.0.0.1:6379/0", "redis://:•••@127.0.0.1:6379/0"),
    ],
)
def test_cookies_tokens_and_passwords_are_masked_by_their_shape(raw: str, text: str) -> None:
    assert Lines().read(raw).text == text


@pytest.mark.parametrize(
    "line",
    [
        "[auth] state: authenticated",
        "token: refreshed for alice",
        "session: created",
        "cookies: 2 set",
        'token_type: "Bearer"',
    ],
)
def test_words_about_secrets_are_none(line: str) -> None:
    assert Lines().read(line).text == line


def test_a_flood_is_cut_each_second_anew() -> None:
    moments = iter([1.0, 1.1, 1.2, 1.9, 2.0])
    limit = LineLimit(2, lambda: next(moments))
    numbers = [limit.count_line() for _ in range(5)]
    assert [limit.admits(number) for number in numbers] == [True, True, False, False, True]
    assert [limit.is_first_left_out(number) for number in numbers] == [
        *(False, False, True, False, False)
    ]


def test_a_long_line_of_anything_is_read_at_once() -> None:
    for text in ("cookie: " + "a=b; " * 1000, "a=" * 4000, "token=" * 900, "x:" * 3000):
        assert len(Lines(["longsecretvalue"]).read(text).text) <= LONGEST * 2


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
