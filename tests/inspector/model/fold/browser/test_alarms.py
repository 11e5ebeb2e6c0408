"""What a real browser shows raises an alarm that names the cookie, the page and the cause."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.cookies.browsers.rules import SECURE_OVER_HTTP
from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.events.union import Event
from tests.inspector.model.fold.test_alarms import cookie, started, state_of
from tests.inspector.model.fold.test_each_alarm import judged, unsent


def texts(*events: Event) -> list[tuple[str, str]]:
    return [(alarm.kind, alarm.text) for alarm in state_of(*events).alarms.raised]


def test_the_page_around_decides_between_siblings_and_third_parties() -> None:
    around = "http://shop.localhost"
    framed = judged(url="http://app.localhost/f", top=around, is_third_party=True)
    ((kind, text),) = texts(framed)
    assert kind == "localhost sites"
    assert text == (
        "sid of http://app.localhost/f in a page of http://shop.localhost:"
        " Chromium 156 dropped it: r (seen)"
    )
    ((kind, text),) = texts(unsent("http://app.localhost/f", top="http://127.0.0.1"))
    assert kind == "third party"
    assert text.endswith("GET http://app.localhost/f in a page of http://127.0.0.1: w")


def test_a_reason_from_a_rule_is_not_worded_as_seen() -> None:
    by_rule = replace(judged(why=(SECURE_OVER_HTTP,)), origin="rule")
    ((_, text),) = texts(by_rule)
    assert text.endswith("(seen; the reason is a rule: Secure over plain http)")


def test_secure_over_https_is_another_fault() -> None:
    assert texts(judged(url="https://app.test/", why=(SECURE_OVER_HTTP,))) == []


def test_a_sibling_that_turned_a_script_away() -> None:
    ((kind, _),) = texts(unsent("http://api.localhost:3000/", domain="app.localhost"))
    assert kind == "localhost sites"


def test_the_same_again_is_counted() -> None:
    event = unsent("http://127.0.0.1:3000/", domain="localhost")
    state = state_of(event, replace(event, at=3))
    assert [alarm.count for alarm in state.alarms.raised] == [2]


def redirect(exchange: str) -> list[Event]:
    asked = started(exchange)
    line = cookie(exchange, "sid")
    away = ExchangeEnded(
        at=2, cause=exchange, exchange=exchange, status=302, duration=0.1, location="/"
    )
    return [asked, line, replace(away, cache_control="no-store, private")]


def test_a_loop_is_explained_by_the_browser_even_when_its_word_comes_later() -> None:
    loop = [event for name in ("a", "b", "c") for event in redirect(name)]
    ((kind, before),) = texts(*loop)
    assert kind == "redirect loop"
    assert "Chromium" not in before
    ((_, after),) = texts(*loop, judged(why=("SameSite=None needs Secure",), fix="add Secure"))
    assert after.endswith(
        "sid is set by c; Chromium 156 dropped it: SameSite=None needs Secure (seen)"
    )
    ((_, kept),) = texts(*loop, judged("kept"))
    assert kept == before
