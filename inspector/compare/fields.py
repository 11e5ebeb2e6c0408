"""The comparison as lines of its board: what can be measured, and what has been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_inspector.devserver.run.locality import is_local
from session_inspector.inspector.compare.measure import REQUESTS, Measured
from session_inspector.inspector.compare.places import PRIVATE, Place, Source, address_of
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import safe

WIDTH = 20
"""Columns of a carrier in the table."""
WIDEST = 44
"""Columns of a place in the list."""
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
    "found": ("?", "warn", "it answers; you are asked before it is written to"),
    "absent": ("·", "dim", ""),
}
ROOM = (
    "Measuring makes a table, collection or prefix session_inspector_measure_… and drops it"
    " afterwards; no other row is read or written."
)


def place_fields(places: Sequence[Place]) -> tuple[Field, ...]:
    """Return a line for each place that can be measured, or cannot."""
    hint = mark_keys("<measure> measures login, roll, revoke and logout on each")
    width = max((len(place.name) for place in places if place.source != "absent"), default=0)
    lines = [_place_field(place, min(width, WIDEST)) for place in places]
    return (
        Field(depth=0, label="What is there", value=hint, tone="accent", explain=ROOM, key="head"),
        *lines,
    )


def _absent_field(place: Place) -> Field:
    mark, tone, _ = SOURCES["absent"]
    text = f"{safe(place.name, 100)}: {safe(place.problem, 200)}"
    return Field(
        depth=0,
        lead=((f"{mark} ", tone),),
        label=text,
        value="",
        tone="dim",
        explain=f"{text}. Another address: session-inspector compare URL…",
        key=place.name,
    )


def _place_field(place: Place, width: int) -> Field:
    if place.source == "absent":
        return _absent_field(place)
    mark, tone, what = SOURCES[place.source]
    what = WHAT.get(place.name, what)
    name = safe(place.name, 100)
    explain = f"{name}: {what}. "
    if place.url and place.source != "always":
        explain += ROOM
    return Field(
        depth=0,
        lead=((f"{mark} ", tone), (f"{name:{width}}  ", "plain")),
        label=what,
        value="",
        explain=explain,
        key=place.name,
    )


def comparison_fields(rows: Sequence[Measured], *, is_busy: bool) -> tuple[Field, ...]:
    """Return a line for each carrier that has been measured."""
    head = Field(
        depth=0, label=f"{'carrier':{WIDTH}}", value=HEAD, tone="accent", explain=ABOUT, key="head"
    )
    fields = [head]
    for row in rows:
        fields += _row_fields(row)
    if is_busy:
        fields.append(Field(depth=0, label="measuring …", value="", tone="dim", key="busy"))
    return tuple(fields)


def _row_fields(row: Measured) -> list[Field]:
    if row.source == "absent":
        place = Place(name=row.carrier, url="", source="absent", problem=row.problem)
        return [_absent_field(place)]
    if row.problem:
        return [_problem_field(row)]
    tone: Tone = "dim"
    if not row.is_revocable:
        tone = "warn"
    return [
        _numbers_field(row),
        _detail_field(row, "after logout", row.left, tone),
        _detail_field(row, "size limit", row.limit, "dim"),
    ]


def _problem_field(row: Measured) -> Field:
    return Field(
        depth=0,
        lead=_carrier_lead(row),
        label=" ",
        value=f"not measured: {safe(row.problem, 200)}",
        tone="bad",
        explain=f"{safe(row.carrier, 120)}: {safe(row.problem, 300)}",
        key=row.carrier,
    )


def _numbers_field(row: Measured) -> Field:
    read = _percentiles(row.read)
    roll = _percentiles(row.roll)
    revocable = "NO"
    tone: Tone = "warn"
    if row.is_revocable:
        revocable = "yes"
        tone = "good"
    return Field(
        depth=0,
        lead=_carrier_lead(row),
        label=" ",
        value=f"{row.cookie_bytes:>6} B {revocable:>10} {read:>10} {roll:>10} {row.writes:>7.1f}",
        tone=tone,
        explain=f"{safe(row.carrier, 120)}. After logout: {row.left}. Size limit: {row.limit}.",
        key=row.carrier,
    )


def _percentiles(pair: tuple[float, float]) -> str:
    return f"{pair[0]:.1f}/{pair[1]:.1f}"


def _detail_field(row: Measured, name: str, text: str, tone: Tone) -> Field:
    return Field(
        depth=1,
        label=f"{name:12}",
        value=safe(text, 100),
        tone=tone,
        key=f"{row.carrier} {name}",
    )


def _carrier_lead(row: Measured) -> tuple[tuple[str, Tone], ...]:
    return ((f"{_short_carrier(row.carrier):{WIDTH}}", "plain"),)


def _short_carrier(carrier: str) -> str:
    """Return a carrier in the width of its column: this machine's stores by kind and port."""
    name = safe(carrier.replace(" (a private file)", " (private)"), 200)
    kind, found, address = name.partition(" 127.0.0.1:")
    if found:
        name = f"{kind} :{address.partition(' ')[0]}"
    elif "://" in name and is_local(carrier) and not carrier.startswith("sqlite"):
        known, _, port = address_of(carrier)
        name = f"{safe(known, 40)} :{port}"
    if len(name) <= WIDTH:
        return name
    return name[: WIDTH - 1] + "…"
