"""The store's rows: live, expired but not deleted, without a browser, without an end; by user."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.views.clocks import find_end
from session_inspector.inspector.model.views.liveness import is_row_kept
from session_inspector.inspector.model.words.text import safe

NEWEST = 2000
"""Sessions that are read: a million at each repaint is a question for the store."""
MOST = 40
"""Users that are listed."""
BAR = 24


@dataclass(frozen=True, slots=True)
class RowKind:
    """What a row may be."""

    name: str
    mark: str
    tone: Tone
    explain: str


KINDS = (
    RowKind("live", "●", "good", "Rows of sessions that a request may still use."),
    RowKind(
        "expired, not deleted",
        "◔",
        "warn",
        "No request gets them any more, and nothing has deleted them: they take space, and lists"
        " of sessions count them as alive.\nFix: session-inspector stores prune URL counts them,"
        " --yes deletes; or let the store expire them (Redis EX, a TTL index, a cron job).",
    ),
    RowKind(
        "no browser seen",
        "◌",
        "warn",
        "Rows that no request of this run has presented: of browsers that are gone, or that never"
        " send the cookie back (Secure over http makes a new row with every request).\n"
        "Fix: check the cookie's attributes; session-inspector stores prune URL --orphans.",
    ),
    RowKind(
        "never ends",
        "∞",
        "bad",
        "Rows without an end: nothing will ever delete them.\n"
        "Fix: write an expiry with every row; session-inspector stores prune URL --orphans.",
    ),
)


def row_fields(state: State, now: Seconds) -> tuple[Field, ...]:
    """Return what the store keeps, as far as events show; empty without a row."""
    rows = _collect_rows(state, now)
    if not rows:
        return ()
    counts = Counter(kind for kind, _ in rows)
    head = f"{len(rows)} in {safe(state.lab.store, 200)}"
    if len(state.order) > NEWEST:
        head += f", of the newest {NEWEST:,} sessions; all: session-inspector stores check URL"
    return (
        Field(depth=0, label="Rows", value=head, tone="accent"),
        *(_kind_line(kind, counts[kind.name], len(rows)) for kind in KINDS),
        *_user_lines(rows),
    )


def _collect_rows(state: State, now: Seconds) -> list[tuple[str, KnownSession]]:
    """Return (name of its kind, session) of the newest sessions that have a row."""
    newest = (state.sessions[name] for name in state.order[-NEWEST:])
    return [
        (_find_kind(known, now), known)
        for known in newest
        if known.facts.kind == "stateful" and is_row_kept(known)
    ]


def _find_kind(known: KnownSession, now: Seconds) -> str:
    if all(timer.ends is None for timer in known.facts.timers if timer.name == "store"):
        return "never ends"
    if known.ended is not None or _has_run_out(known, now):
        return "expired, not deleted"
    if known.client in ("", "store"):
        return "no browser seen"
    return "live"


def _has_run_out(known: KnownSession, now: Seconds) -> bool:
    first = find_end(known)
    if first is None or first.ends is None:
        return False
    return first.ends <= now


def _kind_line(kind: RowKind, count: int, total: int) -> Field:
    tone: Tone = "dim"
    name_tone: Tone = "dim"
    if count:
        tone = kind.tone
        name_tone = "plain"
    share = count / total
    return Field(
        depth=1,
        lead=((f"{kind.mark} ", tone), (f"{kind.name:22}", name_tone)),
        label="",
        value=f"{count:>6}  {share:>4.0%}  {'█' * round(share * BAR)}",
        tone=tone,
        explain=kind.explain,
        key=f"kind {kind.name}",
    )


def _user_lines(rows: list[tuple[str, KnownSession]]) -> Iterator[Field]:
    by_user: dict[str, Counter[str]] = {}
    for kind, known in rows:
        counts = by_user.setdefault(known.facts.name or known.facts.sub or "–", Counter())
        counts[kind] += 1
    head = f"{'rows':>6}  of which"
    yield Field(depth=0, label=f"{'By user':26}", value=head, tone="accent", key="users")
    ordered = sorted(by_user.items(), key=lambda one: (-one[1].total(), one[0]))
    for user, counts in ordered[:MOST]:
        yield _user_line(user, counts)


def _user_line(user: str, counts: Counter[str]) -> Field:
    parts = [f"{counts[kind.name]} {kind.name}" for kind in KINDS if counts[kind.name]]
    tone: Tone = "warn"
    if set(counts) == {"live"}:
        tone = "dim"
    return Field(
        depth=1,
        lead=((f"{safe(user, 24):24}", "plain"),),
        label="",
        value=f"{counts.total():>6}  {', '.join(parts)}",
        tone=tone,
        key=f"user {user}",
    )
