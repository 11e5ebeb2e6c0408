"""The byte budget: what a session costs, what takes the space, and what if it were otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from immutables import Map

from session_inspector.devserver.core.values import Secret, Shown
from session_inspector.inspector.model.boards.alarms import explained
from session_inspector.inspector.model.facts.alarms import chunk_problems, orphans
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import Known, State
from session_inspector.inspector.model.views.select import cookie_rows
from session_inspector.inspector.model.words.text import safe

COOKIE, NGINX, NODE = 4096, 8190, 16_384
"""Bytes: name and value of one cookie (RFC 6265bis); header line of nginx and aiohttp; of Node."""
LIMITS = (("8 KB: nginx, aiohttp", NGINX), ("16 KB: Node", NODE))
CHUNK = 3500
SEALED = 39 + 1 + 1 + 16 + 1 + 1 + 22
"""Characters of a compact JWE beside its ciphertext: header, dots, IV, tag."""
EXP = len(',"exp":1760000000')
AUDIENCE = 1300
"""Bytes an access token for one more audience adds: a JWT of 1.1 KB, its scope and times."""
STEP = 500
DROP = "drop "
"""Begins the key of a line that may be left out."""
WIDTH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A session as it might be."""

    dropped: frozenset[str] = frozenset()
    """Paths of members that are left out: `tokenSet.idToken`."""
    audiences: int = 0
    """Further access tokens."""
    grown: int = 0
    """Bytes of further claims."""

    @property
    def is_asked(self) -> bool:
        """True when anything is otherwise."""
        return bool(self.dropped or self.audiences or self.grown)


def sealed_size(payload: int) -> int:
    """Return characters of a sealed cookie's value for `payload` bytes of JSON."""
    return SEALED + ceil(payload * 4 / 3)


def chunks_of(value: int) -> int:
    """Return how many cookies a value of so many characters takes."""
    return max(1, ceil(value / CHUNK))


def header_of(name: str, value: int) -> int:
    """Return bytes of the Cookie header that carries a value, chunk names and all."""
    count = chunks_of(value)
    if count == 1:
        return len("Cookie: ") + len(name) + 1 + value
    names = sum(len(f"{name}__{number}=") for number in range(count))
    return len("Cookie: ") + names + value + 2 * (count - 1)


def json_size(value: Shown) -> int:
    """Return bytes of a value as compact JSON; a masked secret counts with its length."""
    if isinstance(value, Secret):
        return value.length + 2
    if isinstance(value, dict):
        members = sum(json_size(name) + 1 + json_size(member) for name, member in value.items())
        return 2 + members + max(0, len(value) - 1)
    if isinstance(value, list):
        return 2 + sum(map(json_size, value)) + max(0, len(value) - 1)
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def parts_of(data: Mapping[str, Shown], whatif: WhatIf) -> list[tuple[str, int]]:
    """Return (path, bytes) of members and of the members of those, the largest first."""
    parts: list[tuple[str, int]] = []
    for name, value in data.items():
        cost = json_size(name) + 2
        if isinstance(value, dict) and value:
            for inner, member in value.items():
                parts.append((f"{name}.{inner}", json_size(inner) + 2 + json_size(member)))
            parts.append((f"{name} {{}}", cost + 2))
        elif isinstance(value, list) and value:
            parts += [(f"{name}[{n}]", json_size(v) + 1) for n, v in enumerate(value)]
            parts.append((f"{name} []", cost + 2))
        else:
            parts.append((name, cost + json_size(value)))
    kept = [part for part in parts if part[0] not in whatif.dropped]
    return sorted(kept, key=lambda part: -part[1])


