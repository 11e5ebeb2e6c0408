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

NO_REASON = (
    "no rule that we know drops it, and the browser says nothing: a script, or a response that was"
    " not seen, may have deleted it"
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What has happened since a response, as far as it was seen when it is judged."""

    replaced: frozenset[Key] = frozenset()
    """Cookies that later responses set."""
    sent: frozenset[tuple[str, str]] = frozenset()
    """(name, value) of what later requests to its host brought."""


def list_since(hops: Sequence[Hop]) -> list[Since]:
    """Return of each response what the later ones, and their requests, show of its cookies."""
    found: list[Since] = []
    replaced: frozenset[Key] = frozenset()
    sent: dict[str | None, frozenset[tuple[str, str]]] = {}
    for hop in reversed(hops):
        host = hop.parts.hostname
        known = sent.get(host, frozenset())
        found.append(Since(replaced=replaced, sent=known))
        sent[host] = known.union(sent_pairs(hop))
        replaced = replaced.union(line.key for line in read_lines(hop))
    found.reverse()
    return found


def sent_pairs(hop: Hop) -> list[tuple[str, str]]:
    """Return the names and values that a request brought."""
    pairs = [pair.strip().partition("=") for pair in hop.header("cookie").split(";")]
    return [(name, value) for name, _, value in pairs]


def is_unclear(
    hop: Hop, jar: Sequence[HeldCookie], rules: BrowserName, *, since: Since, now: Seconds
) -> bool:
    """Check for a line that should be kept, has no reason against it, and is not in the jar yet."""
    lines = read_lines(hop)
    return any(
        not hop.blocked.get(one.line.strip())
        and one.key not in since.replaced
        and one.key not in _keys_after(lines, number)
        and _find_held(one, jar) is None
        and not _was_sent(one, since)
        and _judge_by_rule(one, hop, rules, now).is_kept
        for number, one in enumerate(lines)
    )


def judge_hop(
    hop: Hop,
    jar: Sequence[HeldCookie],
    rules: BrowserName,
    *,
    browser: str,
    since: Since,
    before: Sequence[HeldCookie],
    now: Seconds,
) -> Iterator[CookieJudged]:
    """Yield a verdict a line; none of those that were replaced before anybody could see them.

    `before` is the jar as it was before the response, or earlier.
    """
    lines = read_lines(hop)
    for number, one in enumerate(lines):
        made = _begin(one, hop, browser, now)
        reasons = hop.blocked.get(one.line.strip(), ())
        if reasons:
            why, fix = explain(reasons)
            lost = replace(made, verdict="dropped", why=why, reasons=reasons, fix=fix)
            yield _mark_third_party(lost, one, hop, rules)
        elif _find_held(one, jar) is not None or _was_sent(one, since):
            yield _judge_held(made, one.cookie)
        elif one.key in since.replaced or one.key in _keys_after(lines, number):
            continue
        elif not _has_another(one, hop, jar, before):
            lost = _judge_missing(made, _judge_by_rule(one, hop, rules, now))
            yield _mark_third_party(lost, one, hop, rules)


def _keys_after(lines: Sequence[JudgedLine], number: int) -> set[Key]:
    return {other.key for other in lines[number + 1 :]}


def _was_sent(one: JudgedLine, since: Since) -> bool:
    """Check for a later request that brought it: it was kept, whatever has become of it."""
    return bool(one.cookie.value) and (one.cookie.name, one.cookie.value) in since.sent


def _has_another(
    one: JudgedLine, hop: Hop, jar: Sequence[HeldCookie], before: Sequence[HeldCookie]
) -> bool:
    """Check for a jar that has another cookie in its place, and had it not before.

    That came after it, by whomever: nobody can say what became of the line.
    """
    known = {(held.name, held.path, held.value.digest) for held in before}
    brought = {(name, fingerprint(value)) for name, value in sent_pairs(hop)}
    return any(
        (held.name, held.path) == one.key
        and (held.name, held.path, held.value.digest) not in known
        and (held.name, held.value.digest) not in brought
        for held in jar
    )


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
    if not rule.is_dropped:
        return replace(made, verdict="missing", why=(NO_REASON,))
    return replace(made, verdict="dropped", why=rule.why, origin="rule")


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
