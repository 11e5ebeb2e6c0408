"""Inputs of other ecosystems as people meet them: what can be said without a secret or a row."""

from __future__ import annotations

import pytest

from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.paste import read_paste
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.secrets import FoundSecret

DECODERS = load_decoders()
NOW = 1_795_900_000.0
KEY_ID = "4a1f5c0e-7d2b-4b8e-9f43-2c6d8e0a1b3c"
SEALED = "CfDJ8A5cH0orfY5Ln0MsbY4KGzz" + "A" * 120
GORILLA = (
    "MTc5NTkwNzkxOXxleUpqWVhKMElqcGJJbUZ3Y0d4bElpd2ljR1ZoY2lKZExDSnVJam90TXk0MUxDSjFjMlZ5SWpvaWVt"
    "OWxRR1Y0WVcxd2JHVXVZMjl0SW4wS3xsaNB39vRvOfm-XZt7YDw_x3_QKQmO3R9GCHaxK130eg=="
)


def report(text: str, *secrets: str) -> Report:
    (pasted, *_) = read_paste(text, READERS)
    found = [FoundSecret(secret, "--secret") for secret in secrets]
    return examine(pasted, Question(decoders=DECODERS, secrets=found), NOW)


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("SESSION=ZmVlMTJlMjAtNGJlMi00MWQwLWI5NWItMDE1NDY3NDE0ZmY4", "spring-session"),
        ("PHPSESSID=cqov1m3dcv4ksokne2hqftrurt", "php"),
        ("ci_session=u7pbu88qoufn1pnfu1ia5e0khq94th48", "codeigniter"),
    ],
)
def test_an_id_under_its_name_lacks_its_row_and_no_secret_is_blamed(text: str, family: str) -> None:
    found = report(text, "a secret")
    assert (found.verdict, found.code, found.opened_by) == ("unverified", "no_row", "")
    assert found.found is not None
    assert found.found.family == family
    name, _, value = text.partition("=")
    for other in (f"sid={value}", value, f"{name}=short"):
        assert report(other, "a secret").verdict == "unknown"


def test_gorillas_stamp_is_readable_without_a_key() -> None:
    found = report(f"app={GORILLA}")
    assert (found.verdict, found.code) == ("unverified", "no_secret")
    assert found.found is not None
    assert found.found.issued == 1_795_907_919
    assert report(f"app={GORILLA}", "pub-gorilla-hash-key-0123456789ab").verdict == "valid"


def test_data_protection_names_its_key_without_one() -> None:
    found = report(f".AspNetCore.Cookies={SEALED}")
    assert (found.verdict, found.code) == ("unverified", "no_secret")
    assert KEY_ID in found.reason
    wrong = report(f".AspNetCore.Cookies={SEALED}", "no XML")
    assert (wrong.verdict, KEY_ID in wrong.reason) == ("wrong secret", True)


def test_a_missing_chunk_of_aspnet_is_named_and_the_key_too() -> None:
    found = report(f".AspNetCore.Cookies=chunks-2; .AspNetCore.CookiesC1={SEALED}")
    assert (found.verdict, found.code) == ("damaged", "chunk_gap")
    assert ".AspNetCore.CookiesC2 is missing" in found.reason
    assert KEY_ID in found.reason