def budget_fields(state: State, session: str, whatif: WhatIf) -> tuple[Field, ...]:
    """Return the board of one session."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    parts = parts_of(known.facts.data, WhatIf())
    payload = known.facts.size
    return (
        *_headers(state, known),
        *_chunks(state, known),
        *_whatif(known, parts, whatif),
        *_payload(known, parts, payload, whatif),
    )


def cost_of(state: State, session: str, whatif: WhatIf) -> str:
    """Return in a few words what the session costs as it might be."""
    known = state.sessions.get(session)
    if known is None:
        return ""
    value = sealed_size(_after(known, parts_of(known.facts.data, WhatIf()), whatif) + _exp(known))
    count = chunks_of(value)
    label = "what if" if whatif.is_asked else "stateless"
    return f"{label}: {value} B in {count} cookie{'s' * (count > 1)}"


def _after(known: Known, parts: list[tuple[str, int]], whatif: WhatIf) -> int:
    """Return bytes of the payload as it might be."""
    saved = sum(count for path, count in parts if path in whatif.dropped)
    return known.facts.size - saved + whatif.audiences * AUDIENCE + whatif.grown


def _headers(state: State, known: Known) -> Iterator[Field]:
    sent = state.watch.sent.get(known.client)
    yield Field(depth=0, label="Cookie header", value="", tone="accent")
    if sent is None:
        text = "no request of this browser has been seen yet"
        yield Field(depth=1, label="sent", value=text, tone="dim")
        return
    for name, limit in LIMITS:
        yield _bar(name, sent.cookie_bytes, limit, explained("header too large"))
    others = sum(c.size for c in sent.cookies if not c.name.startswith(("__session", "appSession")))
    if others:
        count = sum(c.name.startswith("__txn_") for c in sent.cookies)
        text = f"{others} B, {count} of them transaction cookies of unfinished logins"
        yield Field(depth=1, label="other cookies", value=text, tone="dim")


def _chunks(state: State, known: Known) -> Iterator[Field]:
    rows = [row for row in cookie_rows(state, known.session) if not row.is_deleted]
    yield Field(depth=0, label="Chunk map", value="", tone="accent")
    if not rows:
        yield Field(depth=1, label="none", value="no live cookie has been seen", tone="dim")
    for row in rows:
        yield _bar(row.name, len(row.name) + row.size, COOKIE, explained("cookie too large"))
    sent = state.watch.sent.get(known.client)
    if sent is None:
        return
    jar = set(state.watch.jars.get(known.client, Map()))
    for kind, text in [*chunk_problems(sent.cookies), *orphans(sent.cookies, jar)]:
        yield Field(
            depth=1,
            lead=((f"⚠ {kind.upper():28}", "bad"),),
            label="",
            value=safe(text, 200),
            tone="bad",
            explain=explained(kind),
        )


def _payload(
    known: Known, parts: list[tuple[str, int]], payload: int, whatif: WhatIf
) -> Iterator[Field]:
    said = f"{payload} bytes of JSON, the largest first"
    yield Field(depth=0, label="Payload", value=said, tone="accent", key="payload")
    for path, count in parts:
        share = count / payload if payload else 0
        is_dropped = path in whatif.dropped
        tone: Tone = "dim" if is_dropped else "warn" if share > 0.3 else "plain"
        yield Field(
            depth=1,
            lead=(("✗ " if is_dropped else "· ", tone), (f"{safe(path, 26):26}  ", tone)),
            label="",
            value=f"{'█' * round(share * WIDTH):{WIDTH}} {count:>5} B {share:>4.0%}",
            tone=tone,
            explain="Space leaves it out, to see what the session would cost without it.",
            key=f"{DROP}{path}",
        )
    if known.facts.kind == "stateless":
        value = sealed_size(payload + _exp(known))
        over = value - payload
        bar = "█" * round(over / value * WIDTH)
        yield Field(
            depth=1,
            lead=(("+ encryption and base64       ", "dim"),),
            label="",
            value=f"{bar:{WIDTH}} {over:>5} B {over / value:>4.0%} of the value",
            tone="dim",
            explain=f"Encryption adds {SEALED} characters (JWE header, IV, tag); base64 makes four"
            " characters of three bytes.",
            key="overhead",
        )


def _exp(known: Known) -> int:
    """Return bytes the end adds when it is sealed; a stateless session has it already."""
    return 0 if "exp" in known.facts.data else EXP


def _whatif(known: Known, parts: list[tuple[str, int]], whatif: WhatIf) -> Iterator[Field]:
    after = _after(known, parts, whatif)
    value = sealed_size(after + _exp(known))
    header = header_of("__session", value)
    title = _asked(whatif) or "space leaves a line out, a adds an audience, ] and [ grow"
    yield Field(depth=0, label="What if", value=title, tone="accent", key="whatif")
    yield _slider(whatif.grown, after - whatif.grown)
    count, whole = chunks_of(value), len("__session") + value
    text = f"{value} B in {count} cookie{'s' * (count > 1)}; {header} B of Cookie header"
    yield _fate("as a stateless cookie", text, is_good=header <= NGINX)
    fate = "kept by browsers" if whole <= COOKIE else f"DROPPED by browsers: {whole} of {COOKIE} B"
    yield _fate("without chunking", fate, is_good=whole <= COOKIE)
    for name, limit, code in (("nginx, aiohttp", NGINX, "400"), ("Node", NODE, "431")):
        left = limit - header
        said = f"{left} B left" if left >= 0 else f"refused with {code}: {-left} B over"
        yield _fate(f"at {name}", said, is_good=left >= 0)
    small = sealed_size(len('{"id":""}') + 32 + EXP)
    text = f"{small} B in 1 cookie; {after} B in the store"
    yield _fate("as a stateful cookie", text, is_good=True)


def _asked(whatif: WhatIf) -> str:
    asked = [f"without {', '.join(sorted(whatif.dropped))}"] if whatif.dropped else []
    more = whatif.audiences
    asked += [f"{more} more audience{'s' * (more > 1)}"] if more else []
    asked += [f"{whatif.grown:+} B of claims"] if whatif.grown else []
    return safe(" · ".join(asked), 120)


def _slider(grown: int, before: int) -> Field:
    """Draw how much it has grown, with the places where something breaks on the way."""
    scale = NODE / WIDTH
    at = min(WIDTH - 1, round(grown / scale))
    line = ["─"] * WIDTH
    for limit in (COOKIE, NGINX):
        room = (limit - SEALED) * 3 // 4 - before
        if 0 < room < NODE:
            line[min(WIDTH - 1, round(room / scale))] = "┼"
    line[at] = "●"
    tone: Tone = "good" if sealed_size(before + grown) <= COOKIE else "bad"
    return Field(
        depth=1,
        label=f"{'grown by  (keys [ and ])':28}",
        value=f"{''.join(line)} {grown} B of claims",
        tone=tone,
        explain="] adds 500 bytes of claims. The first mark is where browsers drop one cookie (4096"
        " bytes), the second where nginx refuses the header.",
        key="slider",
    )


def _fate(label: str, text: str, *, is_good: bool) -> Field:
    tone: Tone = "good" if is_good else "bad"
    mark = (("✓ " if is_good else "✕ ", tone),)
    return Field(
        depth=1, lead=mark, label=f"{label:26}", value=text, tone=tone, key=f"fate {label}"
    )


def _bar(label: str, count: int, limit: int, explain: str) -> Field:
    share = count / limit
    filled = min(WIDTH, round(share * WIDTH))
    bar = "█" * filled + "░" * (WIDTH - filled)
    return Field(
        depth=1,
        label=f"{safe(label, 28):28}",
        value=f"{bar} {count} of {limit} B",
        tone=_tone(count, limit),
        explain=explain,
        key=f"bar {label} {limit}",
    )


def _tone(count: int, limit: int) -> Tone:
    return "bad" if count > limit else "warn" if count > 0.8 * limit else "good"
