"""Secrets that passed can be found again by their digest, the newest of them."""

from __future__ import annotations

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.server import KeysRotated
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret, mask_object
from session_inspector.devserver.web.reveal_cache import KEPT, RevealCache


def cookie(text: str) -> CookieSet:
    return CookieSet(at=1.0, exchange="x1", name="n", value=Secret.of(text), size=1, line_size=1)


def test_secrets_of_cookies_and_sessions_are_found_at_any_depth() -> None:
    cache = RevealCache(lambda event: None)
    data = mask_object({"accessTokens": [{"accessToken": "deep"}], "user": {"sub": "open"}})
    facts = SessionFacts(kind="stateful", sub="u", data=data, key=Secret.of("row"))
    cache.publish(SessionSeen(at=1.0, session="s", facts=facts))
    cache.publish(cookie("sealed"))
    found = [cache.reveal(Secret.of(text).digest) for text in ("deep", "row", "sealed", "open")]
    assert found == ["deep", "row", "sealed", None]


def test_events_pass_unchanged() -> None:
    events: list[Event] = []
    event = KeysRotated(at=1.0, kid="k")
    RevealCache(events.append).publish(event)
    assert events == [event]


def test_memory_is_bounded_and_use_keeps_a_secret() -> None:
    cache = RevealCache(lambda event: None)
    cache.publish(cookie("first"))
    cache.publish(cookie("second"))
    for number in range(KEPT - 1):
        cache.publish(cookie(f"more {number}"))
        cache.publish(cookie("second"))
    assert cache.reveal(Secret.of("first").digest) is None
    assert cache.reveal(Secret.of("second").digest) == "second"
