"""Does a session's cookie live in its browser, and until when? Every pane asks here.

What was seen on the wire counts: the last line of each cookie, and requests that brought one. A
session whose cookie nobody has seen has only the clock of its setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from session_inspector.devserver.cookies.browsers.keeping import BROWSERS, keeping_of
from session_inspector.devserver.cookies.lifetimes import last_dated_end
from session_inspector.devserver.core.events.base import Origin, Timer
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.alarms import CookieKey
from session_inspector.inspector.model.facts.fact import CookieSent, Fact, LostCookie
from session_inspector.inspector.model.facts.scopes import response_url, to_header_line
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.fold.cookies import describe_deletion
from session_inspector.inspector.model.views.selectors.real_browser import real_browser_fact

UNSEEN = "no line that sets it has been seen"


@dataclass(frozen=True, slots=True)
class CookieState:
    """One cookie of a session, and whether it lives."""

    line: CookieSet
    fact: Fact


def cookie_states(state: State, known: KnownSession, now: Seconds) -> Iterator[CookieState]:
    """Yield every cookie of a session that was ever set or deleted."""
    for scope, line in known.cookies.items():
        yield CookieState(line, _judge(state, known, scope, line, now))


def cookie_fact(state: State, known: KnownSession, now: Seconds) -> Fact:
    """Return whether any cookie of a session lives, and how long the last one does."""
    facts = [one.fact for one in cookie_states(state, known, now)]
    alive = [fact for fact in facts if fact.is_alive]
    if alive:
        return max(alive, key=_rank_end)
    if not facts:
        return Fact(is_alive=None, origin="seen", evidence=UNSEEN, why="unseen")
    deleted = [fact for fact in facts if fact.why]
    over = [fact for fact in facts if not fact.why]
    return max(over or deleted, key=lambda fact: fact.ends or 0.0)


def is_deleted(known: KnownSession) -> bool:
    """Check whether all cookies of a session have been deleted, whatever their clocks say."""
    if not known.cookies:
        return False
    return all(
        (line.is_deletion or scope in known.lost) and not _is_copy_used(known, scope, line)
        for scope, line in known.cookies.items()
    )


def is_refused(known: KnownSession) -> bool:
    """Check whether the last request that brought a session's cookie was refused."""
    return known.ending is not None and known.ending.life == "refused"


def is_dead(known: KnownSession) -> bool:
    """Check whether no cookie of a session counts, whatever their clocks say."""
    return is_deleted(known) or is_refused(known)


def seen_end(known: KnownSession) -> Seconds | None:
    """Return when the last live line of a session's cookie ends; None: with the browser."""
    ends: Seconds | None = 0.0
    for scope, line in known.cookies.items():
        if line.is_deletion or scope in known.lost:
            continue
        end = _end_of(known, line)
        if end is None:
            return None
        ends = max(ends or 0.0, end)
    return ends or None


def end_by_rule(known: KnownSession, timer: Timer) -> Seconds | None:
    """Return the end of a clock that a rule takes from some cookies: as their lines were seen."""
    lines = [
        line
        for scope, line in known.cookies.items()
        if not line.is_deletion and scope not in known.lost
    ]
    own = [line for line in lines if not timer.cookies or line.name in timer.cookies]
    return last_dated_end(_end_of(known, line) for line in own) or timer.ends


def names_until(known: KnownSession, ends: Seconds) -> list[str]:
    """Return the names of the cookies that the browser keeps until a moment."""
    return sorted(
        line.name
        for scope, line in known.cookies.items()
        if not line.is_deletion and scope not in known.lost and _end_of(known, line) == ends
    )


