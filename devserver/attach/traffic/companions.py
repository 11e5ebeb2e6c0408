"""What the cookies that no decoder knows add to a session: their names, their clocks, its length.

Beside a refresh cookie, a token in another cookie is renewed: its end is not the session's. A
refresh cookie that is a token itself is one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from session_inspector.devserver.attach.traffic.arrival import Arrival, CookieAnswer
from session_inspector.devserver.attach.traffic.endings import is_cleared
from session_inspector.devserver.attach.traffic.learned import (
    LearnedSession,
    NewCookie,
)
from session_inspector.devserver.attach.traffic.opaque import describe_cookies, is_like_session
from session_inspector.devserver.attach.traffic.paths.login_words import REMEMBER
from session_inspector.devserver.cookies.jstext import decode_component
from session_inspector.devserver.cookies.lifetimes import cookie_end, last_dated_end, only_dated
from session_inspector.devserver.core.events.base import (
    COOKIES_BESIDE,
    TOKENS_BESIDE,
    SessionFacts,
    Timer,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds, Shown
from session_inspector.devserver.decoders.base import Decoded

TOKEN = "jwt"
"""The family of tokens that no framework's format explains."""
UNKNOWN = "unknown"
RENEWS = "{}, which renews the other cookies"
"""Why the end of some cookies counts, and not that of those which live longer."""
LEFT_BY_LOGIN = "it was set before a login, which began a session of its own and left it as it was"
LIVES_LONG = "a page set it for more than 90 days, and nobody was seen to log in with it"


def is_renewable(found: Decoded, learned: LearnedSession | None) -> bool:
    """Check whether a cookie is a token that a cookie beside it renews."""
    if found.family != TOKEN or learned is None:
        return False
    return bool(learned.opaque) and not is_renewer(found, learned)


def is_renewer(found: Decoded, learned: LearnedSession | None) -> bool:
    """Check whether a cookie is a token that renews the others of a session."""
    if found.family != TOKEN or learned is None:
        return False
    return not learned.opaque.keys().isdisjoint(found.cookies)


def is_renewer_gone(learned: LearnedSession, arrival: Arrival) -> bool:
    """Check whether browsers have forgotten all that carries a session on: nobody brings it."""
    ends = [member.ends for member in learned.opaque.values()]
    is_over = bool(ends) and all(end is not None and end <= arrival.at for end in ends)
    return is_over and not learned.has_current(arrival.jar)


def without_end(found: Decoded) -> Decoded:
    """Return a token whose own end does not end the session."""
    problem = found.problem
    reason = found.reason
    if problem == "expired":
        problem = ""
        reason = ""
    return replace(found, expires=None, ends_by="", problem=problem, reason=reason)


def opaque_cookies(learned: LearnedSession, jar: Mapping[str, str]) -> Decoded:
    """Return what can be said of a session of which a jar has only unknown cookies."""
    names = tuple(name for name in learned.opaque if name in jar)
    return Decoded(
        format=UNKNOWN,
        family=UNKNOWN,
        cookies=names,
        size=sum(len(jar[name]) for name in names),
    )


def unknown_of(learned: LearnedSession) -> Decoded:
    """Return what can be said of a session from what was set, whatever the browser sends."""
    names = tuple(learned.opaque)
    size = sum(member.size for member in learned.opaque.values())
    return Decoded(format=UNKNOWN, family=UNKNOWN, cookies=names, size=size)


def opaque_facts(learned: LearnedSession, at: Seconds) -> SessionFacts:
    """Return the facts of a session whose cookies no decoder knows."""
    opaque = learned.opaque
    set_by = {name: member.set_by for name, member in opaque.items()}
    return SessionFacts(
        kind="unknown",
        sub="",
        name=describe_cookies(set_by, is_visitors=learned.is_of_visitor),
        visitor=why_visitor(learned),
        created_at=learned.began,
        written_at=at,
        size=sum(member.size for member in opaque.values()),
        timers=tuple(_cookie_timers(learned)),
        data=_describe_members(learned),
    )


def why_visitor(learned: LearnedSession) -> str:
    """Return why cookies are a visitor's; empty: they are a session's, or may be."""
    if learned.is_of_visitor:
        return LEFT_BY_LOGIN
    if learned.knows_visitors and not learned.is_used:
        return LIVES_LONG
    return ""


def join_companions(facts: SessionFacts, found: Decoded, learned: LearnedSession) -> SessionFacts:
    """Return the facts of an opened cookie with those of the unknown ones beside it."""
    if not learned.opaque:
        return facts
    data = {**facts.data, **_describe_members(learned)}
    facts = replace(facts, visitor="")  # what is beside it may bring a user back
    if not is_renewable(found, learned):
        timers = tuple(_with_longer_end(timer, learned) for timer in facts.timers)
        return replace(facts, data=data, timers=timers)
    own = [timer for timer in facts.timers if timer.name not in ("cookie", "sealed")]
    timers = (*_renewing_timers(learned, found.expires), *own)
    return replace(facts, data=data, timers=timers, created_at=learned.began or facts.created_at)


def _renewing_timers(learned: LearnedSession, token_ends: Seconds | None) -> Iterator[Timer]:
    """Yield the clocks of what renews a token, and that of the token: the last of them counts."""
    renewing = [_with_names(timer, learned) for timer in _cookie_timers(learned)]
    ends = [timer.ends for timer in renewing if timer.ends_session and timer.ends is not None]
    is_last = token_ends is not None and bool(ends) and max(ends) < token_ends
    for timer in renewing:
        yield replace(timer, ends_session=timer.ends_session and not is_last)
    if token_ends is not None:
        yield Timer(name="access_token", ends=token_ends, ends_session=is_last)


