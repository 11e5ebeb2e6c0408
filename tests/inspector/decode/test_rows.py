"""A row's verdict is what was checked: a signature proves, columns only tell whose it is."""

from __future__ import annotations

import json

import pytest

from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.examining import examine_pasted
from session_inspector.inspector.decode.paste import read_paste
from session_inspector.inspector.decode.report import Question, Report
from session_inspector.inspector.decode.secrets import FoundSecret
from tests.django_rows import signed_row

NOW = 1_760_000_000.0


def examine_row(row: dict[str, str], *secrets: str) -> Report:
    (pasted,) = read_paste(json.dumps(row), READERS)
    known = [FoundSecret(secret, "--secret") for secret in secrets]
    question = Question(decoders=load_decoders(), secrets=known)
    (report,) = examine_pasted(pasted, question, NOW)
    return report


@pytest.mark.parametrize(
    ("secrets", "verdict", "words"),
    [
        ((), "unverified", "no secret was given"),
        (("right",), "valid", ""),
        (("other",), "wrong secret", "another SECRET_KEY"),
    ],
)
def test_a_row_of_django_is_valid_only_when_its_signature_was_checked(
    secrets: tuple[str, ...], verdict: str, words: str
) -> None:
    row = {
        "session_key": "k" * 32,
        "session_data": signed_row("1", "right"),
        "expire_date": "2099-01-01T00:00:00",
    }
    report = examine_row(row, *secrets)
    assert report.verdict == verdict
    assert words in report.reason


def test_a_row_without_a_signature_has_no_seal() -> None:
    row = {"sid": "a", "sess": '{"cookie":{"path":"/"}}', "expire": "2099-01-01T00:00:00"}
    report = examine_row(row, "right")
    assert report.verdict == "unverified"
    assert "no seal" in report.reason


@pytest.mark.parametrize(
    ("secrets", "verdict", "words"),
    [
        ((), "unverified", "no secret was given"),
        (("other",), "wrong secret", "none of the secrets is the key"),
    ],
)
def test_an_encrypted_row_without_a_secret_blames_none(
    secrets: tuple[str, ...], verdict: str, words: str
) -> None:
    text = '127.0.0.1:6379> GET starsessions.abc\n"\\xff\\x00\\x81\\xfe\\x00\\x81\\xf0\\x00\\x81"'
    (pasted,) = read_paste(text, READERS)
    known = [FoundSecret(secret, "--secret") for secret in secrets]
    question = Question(decoders=load_decoders(), secrets=known)
    (report,) = examine_pasted(pasted, question, NOW)
    assert (report.verdict, report.is_verified) == (verdict, False)
    assert report.reason.startswith(words)


def test_a_text_is_no_row_of_starsessions() -> None:
    (pasted,) = read_paste('127.0.0.1:6379> GET greeting\n"hello\\nworld"', READERS)
    (report,) = examine_pasted(pasted, Question(decoders=load_decoders()), NOW)
    assert (report.verdict, report.candidates) == ("unknown", ())


OURS = {"id": "a", "expires_at": "2099-01-01T00:00:00Z"}
USER = '"user":{"sub":"u"},"internal":{"sid":"s","createdAt":1}'


def test_a_row_that_JSON_parse_refuses_is_damaged() -> None:
    report = examine_row({**OURS, "data": f'{{{USER},"x":NaN}}'})
    assert (report.verdict, report.code, report.who) == ("damaged", "not_json", "u")
    assert report.reason == (
        "its framework cannot read it: the row holds NaN at x, which is no JSON"
    )


def test_a_row_with_a_number_beyond_a_double_is_read() -> None:
    report = examine_row({**OURS, "data": f'{{{USER},"x":1e400}}'})
    assert (report.verdict, report.code) == ("unverified", "no_seal")
