"""A response that another visitor may get from a cache, by the rules of RFC 9111."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.inspector.model.facts.freshness import may_be_reused, parse_directives

NOW = 1_760_000_000.0
LATER = "Thu, 09 Oct 2025 10:53:20 GMT"
EARLIER = "Thu, 09 Oct 2025 06:53:20 GMT"


def response(
    cache_control: str = "", *, status: int = 200, expires: str = "", vary: str = ""
) -> ExchangeEnded:
    return ExchangeEnded(
        at=NOW,
        exchange="x1",
        status=status,
        duration=0.1,
        cache_control=cache_control,
        expires=expires,
        vary=vary,
    )


@pytest.mark.parametrize(
    ("rules", "is_reusable"),
    [
        ("", True),
        ("max-age=60", True),
        ("max-age=0", False),
        ('max-age="60"', True),
        ("max-age=sixty", False),
        ("max-age=60, s-maxage=0", False),
        ("max-age=0, s-maxage=60", True),
        ("max-age=0, stale-while-revalidate=60", True),
        ("no-store", False),
        ("private", False),
        ('private="Set-Cookie, X"', False),
        ('private="X"', True),
        ('no-cache="set-cookie"', False),
        ("NO-STORE", False),
        ("max-age=" + "9" * 500, True),
    ],
)
def test_what_cache_control_lets_a_cache_do(rules: str, is_reusable: bool) -> None:
    assert may_be_reused("GET", response(rules)) is is_reusable


@pytest.mark.parametrize(("status", "is_reusable"), [(200, True), (301, True), (302, False)])
def test_without_a_lifetime_the_status_decides(status: int, is_reusable: bool) -> None:
    assert may_be_reused("GET", response(status=status)) is is_reusable


def test_a_redirect_is_kept_when_it_says_so() -> None:
    assert may_be_reused("GET", response("public", status=302))
    assert may_be_reused("GET", response("max-age=1", status=302))


@pytest.mark.parametrize(
    ("expires", "is_reusable"), [(LATER, True), (EARLIER, False), ("0", False), ("soon", False)]
)
def test_a_date_is_a_lifetime(expires: str, is_reusable: bool) -> None:
    assert may_be_reused("GET", response(expires=expires)) is is_reusable


def test_other_methods_and_what_varies_with_everything_are_not_reused() -> None:
    assert not may_be_reused("POST", response("max-age=60"))
    assert may_be_reused("HEAD", response("max-age=60"))
    assert not may_be_reused("GET", response("max-age=60", vary="*"))
    assert not may_be_reused("GET", response("max-age=60", status=304))


def test_directives_are_read_in_lower_case() -> None:
    found = parse_directives('Max-Age=5, Private="A, B", no-transform')
    assert found == {"max-age": "5", "private": "a, b", "no-transform": ""}
