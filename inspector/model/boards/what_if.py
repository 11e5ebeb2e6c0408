"""The byte budget's what-if: which limits a session would keep with fewer or more members."""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.devserver.core.numbers import count_noun
from session_inspector.inspector.model.boards.costs import (
    EXP,
    SEALED,
    WhatIf,
    chunks_of,
    exp_size,
    header_of,
    payload_size,
    sealed_size,
)
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import KnownSession
from session_inspector.inspector.model.words.key_names import mark_keys

COOKIE = 4096
"""Bytes of name and value of one cookie (RFC 6265bis)."""
NGINX = 8190
"""Bytes of the header line that nginx and aiohttp take."""
NODE = 16_384
"""Bytes of the header line that Node takes."""
SERVERS = (("nginx, aiohttp", NGINX, 400), ("Node", NODE, 431))
"""(name, limit, status of the refusal)"""
COOKIE_NAME = "__session"
ROW_ID = 32
"""Characters of a stateful session's id in its cookie."""
STEP = 500
"""Bytes that one key press adds."""
WIDTH = 24
HINT = mark_keys(
    "<budget_drop> leaves a line out, <budget_audience> adds an audience, <budget_grow> and"
    " <budget_shrink> grow"
)


def what_if_fields(
    known: KnownSession, parts: list[tuple[str, int]], whatif: WhatIf
) -> Iterator[Field]:
    """Yield what a session would cost; `parts` are (path, bytes) of its members."""
    payload = payload_size(known, parts, whatif)
    value = sealed_size(payload + exp_size(known))
    title = whatif.describe() or HINT
    yield Field(depth=0, label="What if", value=title, tone="accent", key="whatif")
    yield _slider(whatif.grown, payload - whatif.grown)
    yield _stateless_line(value)
    yield _whole_cookie_line(value)
    for name, limit, code in SERVERS:
        yield _server_line(name, limit - header_of(COOKIE_NAME, value), code)
    small = sealed_size(len('{"id":""}') + ROW_ID + EXP)
    text = f"{small} B in 1 cookie; {payload} B in the store"
    yield _result_line("as a stateful cookie", text, is_good=True)


def _stateless_line(value: int) -> Field:
    header = header_of(COOKIE_NAME, value)
    cookies = count_noun(chunks_of(value), "cookie")
    text = f"{value} B in {cookies}; {header} B of Cookie header"
    return _result_line("as a stateless cookie", text, is_good=header <= NGINX)


def _whole_cookie_line(value: int) -> Field:
    total = len(COOKIE_NAME) + value
    if total <= COOKIE:
        return _result_line("without chunking", "kept by browsers", is_good=True)
    text = f"DROPPED by browsers: {total} of {COOKIE} B"
    return _result_line("without chunking", text, is_good=False)


def _server_line(name: str, left: int, code: int) -> Field:
    if left >= 0:
        return _result_line(f"at {name}", f"{left} B left", is_good=True)
    return _result_line(f"at {name}", f"refused with {code}: {-left} B over", is_good=False)


def _slider(grown: int, before: int) -> Field:
    """Draw how much it has grown, with marks where a limit is reached on the way."""
    line = ["─"] * WIDTH
    for limit in (COOKIE, NGINX):
        room = (limit - SEALED) * 3 // 4 - before
        if 0 < room < NODE:
            line[_column_of(room)] = "┼"
    line[_column_of(grown)] = "●"
    tone: Tone = "bad"
    if sealed_size(before + grown) <= COOKIE:
        tone = "good"
    return Field(
        depth=1,
        label=f"{'grown by':28}",
        value=f"{''.join(line)} {grown} B of claims",
        tone=tone,
        explain=f"] adds {STEP} bytes of claims. At the first mark browsers drop one cookie (4096"
        " bytes), at the second nginx refuses the header.",
        key="slider",
    )


def _column_of(count: int) -> int:
    return min(WIDTH - 1, round(count / (NODE / WIDTH)))


def _result_line(label: str, text: str, *, is_good: bool) -> Field:
    mark = "✕ "
    tone: Tone = "bad"
    if is_good:
        mark = "✓ "
        tone = "good"
    return Field(
        depth=1,
        lead=((mark, tone),),
        label=f"{label:26}",
        value=text,
        tone=tone,
        key=f"fate {label}",
    )
