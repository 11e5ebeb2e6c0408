"""Copies that lost their end, and values in quotes: no secret is blamed, no other family named."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.decode.report import Report
from tests.vectors.formats import FormatCase
from tests.vectors.golden import GOLDEN
from tests.vectors.test_confusion import report

DECODERS = load_decoders()
CASES = [FormatCase(raw, DECODERS) for raw in GOLDEN if raw["outcome"] == "ok"]
BY_NAME = {case.name: case for case in CASES}
SEALS = [case for case in CASES if "Fe26.2*" in next(iter(case.material().cookies.values()), "")]
LOST_PADDING = (
    "better-auth-token",
    "cookie-session",
    "koa-session-expired",
    "securecookie-json-0",
    "aiohttp-session-text",
    "o2p-single",
    "quarkus",
    "pomerium",
    "better-auth-jwt",
)
"""Whose own server reads them no more, and whose structure shows it."""


def cut(case: FormatCase, count: int) -> Mapping[str, str]:
    """Return the cookies with the end of the longest cut off."""
    cookies = dict(case.material().cookies)
    longest = max(cookies, key=lambda name: len(cookies[name]))
    return {**cookies, longest: cookies[longest][:-count]}


@pytest.mark.parametrize("name", LOST_PADDING)
def test_a_lost_end_is_damage_and_blames_no_secret(name: str) -> None:
    case = BY_NAME[name]
    found = report(case, cut(case, 1), case.material().secrets)
    assert (found.verdict, found.code) == ("damaged", "truncated")


SIGNED = (
    "es-signed",
    "fastify-session",
    "better-auth-token",
    "securecookie-json-0",
    "sessions",
    "flask-sha256",
    "starlette-default",
    "django-signed-cookies",
    "react-router-cookie",
    "tornado-user-0",
    "plug-signed",
)
"""Of which the rest shows the family."""


@pytest.mark.parametrize("name", SIGNED)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 8])
def test_a_signature_without_its_end_is_damage_whatever_it_lost(name: str, count: int) -> None:
    case = BY_NAME[name]
    for secrets in (case.material().secrets, ("another secret",), ()):
        found = report(case, cut(case, count), secrets)
        assert (found.verdict, found.code) == ("damaged", "truncated")


@pytest.mark.parametrize("count", [2, 3, 4, 8, 17])
@pytest.mark.parametrize("secrets", [("cat-secret",), ("another secret",), ()])
def test_a_signed_json_without_its_end_is_damage(count: int, secrets: tuple[str, ...]) -> None:
    case = BY_NAME["cookie-session"]
    found = report(case, cut(case, count), secrets)
    assert (found.verdict, found.code) == ("damaged", "truncated")


@pytest.mark.parametrize("case", SEALS, ids=lambda case: case.name)
@pytest.mark.parametrize("count", [1, 10, 60])
def test_a_cut_seal_is_damage(case: FormatCase, count: int) -> None:
    if len(case.material().cookies) > 1:
        pytest.skip("in chunks: which one was cut is not told")
    found = report(case, cut(case, count), case.material().secrets)
    assert (found.verdict, found.code) == ("damaged", "truncated")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_double_quotes_around_a_value_are_no_part_of_it(case: FormatCase) -> None:
    material = case.material()
    plain = report(case, material.cookies, material.secrets)
    quoted = {name: f'"{value}"' for name, value in material.cookies.items()}
    assert short(report(case, quoted, material.secrets)) == short(plain)


def short(found: Report) -> tuple[str, str, bool, str]:
    name = found.found.format if found.found is not None else ""
    return found.verdict, found.code, found.is_verified, name