def _judge(
    state: State, known: KnownSession, scope: CookieKey, line: CookieSet, now: Seconds
) -> Fact:
    if known.sent is not None and _is_copy_used(known, scope, line):
        return _describe_copy(known.sent)
    loss = _find_loss(known, scope, line)
    if loss is not None:
        evidence = (loss.evidence or loss.why) + _name_copy(known, scope, line)
        return Fact(is_alive=False, origin=loss.origin, evidence=evidence, why=loss.why)
    if known.ended is not None and is_refused(known):
        why = known.ended.reason
        return Fact(is_alive=False, origin=known.ended.origin, evidence=why, why=why)
    real = real_browser_fact(state, line)
    if real is not None:
        return real
    dropped = _find_drop(state, known.client, line)
    if dropped:
        return Fact(is_alive=False, origin="rule", evidence=dropped, why=f"dropped: {dropped}")
    end = _end_of(known, line)
    origin, evidence = name_source(line)
    return Fact(is_alive=end is None or end > now, origin=origin, evidence=evidence, ends=end)


def name_source(line: CookieSet) -> tuple[Origin, str]:
    """Return where a line is from: a response, or a hand."""
    if line.exchange:
        return "seen", f"Set-Cookie in {line.cause}"
    return "told", f"put in by hand in {line.cause}"


def _find_loss(known: KnownSession, scope: CookieKey, line: CookieSet) -> LostCookie | None:
    """Return why a browser has a cookie no more; None: it has, as far as lines show."""
    if not line.is_deletion:
        return known.lost.get(scope)
    loss = describe_deletion(line)
    before = known.overwritten.get(scope)
    if before is None or before.is_deletion:  # as of chunks that a library sweeps by their names
        return replace(loss, why=f"{line.cause} deletes it, and {UNSEEN}")
    return loss


def _name_copy(known: KnownSession, scope: CookieKey, line: CookieSet) -> str:
    """Return who has sent a cookie that is gone; empty: nobody."""
    sent = known.sent
    if sent is None or not _was_sent_since(known, scope, line):
        return ""
    return f"; {sent.client} sent a copy in {sent.exchange}"


def _was_sent_since(known: KnownSession, scope: CookieKey, line: CookieSet) -> bool:
    """Check whether a request that began after a cookie had gone has brought it all the same."""
    sent = known.sent
    if sent is None or line.name not in sent.names:
        return False
    loss = known.lost.get(scope)
    if loss is not None:
        return sent.seq > loss.seq
    return line.is_deletion and sent.seq > line.seq


def _is_copy_used(known: KnownSession, scope: CookieKey, line: CookieSet) -> bool:
    """Check whether a copy of a cookie that is gone carries a session that is not over."""
    if known.ended is not None or line.is_deletion:
        return False
    return _was_sent_since(known, scope, line)


def _describe_copy(sent: CookieSent) -> Fact:
    evidence = f"{sent.client} sent it in {sent.exchange}, after it was gone: a copy"
    return Fact(is_alive=True, origin="seen", evidence=evidence)


def _end_of(known: KnownSession, line: CookieSet) -> Seconds | None:
    """Return when a line's time is over; None: with the browser, or who sends it obeys none."""
    if line.max_age is None:
        return None
    end = line.at + line.max_age
    sent = known.sent
    if sent is None or line.name not in sent.names or sent.seq <= line.seq:
        return end
    if sent.at >= end:
        return None  # it was sent after its end
    return end


def _find_drop(state: State, client: str, line: CookieSet) -> str:
    """Return why the browser that holds a cookie drops it; empty: it keeps it.

    A simulated browser follows Chrome's rules; of a client that is no browser nothing is known.
    """
    browser = client
    if client.startswith("lab:"):
        browser = BROWSERS[0]
    if browser not in BROWSERS:
        return ""
    url = response_url(state.exchanges.get(line.exchange), state.lab.base_url)
    keeping = keeping_of(browser, to_header_line(line), url)
    if not keeping.is_dropped:
        return ""
    return "; ".join(keeping.why)


def _rank_end(fact: Fact) -> float:
    if fact.ends is None:
        return float("inf")
    return fact.ends
