"""Facts of a session of any framework: as much as its cookie and its row hold, and no guess."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from session_inspector.devserver.attach.row_content import ForeignRow
from session_inspector.devserver.attach.visitors.unverified import (
    UNFIT,
    WRONG_SECRET,
    describe_lack,
    name_format,
)
from session_inspector.devserver.attach.visitors.visitor_content import find_visitor
from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.core.events.base import Kind, SessionFacts, Timer
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import (
    Json,
    JsonObject,
    Seconds,
    Secret,
    fingerprint,
    mask_object,
)
from session_inspector.devserver.decoders.assumed import assumed_life
from session_inspector.devserver.decoders.base import Decoded, ago
from session_inspector.devserver.decoders.members import ACCESS_TOKENS, CEILINGS, TOKEN_ENDS
from session_inspector.devserver.decoders.subject import find_label, find_subject, token_claims
from session_inspector.devserver.session.policy import part
from session_inspector.devserver.stores.base import NEVER_LIVE

IDS = ("sid", "session_id", "sessionId")
ID_TOKENS = ("id_token", "idToken")
LOGIN_TIME = "auth_time"
"""The claim of OpenID Connect that says when the user logged in, whenever the token was issued."""
DEEPEST = 6
BY_DEFAULT = "the framework's default: the app may have set another life"
BY_ITS_EXPIRES = "its server refuses it from the Expires of its cookie on, whatever its seal says"
BY_ITS_LINE = "its server checks the life that its Set-Cookie line has, from its time stamp"
OF_THE_COOKIE = ("cookie", "sealed")
"""Clocks that only the cookie shows."""
OF_THE_POLICY = ("inactivity", "absolute")
"""Clocks of nextjs-auth0 that are counted by the configuration, here as there."""


@dataclass(frozen=True, slots=True)
class CookieEnd:
    """When the browser forgets a cookie, by the line that set it."""

    ends: Seconds | None
    """None: with the browser session."""
    is_by_expires: bool = False
    """By an Expires, and no Max-Age."""


def stable_name(found: Decoded) -> str:
    """Return the fingerprint of a session by an identity that no write changes; empty: none.

    That is its id in a store, or the provider's session id (else the user) with the login's time:
    of what nobody has verified, anybody may have written these two.
    """
    if found.session_id:
        return fingerprint(found.session_id)
    if found.problem in UNFIT or not found.is_verified:
        return ""
    internal = part(found.payload, "internal")
    created = to_number(internal.get("createdAt"))
    if created is None and "iat" in found.header and "uat" in found.header:
        created = to_number(found.header.get("iat"))  # express-openid-connect, nextjs-auth0 v3
    if created is None:
        return ""
    sub = part(found.payload, "user").get("sub")
    holder = internal.get("sid") or sub or find_subject(found.payload)
    return fingerprint(f"{holder}|{internal.get('createdAt', created)}")


def cookie_facts(found: Decoded, at: Seconds, browser: CookieEnd | None) -> SessionFacts:
    """Return the facts of an opened cookie; `at` is when it was seen."""
    shown = mask_object(found.payload)
    if found.session_id and shown.get("id") == found.session_id:
        shown["id"] = Secret.of(found.session_id)
    kind: Kind = "stateless"
    key = None
    if found.session_id:
        kind = "stateful"
        key = Secret.of(found.session_id)
    claims: JsonObject = found.payload
    if found.problem == WRONG_SECRET:
        claims = {}  # anybody may have written them: they are shown, and name nobody
    return SessionFacts(
        kind=kind,
        sub=_find_sub(claims),
        name=find_label(claims) or name_format(found),
        sid=_find_sid(claims),
        created_at=_find_beginning(found) or 0,
        written_at=at,
        size=len(stringify(found.payload)),
        timers=tuple(_cookie_timers(found, browser)),
        data=shown,
        key=key,
        unverified=describe_lack(found),
        visitor=find_visitor(found),
        clock_offset=found.clock_offset,
    )


def _find_beginning(found: Decoded) -> Seconds | None:
    """Return when a session began, by what is in its cookie; None: only its last write is there."""
    if not found.traits.is_issued_anew:
        return found.issued
    members = found.traits.time_members
    if members is not None and members.lifetime:
        return to_number(part(found.payload, members.inside).get(members.created))
    return to_number(found.payload.get(LOGIN_TIME))


def _cookie_timers(found: Decoded, browser: CookieEnd | None) -> Iterator[Timer]:
    if found.expires is not None:
        yield _sealed_timer(found, found.expires, browser)
    if browser is not None:
        yield Timer(name="cookie", ends=browser.ends, ends_session=browser.ends is not None)
    yield from _inner_timers(found.payload)


def _sealed_timer(found: Decoded, ends: Seconds, browser: CookieEnd | None) -> Timer:
    """Return the clock of a cookie's value; without an end inside, by which rule it has one."""
    life = assumed_life(found)
    line_end = _find_line_end(found, browser)
    if line_end is not None and line_end < ends:
        return Timer(name="sealed", ends=line_end, ends_session=True, rule=BY_ITS_EXPIRES)
    if life is None:
        return Timer(name="sealed", ends=ends, ends_session=True, clock_offset=found.clock_offset)
    if found.traits.is_stamp_life_told and browser is not None and browser.ends is not None:
        return Timer(name="sealed", ends=browser.ends, ends_session=True, rule=BY_ITS_LINE)
    rule = f"{ago(life)} from its time stamp, {BY_DEFAULT}"
    return Timer(name="sealed", ends=ends, ends_session=True, rule=rule, is_assumed=True)


