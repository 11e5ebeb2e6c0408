"""Cookies that are no sessions of ours: no family is sure of one, and no secret is to blame.

`strangers.tsv` has name, value and what it is: analytics, load balancers, CSRF, consent, previews,
ids of other frameworks. Their random parts were drawn; the shapes are those of the field.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.decode.paste import Pasted, PastedCookie
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.secrets import FoundSecret

TABLE = Path(__file__).with_name("strangers.tsv")
ROWS = [tuple(line.split("\t")) for line in TABLE.read_text().splitlines()]
DECODERS = load_decoders()
NOW = 1_764_400_000.0
ONE = [FoundSecret("a secret of quite another application", "--secret")]
TWO = [*ONE, FoundSecret("0123456789abcdef0123456789abcdef", "--secret")]


def report(name: str, value: str, secrets: list[FoundSecret]) -> Report:
    cookie = PastedCookie(value=value, line=SetCookie(name=name, value=value, size=len(value)))
    question = Question(decoders=DECODERS, secrets=secrets)
    return examine(Pasted(kind="a cookie", cookies=(cookie,)), question, NOW)


def test_the_corpus_is_large() -> None:
    assert len(ROWS) >= 150
    assert len({what for _, _, what in ROWS}) >= 100


@pytest.mark.parametrize(("name", "value", "what"), ROWS)
@pytest.mark.parametrize("secrets", [[], ONE, TWO], ids=["no secret", "one", "two"])
def test_a_stranger_is_unknown(
    name: str, value: str, what: str, secrets: list[FoundSecret]
) -> None:
    found = report(name, value, secrets)
    assert (found.verdict, found.found, found.is_verified) == ("unknown", None, False), what
    assert [one.family for one in found.candidates if one.claim.is_certain] == []


@pytest.mark.parametrize(("name", "value", "what"), ROWS)
def test_the_value_alone_and_usual_names_make_no_session_of_it(
    name: str, value: str, what: str
) -> None:
    if value.startswith("eyJ") and ("JWT" in value or "preview" in what or "Laravel" in what):
        return  # a token, whoever made it: only its name tells what it is for
    for usual in ("", "__session", "session", "token"):
        found = report(usual, value, ONE)
        assert (found.verdict, found.found) == ("unknown", None), (usual, what)


def test_all_of_them_in_one_jar_are_unknown() -> None:
    cookies = tuple(
        PastedCookie(value=value, line=SetCookie(name=name, value=value, size=len(value)))
        for name, value, _ in ROWS
    )
    found = examine(Pasted(kind="a jar", cookies=cookies), Question(decoders=DECODERS), NOW)
    assert found.verdict == "unknown"
