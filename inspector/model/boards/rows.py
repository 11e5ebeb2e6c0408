"""The store's rows: live, expired but not deleted, without a browser, without an end; by user."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import Known, State
from session_inspector.inspector.model.views.ladder import end_of
from session_inspector.inspector.model.words.text import safe

NEWEST = 2000
"""Sessions that are looked at: a million at each repaint is a question for the store."""
MOST = 40
"""Users that are listed."""
BAR = 24
KINDS: tuple[tuple[str, str, Tone, str], ...] = (
    ("live", "●", "good", "Rows of sessions that a request may still use."),
    (
        "expired, not deleted",
        "◔",
        "warn",
        "No request gets them any more, and nothing has deleted them: they cost room, and lists of"
        " sessions count them as alive.\nFix: session-inspector stores prune URL counts them,"
        " --yes deletes; or let the store expire them (Redis EX, a TTL index, a cron job).",
    ),
    (
        "no browser seen",
        "◌",
        "warn",
        "Rows that no request of this run has presented: of browsers that are gone, or that never"
        " send the cookie back (Secure over http makes a new row with every request).\n"
        "Fix: look at the cookie's attributes; session-inspector stores prune URL --orphans.",
    ),
    (
        "never ends",
        "∞",
        "bad",
        "Rows without an end: nothing will ever delete them.\n"
        "Fix: write an expiry with every row; session-inspector stores prune URL --orphans.",
    ),
)


def row_fields(state: State, now: Seconds) -> tuple[Field, ...]:
    """Return what the store keeps, as far as the events tell; empty without a row."""
    newest = (state.sessions[name] for name in state.order[-NEWEST:])
    rows = [(_kind(known, now), known) for known in newest if _is_kept(known)]
    if not rows:
        return ()
    count = Counter(kind for kind, _ in rows)
    head = f"{len(rows)} in {safe(state.lab.store, 200)}"
    if len(state.order) > NEWEST:
        head += f", of the newest {NEWEST:,} sessions; all: session-inspector stores check URL"
    return (
        Field(depth=0, label="Rows", value=head, tone="accent"),
        *(_line(name, mark, tone, why, count[name], len(rows)) for name, mark, tone, why in KINDS),
        *_users(rows),
    )


def _is_kept(known: Known) -> bool:
    """Say whether a row is still there: a clock's end deletes none."""
    is_there = known.ended is None or known.ended.life == "expired"
    return known.facts.kind == "stateful" and is_there


def _kind(known: Known, now: Seconds) -> str:
    if all(timer.ends is None for timer in known.facts.timers if timer.name == "store"):
        return "never ends"
    first = end_of(known)
    if known.ended is not None or (first and first.ends is not None and first.ends <= now):
        return "expired, not deleted"
    return "no browser seen" if known.client in ("", "store") else "live"


def _line(name: str, mark: str, tone: Tone, why: str, count: int, total: int) -> Field:
    shown: Tone = tone if count else "dim"
    return Field(
        depth=1,
        lead=((f"{mark} ", shown), (f"{name:22}", "plain" if count else "dim")),
        label="",
        value=f"{count:>6}  {count / total:>4.0%}  {'█' * round(count / total * BAR)}",
        tone=shown,
        explain=why,
        key=f"kind {name}",
    )


def _users(rows: list[tuple[str, Known]]) -> Iterator[Field]:
    by_user: dict[str, Counter[str]] = {}
    for kind, known in rows:
        kinds = by_user.setdefault(known.facts.name or known.facts.sub or "–", Counter())
        kinds[kind] += 1
    heads = f"{'rows':>6}  of which"
    yield Field(depth=0, label=f"{'By user':26}", value=heads, tone="accent", key="users")
    ordered = sorted(by_user.items(), key=lambda one: (-one[1].total(), one[0]))
    for user, kinds in ordered[:MOST]:
        parts = ", ".join(f"{kinds[name]} {name}" for name, *_ in KINDS if kinds[name])
        is_clean = set(kinds) == {"live"}
        yield Field(
            depth=1,
            lead=((f"{safe(user, 24):24}", "plain"),),
            label="",
            value=f"{kinds.total():>6}  {parts}",
            tone="dim" if is_clean else "warn",
            key=f"user {user}",
        )
