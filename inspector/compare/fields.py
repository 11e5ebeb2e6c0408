"""The comparison as lines of its board: what can be measured, and what has been."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from session_inspector.inspector.compare.measure import REQUESTS, Measured
from session_inspector.inspector.compare.places import PRIVATE, Place, Source, address_of, is_local
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.words.text import safe

WIDTH, WIDEST = 20, 44
"""Columns of a carrier in the table; of a place in the list."""
HEAD = f"{'cookie':>8} {'revocable':>10} {'read ms':>10} {'roll ms':>10} {'writes':>7}"
ABOUT = (
    f"{REQUESTS} requests each, in a lab of its own; milliseconds of whole requests, p50/p99."
    " writes: session writes a request. More stores: session-inspector compare URL…"
)
WHAT = {
    "stateless": "the session in the cookie",
    "memory": "a dictionary",
    PRIVATE: "deleted afterwards",
}
SOURCES: Mapping[Source, tuple[str, Tone, str]] = {
    "always": ("✓", "good", ""),
    "named": ("✓", "good", "you named it"),
    "found": ("?", "warn", "it answers; m asks before it writes there"),
    "absent": ("·", "dim", ""),
}
ROOM = (
    "Measuring makes a table, collection or prefix session_inspector_measure_… and drops it"
    " afterwards; no other row is read or written."
)


def place_fields(places: Sequence[Place]) -> tuple[Field, ...]:
    """Return a line for each place that can be measured, or cannot."""
    hint = "m measures login, roll, revoke and logout on each"
    width = max((len(place.name) for place in places if place.source != "absent"), default=0)
    lines = [_place(place, min(width, WIDEST)) for place in places]
    return (
        Field(depth=0, label="What is there", value=hint, tone="accent", explain=ROOM, key="head"),
        *lines,
    )


def _place(place: Place, width: int = 0) -> Field:
    mark, tone, what = SOURCES[place.source]
    what = WHAT.get(place.name, what)
    name, problem = safe(place.name, 100), safe(place.problem, 200)
    lead: tuple[tuple[str, Tone], ...] = ((f"{mark} ", tone),)
    if place.source == "absent":
        return Field(
            depth=0,
            lead=lead,
            label=f"{name}: {problem}",
            value="",
            tone="dim",
            explain=f"{name}: {problem}. Another address: session-inspector compare URL…",
            key=place.name,
        )
    return Field(
        depth=0,
        lead=(*lead, (f"{name:{width}}  ", "plain")),
        label=what,
        value="",
        explain=f"{name}: {what}. {ROOM if place.url and place.source != 'always' else ''}",
        key=place.name,
    )


def compared_fields(rows: Sequence[Measured], *, is_busy: bool) -> tuple[Field, ...]:
    """Return a line for each carrier that has been measured."""
    head = Field(
        depth=0, label=f"{'carrier':{WIDTH}}", value=HEAD, tone="accent", explain=ABOUT, key="head"
    )
    return (head, *(line for row in rows for line in _lines(row)), *([_busy()] if is_busy else []))


def _busy() -> Field:
    return Field(depth=0, label="measuring …", value="", tone="dim", key="busy")


def _lines(row: Measured) -> Iterator[Field]:
    if row.source == "absent":
        yield _place(Place(name=row.carrier, url="", source="absent", problem=row.problem))
        return
    name = _short(row.carrier)
    lead: tuple[tuple[str, Tone], ...] = ((f"{name:{WIDTH}}", "plain"),)
    if row.problem:
        text = f"not measured: {safe(row.problem, 200)}"
        yield Field(
            depth=0,
            lead=lead,
            label=" ",
            value=text,
            tone="bad",
            explain=f"{safe(row.carrier, 120)}: {safe(row.problem, 300)}",
            key=row.carrier,
        )
        return
    read, roll = (f"{low:.1f}/{high:.1f}" for low, high in (row.read, row.roll))
    revocable = "yes" if row.is_revocable else "NO"
    tone: Tone = "good" if row.is_revocable else "warn"
    yield Field(
        depth=0,
        lead=lead,
        label=" ",
        value=f"{row.cookie_bytes:>6} B {revocable:>10} {read:>10} {roll:>10} {row.writes:>7.1f}",
        tone=tone,
        explain=f"{safe(row.carrier, 120)}. After logout: {row.left}. Size limit: {row.limit}.",
        key=row.carrier,
    )
    for name, text in (("after logout", row.left), ("size limit", row.limit)):
        lost = name == "after logout" and not row.is_revocable
        yield Field(
            depth=1,
            label=f"{name:12}",
            value=safe(text, 100),
            tone="warn" if lost else "dim",
            key=f"{row.carrier} {name}",
        )


def _short(carrier: str) -> str:
    """Return a carrier in the width of its column: this machine's stores by kind and port."""
    name = safe(carrier.replace(" (a private file)", " (private)"), 200)
    kind, found, address = name.partition(" 127.0.0.1:")
    if found:
        name = f"{kind} :{address.partition(' ')[0]}"
    elif "://" in name and is_local(carrier) and not carrier.startswith("sqlite"):
        known, _, port = address_of(carrier)
        name = f"{safe(known, 40)} :{port}"
    return name if len(name) <= WIDTH else name[: WIDTH - 1] + "…"
