"""The byte budget: what a session costs, what takes the space, and what it might cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from immutables import Map

from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.boards.alarms import explain_alarm
from session_inspector.inspector.model.boards.costs import (
    SEALED,
    WhatIf,
    chunks_of,
    exp_size,
    find_inside,
    parts_of,
    payload_size,
    sealed_size,
)
from session_inspector.inspector.model.boards.what_if import (
    COOKIE,
    NGINX,
    NODE,
    WIDTH,
    what_if_fields,
)
from session_inspector.inspector.model.facts.chunks import find_chunk_problems
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.views.cookies import live_cookie_rows
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import safe

LIMITS = (("8 KB: nginx, aiohttp", NGINX), ("16 KB: Node", NODE))
NOT_READ = "not known: nothing inside could be read"
ONLY_ID = "not known: the cookie holds the id of a row, and the row was not read"
SESSION_COOKIES = ("__session", "appSession")
"""Begin the names of session cookies."""
DROP = "drop "
"""Begins the key of a line that may be left out."""
LARGE = 0.3
"""Share of the payload from which a part is marked."""
COUNTED = "name and value together, as browsers count to 4096"


def budget_fields(state: State, session: str, whatif: WhatIf, now: Seconds) -> tuple[Field, ...]:
    """Return the board of one session."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    lines = [*_header_lines(state, known), *_chunk_lines(state, known, now)]
    parts = parts_of(find_inside(known), WhatIf())
    if parts and not _is_only_id(known, parts):
        lines += what_if_fields(known, parts, whatif)
        lines += _payload_lines(known, parts, whatif)
    else:
        why = ONLY_ID if parts else NOT_READ
        lines.append(Field(depth=0, label="Payload", value=why, tone="accent", key="payload"))
    return tuple(replace(line, session=session) for line in lines)


def _is_only_id(known: KnownSession, parts: list[tuple[str, int]]) -> bool:
    """Check for a session of which only the id of its row was read, and nothing of the row."""
    return known.facts.kind == "stateful" and {path for path, _ in parts} <= {"id"}


def summarize_cost(state: State, session: str, whatif: WhatIf) -> str:
    """Return in a few words what the session costs as it might be."""
    known = state.sessions.get(session)
    if known is None:
        return ""
    parts = parts_of(find_inside(known), WhatIf())
    if not parts or _is_only_id(known, parts):
        return ""
    value = sealed_size(payload_size(known, parts, whatif) + exp_size(known))
    label = "stateless"
    if whatif.is_asked:
        label = "what if"
    return f"{label}: {value} B in {count_noun(chunks_of(value), 'cookie')}"


def _header_lines(state: State, known: KnownSession) -> Iterator[Field]:
    sent = state.alarms.sent.get(known.client)
    yield Field(depth=0, label="Cookie header", value="", tone="accent")
    if sent is None:
        text = "no request of this browser has been seen yet"
        yield Field(depth=1, label="sent", value=text, tone="dim")
        return
    for name, limit in LIMITS:
        yield _bar(name, sent.cookie_bytes, limit, explain_alarm("header too large"))
    own = {line.name for line in known.cookies.values()}
    others = [
        cookie
        for cookie in sent.cookies
        if cookie.name not in own and not cookie.name.startswith(SESSION_COOKIES)
    ]
    size = sum(cookie.size for cookie in others)
    if size:
        text = f"{size} B"
        count = sum(cookie.name.startswith("__txn_") for cookie in sent.cookies)
        if count:
            text += f", {count} of them transaction cookies of unfinished logins"
        yield Field(depth=1, label="other cookies", value=text, tone="dim")


def _chunk_lines(state: State, known: KnownSession, now: Seconds) -> Iterator[Field]:
    rows = live_cookie_rows(state, known.session, now)
    yield Field(depth=0, label="Chunk map", value=COUNTED, tone="accent")
    if not rows:
        yield Field(depth=1, label="none", value="no live cookie has been seen", tone="dim")
    for row in rows:
        size = len(row.name) + row.size
        yield _bar(row.name, size, COOKIE, explain_alarm("cookie too large"))
    sent = state.alarms.sent.get(known.client)
    if sent is None:
        return
    written = state.alarms.chunks.get(known.client, Map())
    for kind, text in find_chunk_problems(sent.cookies, written):
        yield Field(
            depth=1,
            lead=((f"⚠ {kind.upper():28}", "bad"),),
            label="",
            value=safe(text, 200),
            tone="bad",
            explain=explain_alarm(kind),
        )


def _payload_lines(
    known: KnownSession, parts: list[tuple[str, int]], whatif: WhatIf
) -> Iterator[Field]:
    payload = known.facts.size
    head = f"{payload} bytes of JSON, the largest first"
    if known.facts.encoding != "JSON":
        encoding = safe(known.facts.encoding, 40) or "its row"
        head = f"{payload} bytes of {encoding}; its members as JSON, the largest first"
    yield Field(depth=0, label="Payload", value=head, tone="accent", key="payload")
    for path, count in parts:
        share = 0.0
        if payload:
            share = count / payload
        yield _part_line(path, count, share, is_dropped=path in whatif.dropped)
    if known.facts.kind == "stateless":
        yield _overhead_line(known)


def _part_line(path: str, count: int, share: float, *, is_dropped: bool) -> Field:
    mark = "· "
    tone: Tone = "plain"
    if is_dropped:
        mark = "✗ "
        tone = "dim"
    elif share > LARGE:
        tone = "warn"
    bar = "█" * round(share * WIDTH)
    return Field(
        depth=1,
        lead=((mark, tone), (f"{safe(path, 26):26}  ", tone)),
        label="",
        value=f"{bar:{WIDTH}} {count:>5} B {share:>4.0%}",
        tone=tone,
        explain=mark_keys(
            "<budget_drop> leaves it out, to see what the session would cost without it."
        ),
        key=f"{DROP}{path}",
    )


def _overhead_line(known: KnownSession) -> Field:
    payload = known.facts.size
    value = sealed_size(payload + exp_size(known))
    over = value - payload
    share = over / value
    bar = "█" * round(share * WIDTH)
    return Field(
        depth=1,
        lead=(("+ encryption and base64       ", "dim"),),
        label="",
        value=f"{bar:{WIDTH}} {over:>5} B {share:>4.0%} of the value",
        tone="dim",
        explain=f"Encryption adds {SEALED} characters (JWE header, IV, tag); base64 turns three"
        " bytes into four characters.",
        key="overhead",
    )


def _bar(label: str, count: int, limit: int, explain: str) -> Field:
    filled = min(WIDTH, round(count / limit * WIDTH))
    bar = "█" * filled + "░" * (WIDTH - filled)
    return Field(
        depth=1,
        label=f"{safe(label, 28):28}",
        value=f"{bar} {count} of {limit} B",
        tone=_tone_of_share(count / limit),
        explain=explain,
        key=f"bar {label} {limit}",
    )


def _tone_of_share(share: float) -> Tone:
    if share > 1:
        return "bad"
    if share > 0.8:
        return "warn"
    return "good"


def first_droppable(fields: Sequence[Field]) -> str:
    """Return the key of the first line of the payload; empty without one."""
    return next((row.key for row in fields if row.key.startswith(DROP)), "")
