"""What a browser showed goes with it."""

from __future__ import annotations

from session_inspector.devserver.core.events.browser import BrowserStateChanged, JarSeen
from session_inspector.inspector.model.facts.browser import RealBrowserFacts
from session_inspector.inspector.model.fold.browser.jar import fold_browser


def test_a_lost_browser_has_no_jar() -> None:
    watched = BrowserStateChanged(at=1, browser="Firefox 153", state="watching")
    jar = JarSeen(at=2, browser="Firefox 153", cookies=(), readable=("a",), equal_names=("b",))
    lost = BrowserStateChanged(at=3, browser="Firefox 153", state="lost", reason="r")
    facts = fold_browser(fold_browser(RealBrowserFacts(), watched), jar)
    assert (facts.readable, facts.equal_names, facts.rules) == (("a",), ("b",), "Firefox")
    facts = fold_browser(facts, lost)
    assert (facts.state, facts.reason, facts.readable) == ("lost", "r", ())
    assert facts.equal_names == ()


def test_after_a_scenario_none_is_watched() -> None:
    watched = BrowserStateChanged(at=1, browser="Firefox 153", state="watching")
    over = BrowserStateChanged(at=2, browser="Firefox 153", state="closed", is_over=True)
    facts = fold_browser(fold_browser(RealBrowserFacts(), watched), over)
    assert facts == RealBrowserFacts()
