"""What a browser did with the Set-Cookie lines of a response, by its own word and its jar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from session_inspector.devserver.attach.browser.crossings import is_embedded
from session_inspector.devserver.attach.browser.observed import Hop
from session_inspector.devserver.attach.browser.reasons import explain
from session_inspector.devserver.cookies.browsers.keeping import Keeping, keeping_of
from session_inspector.devserver.cookies.browsers.rules import (
    LONGEST_LIFE,
    BrowserName,
    limit_attribute,
)
from session_inspector.devserver.cookies.scope import cookie_path
from session_inspector.devserver.cookies.set_cookie import SetCookie, parse_set_cookie
from session_inspector.devserver.core.events.browser import CookieJudged, HeldCookie
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.masking import mask_url
from session_inspector.devserver.core.values import Seconds, Secret, fingerprint

NO_REASON = "the browser gives no reason, and no rule that we know drops it"
BROUGHT_FORWARD = "its end was brought forward: 400 days are the most"
Key = tuple[str, str]
"""(name, path) of a cookie of one host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLine:
    """One line of a response, read."""

    line: str
    cookie: SetCookie
    path: str

    @property
    def key(self) -> Key:
        """What a later line must share to replace it."""
        return self.cookie.name, self.path


def read_lines(hop: Hop) -> list[JudgedLine]:
    """Return the Set-Cookie lines of a response."""
    if not hop.set_cookies:
        return []
    request_path = hop.parts.path or "/"
    found = []
    sent_at = hop.sent_at
    for line in hop.set_cookies:
        cookie = parse_set_cookie(line, sent_at=sent_at)
        path = cookie_path(limit_attribute(cookie.path), request_path)
        found.append(JudgedLine(line=line, cookie=cookie, path=path))
    return found


def list_replaced(hops: Sequence[Hop]) -> list[frozenset[Key]]:
    """Return of each response which cookies the ones after it set."""
    found: list[frozenset[Key]] = []
    later: frozenset[Key] = frozenset()
    for hop in reversed(hops):
        found.append(later)
        later |= {line.key for line in read_lines(hop)}
    found.reverse()
    return found


def is_unclear(hop: Hop, jar: Sequence[HeldCookie], rules: BrowserName, now: Seconds) -> bool:
    """Check for a line that should be kept, has no reason against it, and is not in the jar yet."""
    return any(
        not hop.blocked.get(one.line.strip())
        and _find_held(one, jar) is None
        and _judge_by_rule(one, hop, rules, now).is_kept
        for one in read_lines(hop)
    )


def judge_hop(
    hop: Hop,
    jar: Sequence[HeldCookie],
    rules: BrowserName,
    *,
    browser: str,
    replaced: frozenset[Key],
    now: Seconds,
) -> Iterator[CookieJudged]:
    """Yield a verdict a line; none of those that a later response has replaced."""
    lines = read_lines(hop)
    for number, one in enumerate(lines):
        later = {other.key for other in lines[number + 1 :]} | replaced
        reasons = hop.blocked.get(one.line.strip(), ())
        held = _find_held(one, jar)
        if not reasons and held is None and one.key in later:
            continue
        made = _begin(one, hop, browser, now)
        if reasons:
            why, fix = explain(reasons)
            lost = replace(made, verdict="dropped", why=why, reasons=reasons, fix=fix)
            yield _mark_third_party(lost, one, hop, rules)
        elif held is not None:
            yield _judge_held(made, one.cookie)
        else:
            lost = _judge_missing(made, _judge_by_rule(one, hop, rules, now))
            yield _mark_third_party(lost, one, hop, rules)


def _begin(one: JudgedLine, hop: Hop, browser: str, now: Seconds) -> CookieJudged:
    return CookieJudged(
        at=now,
        browser=browser,
        url=mask_url(hop.url.partition("?")[0]),
        name=one.cookie.name,
        value=Secret.of(one.cookie.value),
        verdict="kept",
        path=one.path,
        top=hop.top,
        domain=one.cookie.domain,
    )


def _judge_held(made: CookieJudged, cookie: SetCookie) -> CookieJudged:
    if (cookie.max_age or 0) > LONGEST_LIFE:
        return replace(made, verdict="changed", why=(BROUGHT_FORWARD,))
    return made


def _judge_missing(made: CookieJudged, rule: Keeping) -> CookieJudged:
    """Judge a line that is not in the jar, and of which the browser said nothing."""
    if rule.what == "deletes":
        return replace(made, verdict="deleted", why=rule.why)
    why = rule.why
    if not rule.is_dropped:
        why = (NO_REASON,)
    return replace(made, verdict="dropped", why=why, origin="rule")


def _mark_third_party(
    judged: CookieJudged, one: JudgedLine, hop: Hop, rules: BrowserName
) -> CookieJudged:
    """Mark a line that was dropped for the page around it alone: on its own it would be kept."""
    if judged.verdict != "dropped" or not is_embedded(hop):
        return judged
    alone = keeping_of(rules, one.cookie, hop.url, now=judged.at)
    return replace(judged, is_third_party=not alone.is_dropped)


def _judge_by_rule(one: JudgedLine, hop: Hop, rules: BrowserName, now: Seconds) -> Keeping:
    return keeping_of(rules, one.cookie, hop.url, top=hop.top, now=now)


def _find_held(one: JudgedLine, jar: Sequence[HeldCookie]) -> HeldCookie | None:
    digest = fingerprint(one.cookie.value)
    for held in jar:
        if (held.name, held.path) == one.key and held.value.digest == digest:
            return held
    return None
