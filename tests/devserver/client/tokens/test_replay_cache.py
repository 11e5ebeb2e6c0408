"""A token that may be used once is refused until its end, and forgotten after it."""

from __future__ import annotations

from session_inspector.devserver.client.tokens.replay_cache import MOST, ReplayCache


def test_a_token_is_accepted_once_until_the_exact_second_of_its_end() -> None:
    cache = ReplayCache()
    assert cache.accept_once("a", until=100, now=10)
    assert not cache.accept_once("a", until=100, now=99)
    assert cache.accept_once("b", until=100, now=99)
    assert cache.accept_once("a", until=200, now=100)


def test_when_it_is_full_the_oldest_go_and_the_newest_stay() -> None:
    cache = ReplayCache()
    for number in range(MOST + 1):
        cache.accept_once(str(number), until=100, now=10)
    assert not cache.accept_once(str(MOST), until=100, now=10)
    assert not cache.accept_once(str(MOST - 1), until=100, now=10)
    assert cache.accept_once("0", until=100, now=10)
