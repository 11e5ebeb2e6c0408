"""One line a request: what, when, by whom, and what came of its cookie; opened, its story below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeAlias

from session_inspector.devserver.core.numbers import MILLISECONDS, PLAIN, SIZES
from session_inspector.inspector.model.boards.lanes import LaneStep
from session_inspector.inspector.model.boards.requests import (
    FEW,
    SCANNED,
    draw_deletions,
    draw_step,
    tone_of_status,
)
from session_inspector.inspector.model.boards.stories import (
    RequestStory,
    StoryWindow,
    fold_deletions,
    lay_out_stories,
)
from session_inspector.inspector.model.facts.listing import Listing
from session_inspector.inspector.model.facts.logs import Mapped, Reversed
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.lists.columns import Column, fit_cell, plan_columns
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.queries import (
    Amount,
    Filter,
    Vocabulary,
    compile_query,
)
from session_inspector.inspector.model.words.text import clock_text, safe, size

REQUEST = "request "
"""Begins the key of a line that opens and closes."""
WIDE = 124
"""Characters from which a line has the fingerprint of its session."""
WITH_BYTES = 86
"""Characters from which a line has the bytes of the cookies that were sent."""
EFFECT = 14
"""Characters kept for what came of the cookie."""
EFFECT_WIDE = 24
SECONDS = 8
"""Characters of a time, up to its seconds."""
COLUMNS = (
    Column(name="", width=1),
    Column(name="id", width=5),
    Column(name="time", width=SECONDS, sort="time"),
    Column(name="method", width=6, sort="method"),
    Column(name="path", width=7, most=36, sort="path"),
    Column(name="status", width=7, is_right=True, sort="status"),
    Column(name="ms", width=6, is_right=True, sort="ms"),
    Column(name="who", width=9, most=24, from_width=66, sort="who"),
    Column(name="session", width=7, from_width=WIDE, sort="who"),
    Column(name="cookie in", width=9, from_width=WITH_BYTES, is_right=True, sort="cookies"),
)
Rank: TypeAlias = Any
"""What a request is sorted by: values of one sort can be compared with each other."""
SORTS: dict[str, Callable[[RequestStory], Rank]] = {
    "time": lambda story: story.started.seq,
    "ms": lambda story: -(story.milliseconds or 0),
    "status": lambda story: -story.status,
    "path": lambda story: story.path,
    "method": lambda story: story.started.method,
    "who": lambda story: story.who.lower(),
    "cookies": lambda story: -story.started.cookie_bytes,
    "effect": lambda story: story.effect[0],
}
"""Order to what ranks first in it."""
REQUESTS: Vocabulary[RequestStory] = Vocabulary(
    has_word=lambda story, word: story.has_word(word),
    parts={
        "path": lambda story: story.started.path,
        "user": lambda story: story.who,
        "client": lambda story: story.started.client,
        "cookie": lambda story: story.effect[0],
    },
    beginnings={
        "id": lambda story: story.exchange,
        "session": lambda story: story.session,
        "method": lambda story: story.started.method,
        "status": lambda story: str(story.status),
    },
    amounts={
        "status": Amount(lambda story: float(story.status), PLAIN, "status:>399"),
        "ms": Amount(lambda story: story.milliseconds, MILLISECONDS, "ms:>100"),
        "size": Amount(lambda story: float(story.started.cookie_bytes), SIZES, "size:>4k"),
    },
    flags={
        "problem": lambda story: story.has_problem,
        "provider": lambda story: story.started.party == "provider",
        "open": lambda story: story.ended is None,
    },
)
"""What the filter of the requests compares."""
OPENS = mark_keys("<open_line> shows what it did, with the requests beside it.")


@dataclass(frozen=True, slots=True)
class RequestView:
    """How a person wants the requests."""

    listing: Listing = field(default_factory=Listing)
    unfolded: frozenset[str] = frozenset()
    """Keys of the requests that are open."""
    width: int = 120
    """Characters of a line."""
    window: StoryWindow = field(default_factory=lambda: StoryWindow(SCANNED), compare=False)
    """What was read for the repaint before."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line: a request, or of an open one a step, or the deletions that follow each other."""

    story: RequestStory
    steps: tuple[LaneStep, ...] = ()


def request_lines(state: State, wanted: RequestView) -> Sequence[Field]:
    """Return the newest requests, the newest below; under each that is open its story."""
    stories = arrange(wanted.window.read(state, state.timeline), wanted.listing)
    columns = shown_columns(wanted.width)
    if wanted.unfolded:
        return _unfold(stories, state, wanted.unfolded, columns)
    return Mapped(stories, lambda story: _make_head(story, columns, is_open=False))