def _with_names(timer: Timer, learned: LearnedSession) -> Timer:
    """Return the clock of a cookie that renews others, with its name where theirs is later."""
    if timer.name != "cookie" or timer.ends is None or timer.rule:
        return timer
    names = tuple(sorted(_dated_members(learned)))
    others = [member for name, member in learned.members.items() if name not in learned.opaque]
    if all(member.ends is not None and member.ends <= timer.ends for member in others):
        return timer
    return replace(timer, rule=RENEWS.format(" and ".join(names)), cookies=names)


def _with_longer_end(timer: Timer, learned: LearnedSession) -> Timer:
    """Return the clock of a cookie that ends with the browser, beside one that lives on.

    Flask-Login's `remember_token` brings the session back for a year. What only knows a visitor
    again brings nobody back, though a login may set it too.
    """
    dated = {
        name: ends
        for name, ends in _dated_members(learned).items()
        if name in learned.carriers or REMEMBER.search(name)
    }
    if timer.name != "cookie" or timer.ends is not None or not dated:
        return timer
    names = " and ".join(sorted(dated))
    rule = f"{names} beside it; its own cookie ends with the browser"
    return _timer_of(dated, rule, is_assumed=True)


def _dated_members(learned: LearnedSession) -> dict[str, Seconds]:
    """Return when those cookies end whose end was seen."""
    members = learned.opaque.items()
    return only_dated({name: member.ends for name, member in members if member.set_by})


def _timer_of(dated: Mapping[str, Seconds], rule: str, *, is_assumed: bool) -> Timer:
    """Return the clock of some cookies that carry a session on, by a rule."""
    return Timer(
        name="cookie",
        ends=last_dated_end(dated.values()),
        ends_session=True,
        rule=rule,
        cookies=tuple(sorted(dated)),
        is_assumed=is_assumed,
    )


def join_tokens(facts: SessionFacts, beside: Sequence[Decoded]) -> SessionFacts:
    """Return the facts of a session with the end of the first token that lies beside its cookie.

    It ends no session: what needs the token is refused from then on.
    """
    ends = [one for one in beside if one.family == TOKEN and one.expires is not None]
    if not ends or any(timer.name == "access_token" for timer in facts.timers):
        return facts
    first = min(ends, key=lambda one: one.expires or 0)
    timer = Timer(name="access_token", ends=first.expires, where=first.cookies[0])
    return replace(facts, timers=(*facts.timers, timer))


def _cookie_timers(learned: LearnedSession) -> Iterator[Timer]:
    """Yield the clocks of the cookie that lives longest, where its end was seen.

    Of `sid`, which ends with the browser, beside `remember` for 30 days nobody knows whether the
    second carries the session on, until it has.
    """
    yield from _sealed_timers(learned)
    seen = [name for name, member in learned.opaque.items() if member.set_by]
    if not seen:
        return
    dated = _dated_members(learned)
    carriers = learned.carriers & dated.keys()
    if not dated:
        yield Timer(name="cookie", ends=None)
    elif len(dated) == len(seen):
        yield Timer(name="cookie", ends=last_dated_end(dated.values()), ends_session=True)
    elif carriers:
        rule = f"{' and '.join(sorted(carriers))} carried it on alone"
        yield _timer_of({name: dated[name] for name in carriers}, rule, is_assumed=False)
    else:
        short = " and ".join(name for name in seen if name not in dated)
        rule = f"its longest cookie; {short} ends with the browser"
        yield _timer_of(dated, rule, is_assumed=True)


def _sealed_timers(learned: LearnedSession) -> Iterator[Timer]:
    """Yield the end inside the token that renews the others, where nothing else carries them on."""
    tokens = [member.token for member in learned.opaque.values()]
    ends = [token.expires for token in tokens if token is not None and token.expires is not None]
    if ends and len(ends) == len(tokens):
        yield Timer(name="sealed", ends=max(ends), ends_session=True)


def _describe_members(learned: LearnedSession) -> dict[str, Shown]:
    """Return the cookies that carry a session on, by what is known of them, and what set each."""
    found: dict[str, dict[str, Shown]] = {}
    for name, member in learned.opaque.items():
        kind = COOKIES_BESIDE
        if member.token is not None:
            kind = TOKENS_BESIDE
        found.setdefault(kind, {})[name] = member.set_by or "not seen"
    return dict(found)


def new_cookies(
    answer: CookieAnswer,
    opened: Sequence[Decoded],
    learned: LearnedSession | None,
    named: frozenset[str],
    renewers: Mapping[str, Decoded],
) -> list[NewCookie]:
    """Return the cookies of a response that carry a session.

    `opened` are the sessions and tokens that decoders know; `named` are names that somebody said
    are a session's; `renewers` are the tokens that renew others, by their cookies.
    """
    known = {name for one in opened for name in one.cookies}
    sessions = {name for one in opened if one.role == "session" for name in one.cookies}
    method = answer.arrival.request.partition(" ")[0]
    found: list[NewCookie] = []
    own = {name: line for name, line in answer.lines.items() if name not in answer.of_visitors}
    for name, line in own.items():
        value = decode_component(line.value)
        if not value or is_cleared(line, answer.at):
            continue
        token = renewers.get(name)
        is_told = name in named or token is not None
        is_member = is_told or (learned is not None and name in learned.members)
        is_for_login = answer.is_leaving or name in answer.of_login
        is_new = not is_for_login and is_like_session(line, value, method)
        is_opaque = name not in known or token is not None
        if name in sessions or (is_opaque and (is_member or is_new)):
            ends = cookie_end(line, answer.at)
            found.append(
                NewCookie(name=name, value=value, ends=ends, is_opaque=is_opaque, token=token)
            )
    return found
