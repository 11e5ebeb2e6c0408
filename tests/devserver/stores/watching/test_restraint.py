"""What a watcher of a feed does less of; at the usual pace, nothing."""

from __future__ import annotations

from session_inspector.devserver.stores.feeds import PollingFeed
from session_inspector.devserver.stores.watching.pace import GENTLE, USUAL
from session_inspector.devserver.stores.watching.restraint import Restraint
from tests.devserver.stores.test_feeds import Pauses


async def test_gently_it_polls_seldom_reads_few_rows_and_rests() -> None:
    pauses = Pauses()
    restraint = Restraint(GENTLE, pauses)
    feed = PollingFeed()
    restraint.slow_down(feed)
    assert restraint.describe(feed.how) == "polling every 10 s, gently"
    assert restraint.limit(1_000) == GENTLE.most_rows
    turn, later = restraint.take_turn(range(1_000))
    assert (len(turn), len(later)) == (GENTLE.most_beside, 1_000 - GENTLE.most_beside)
    await restraint.rest(0.5)
    assert pauses == [30]


async def test_at_the_usual_pace_all_is_as_the_feed_has_it() -> None:
    pauses = Pauses()
    restraint = Restraint(USUAL, pauses)
    feed = PollingFeed()
    restraint.slow_down(feed)
    assert restraint.describe(feed.how) == "polling twice a second"
    assert restraint.limit(1_000) == 1_000
    assert restraint.take_turn("abc") == ("abc", ())
    await restraint.rest(0.5)
    assert pauses == []