def _unfold(
    stories: Sequence[RequestStory],
    state: State,
    unfolded: frozenset[str],
    columns: Sequence[Column],
) -> Sequence[Field]:
    """Return lines of requests of which some are open; lanes take a third of a repaint."""
    steps = lay_out_stories(state.timeline[-SCANNED:])
    used = 1 + max((step.here for found in steps.values() for step in found), default=0)
    entries: list[_Entry] = []
    for story in stories:
        entries.append(_Entry(story))
        if key_of(story) in unfolded:
            folded = fold_deletions(steps.get(story.started.seq, ()))
            entries += (_Entry(story, found) for found in folded)

    def make(entry: _Entry) -> Field:
        if not entry.steps:
            return _make_head(entry.story, columns, is_open=key_of(entry.story) in unfolded)
        return _make_step(entry.steps, state, max(FEW, used))

    return Mapped(entries, make)


def arrange(stories: Sequence[RequestStory], listing: Listing) -> Sequence[RequestStory]:
    """Return the requests that a filter keeps, in the order that is wanted."""
    found = stories
    if listing.query.strip():
        keep = compile_requests(listing.query).keep
        found = [story for story in stories if keep(story)]
    if listing.sort:
        found = sorted(found, key=SORTS[listing.sort])
    if listing.is_reversed:
        found = Reversed(found)
    return found


def compile_requests(query: str) -> Filter[RequestStory]:
    """Return the filter of a query; a word that is wrong is named in `problem`."""
    return compile_query(query, REQUESTS)


def key_of(story: RequestStory) -> str:
    """Return the identity of a request's line."""
    return f"{REQUEST}{story.started.seq}"


def find_request(lines: Sequence[Field], state: State, exchange: str) -> int | None:
    """Return the number of a request's line; None: it is none of these."""
    started = state.exchanges.get(exchange)
    if started is None:
        return None
    key = f"{REQUEST}{started.seq}"
    return next((at for at, line in enumerate(lines) if line.key == key), None)


@lru_cache(maxsize=64)
def shown_columns(width: int) -> tuple[Column, ...]:
    """Return the columns of a line, without what came of the cookie, which ends it."""
    return plan_columns(COLUMNS, width, EFFECT_WIDE if width >= WIDE else EFFECT)


def name_columns(width: int) -> tuple[Column, ...]:
    """Return the columns with their names, the last one too."""
    name = "→ cookie out"
    if width < WITH_BYTES:
        name = "cookie"
    return (*shown_columns(width), Column(name=name, width=EFFECT - 2, sort="effect"))


def describe_listing(lines: Sequence[Field], listing: Listing) -> str:
    """Return what the title says of the order and the filter; empty: all, as it comes."""
    problem = compile_requests(listing.query).problem
    if problem:
        return f"⚠ {problem}"
    found = ""
    if listing.query.strip():
        count = sum(line.key.startswith(REQUEST) for line in lines)
        found = f"{count:,} fit the filter: {listing.query}"
    return " · ".join(part for part in (listing.order, found) if part)


def _make_step(steps: tuple[LaneStep, ...], state: State, count: int) -> Field:
    if len(steps) > 1:
        return replace(draw_deletions(steps, count=count, state=state), depth=1)
    return replace(draw_step(steps[0], count=count, state=state), depth=1)


def _make_head(story: RequestStory, columns: Sequence[Column], *, is_open: bool) -> Field:
    cells = _cells_of(story, is_open=is_open)
    effect, tone = story.effect
    started = story.started
    sent = ", ".join(f"{cookie.name} {cookie.size} B" for cookie in started.cookies)
    explain = (
        f"{started.method} {started.path} of {started.client}. It sent: {sent or 'no cookie'}."
    )
    return Field(
        depth=0,
        label="",
        lead=tuple(
            (fit_cell(cells[column.name][0], column), cells[column.name][1]) for column in columns
        ),
        value=safe(f"→ {effect}", 80),
        tone=tone,
        explain=f"{safe(explain, 600)} {OPENS}",
        key=key_of(story),
        session=story.session,
        exchange=story.exchange,
    )


def _cells_of(story: RequestStory, *, is_open: bool) -> dict[str, tuple[str, Tone]]:
    """Return (text, tone) of each column, by its name."""
    started = story.started
    return {
        "": ("▾" if is_open else "▸", "accent"),
        "id": (story.exchange, "dim"),
        "time": (clock_text(started.at)[:SECONDS], "dim"),
        "method": (started.method, "plain"),
        "path": (story.path, "plain"),
        "status": (str(story.status or "…"), tone_of_status(story.status)),
        "ms": (_spell_milliseconds(story.milliseconds), "dim"),
        "who": (story.who, "dim"),
        "session": (story.session[:6], "dim"),
        "cookie in": (size(started.cookie_bytes) if started.cookie_bytes else "–", "dim"),
    }


def _spell_milliseconds(milliseconds: float | None) -> str:
    if milliseconds is None:
        return "…"
    if milliseconds < 1000:
        return f"{milliseconds:.1f}"
    return f"{milliseconds:.0f}"