def _find_line_end(found: Decoded, browser: CookieEnd | None) -> Seconds | None:
    """Return the end that a cookie's line shows where servers obey it; None: it shows none."""
    if not found.traits.is_line_end_obeyed or browser is None or not browser.is_by_expires:
        return None
    return browser.ends


def row_facts(
    row: ForeignRow,
    key: str,
    at: Seconds,
    cookie: SessionFacts | None,
    clock_offset: Seconds = 0.0,
) -> SessionFacts:
    """Return the facts of a row, joined with those of the cookie that names it.

    `clock_offset` is how far the clock of the app that writes it is ahead of ours.
    """
    data = row.content.data
    timers: list[Timer] = []
    created = row.content.created
    login = ""
    if cookie is not None:
        timers += cookie_clocks(cookie)
        login = cookie.login
        if login or not created:
            created = cookie.created_at
    timers += _row_timers(row, clock_offset)
    return SessionFacts(
        kind="stateful",
        sub=_find_sub(data),
        name=name_row(row),
        sid=_find_sid(data),
        created_at=created or 0,
        written_at=at,
        size=row.size,
        timers=tuple(timers),
        data=mask_object(data),
        key=Secret.of(key),
        unusable=row.content.refused,
        layout=row.layout,
        encoding=row.encoding,
        login=login,
        visitor=row.content.visitor,
        clock_offset=clock_offset,
    )


def name_row(row: ForeignRow) -> str:
    """Return whose row it is, for people."""
    if row.content.refused:
        return "unreadable row"
    why = "" if row.content.data else row.content.note  # else it says what kind of row it is
    return find_label(row.content.data) or why or "no user"


def cookie_clocks(cookie: SessionFacts) -> list[Timer]:
    """Return the clocks of a cookie whose row is known: of its seal, and of the browser.

    The row is the session, and the cookie only its key: a browser that deletes it ends nothing that
    the framework would refuse.
    """
    found = [timer for timer in cookie.timers if timer.name in OF_THE_COOKIE]
    return [replace(t, ends_session=t.ends_session and t.name == "sealed") for t in found]


def native_row_facts(
    facts: SessionFacts, row_ends: Seconds | None, cookie: SessionFacts | None
) -> SessionFacts:
    """Return facts of a row of nextjs-auth0 in an app's store, which were made by our own policy.

    The SDK obeys the cookie's seal and the row: for as long as the store has it. The policy's
    clocks are counted beside them, and say nothing of the cookie.
    """
    timers: list[Timer] = []
    if cookie is not None:
        timers = cookie_clocks(cookie)
    if row_ends == NEVER_LIVE:
        row_ends = None  # no moment: why the app does not find the row is in `unusable`
    timers.append(Timer(name="store", ends=row_ends, ends_session=row_ends is not None))
    for timer in facts.timers:
        if timer.name in OF_THE_POLICY:
            timers.append(replace(timer, ends_session=False))
        elif timer.name not in (*OF_THE_COOKIE, "store"):
            timers.append(timer)
    return replace(facts, timers=tuple(timers))


def _row_timers(row: ForeignRow, clock_offset: Seconds) -> Iterator[Timer]:
    """Yield the store's clock, those inside the row, and those of its data, which end nothing."""
    ends = row.store_expires
    yield Timer(name="store", ends=ends, ends_session=ends is not None and row.is_store_obeyed)
    inner = [end.to_timer(clock_offset) for end in row.content.ends]
    yield from inner
    named = {timer.name for timer in inner}
    for timer in _inner_timers(row.content.data):
        if timer.name not in named:
            yield replace(timer, ends_session=False)


def _find_sub(data: JsonObject) -> str:
    sub = part(data, "user").get("sub") or data.get("sub")
    if isinstance(sub, str):
        return sub
    return find_subject(data).partition(" · ")[0]


def _find_sid(data: JsonObject) -> str:
    found = part(data, "internal").get("sid")
    if not found:
        found = next((data[name] for name in IDS if name in data), "")
    if not found:
        found = next(_token_sids(data, 0), "")
    return found if isinstance(found, str) else ""


def _token_sids(value: Json, depth: int) -> Iterator[str]:
    """Yield the session ids that ID tokens name, wherever they lie."""
    if depth > DEEPEST or not isinstance(value, dict):
        return
    for key, member in value.items():
        if isinstance(member, str) and key in ID_TOKENS:
            sid = token_claims(member).get("sid")
            if isinstance(sid, str) and sid:
                yield sid
        else:
            yield from _token_sids(member, depth + 1)


def _inner_timers(value: Json) -> Iterator[Timer]:
    """Yield the first access token's end and the provider's ceiling, wherever they lie."""
    found: dict[str, Timer] = {}
    for timer in _all_inner_timers(value, 0):
        found.setdefault(timer.name, timer)
    yield from found.values()


def _all_inner_timers(value: Json, depth: int) -> Iterator[Timer]:
    if depth > DEEPEST or not isinstance(value, dict):
        return
    for key, member in value.items():
        moment = to_number(member)
        if moment is not None and key in CEILINGS:
            yield Timer(name="ceiling", ends=moment, ends_session=True)
        elif moment is not None and key in TOKEN_ENDS:
            yield Timer(name="access_token", ends=moment)
        elif isinstance(member, str) and key in ACCESS_TOKENS:
            ends = to_number(token_claims(member).get("exp"))
            if ends is not None:
                yield Timer(name="access_token", ends=ends)
        else:
            yield from _all_inner_timers(member, depth + 1)
