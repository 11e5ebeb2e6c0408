"""The comparison as lines of its board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inspector.compare.measure import REQUESTS, Measured
from inspector.model.rows import Field, Tone
from inspector.model.text import safe

WIDTH = 20
HEAD = f"{'cookie':>8} {'revocable':>10} {'read ms':>10} {'roll ms':>10} {'writes':>7}"
ABOUT = (
    f"{REQUESTS} requests each, in a lab of its own; milliseconds of whole requests, p50/p99."
    " writes: session writes a request. More stores: session-inspector compare URL…"
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
    name = safe(row.carrier, 200)
    name = name if len(name) <= WIDTH else name[: WIDTH - 1] + "…"
    lead: tuple[tuple[str, Tone], ...] = ((f"{name:{WIDTH}}", "plain"),)
    if row.problem:
        text = f"not measured: {safe(row.problem, 200)}"
        yield Field(depth=0, lead=lead, label=" ", value=text, tone="bad", key=row.carrier)
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
