"""The comparison as lines of its board."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.compare.measure import REQUESTS, Measured
from inspector.model.rows import Field, Tone
from inspector.model.text import safe

HEAD = f"{'cookie':>8} {'revocable':>10} {'read p50/p99':>14} {'roll p50/p99':>14} {'writes':>7}"


def compared_fields(rows: Sequence[Measured], *, is_busy: bool) -> tuple[Field, ...]:
    """Return a line for each carrier that has been measured."""
    title = f"{REQUESTS} requests each, milliseconds of whole requests"
    title = "measuring …" if is_busy else title
    head = Field(depth=0, label=f"{'carrier':30}", value=HEAD, tone="accent", explain=title)
    return (head, *(_line(row) for row in rows), *([_busy()] if is_busy else []))


def _busy() -> Field:
    return Field(depth=0, label="measuring …", value="", tone="dim", key="busy")


def _line(row: Measured) -> Field:
    label = f"{safe(row.carrier, 30):30}"
    if row.problem:
        text = safe(row.problem, 200)
        return Field(
            depth=0, label=label, value=f"not measured: {text}", tone="bad", key=row.carrier
        )
    read, roll = (f"{low:.1f}/{high:.1f}" for low, high in (row.read, row.roll))
    revocable = "yes" if row.is_revocable else "NO"
    tone: Tone = "good" if row.is_revocable else "warn"
    return Field(
        depth=0,
        label=label,
        value=f"{row.cookie_bytes:>6} B {revocable:>10} {read:>14} {roll:>14} {row.writes:>7.1f}",
        tone=tone,
        explain=f"After logout: {row.left}. Size limit: {row.limit}.",
        key=row.carrier,
    )
