"""The store's rows: live, or kept though no request gets them; by user.

Live means that the framework would accept it now. A live row without an end, or one that no request
of this run has presented, is live all the same, and noted below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.views.selectors.ends import find_end
from session_inspector.inspector.model.views.selectors.life import life_of
from session_inspector.inspector.model.views.selectors.row import is_row_there, row_end, row_fact
from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.model.words.watching import describe_load

NEWEST = 2000
"""Sessions that are read: a million at each repaint is a question for the store."""
MOST = 40
"""Users that are listed."""
BAR = 24
LONGEST_WATCHED = 300
WATCHED = (
    "How the rows are read, and how many commands a second that sends to the store, of all that"
    " watching sends. --gentle looks seldom, and at fewer rows, for a store that others share."
)


@dataclass(frozen=True, slots=True)
class RowKind:
    """What a row may be."""

    name: str
    mark: str
    tone: Tone
    explain: str
    query: str = ""
    """The filter that lists them."""


KINDS = (
    RowKind(
        "live",
        "●",
        "good",
        "Rows of sessions that a request may still use.",
        "state:live kind:stateful",
    ),
    RowKind(
        "expired, not deleted",
        "◔",
        "warn",
        "No request can use them any more, and nothing has deleted them: they take space, and lists"
        " of sessions count them as alive.\nFix: session-inspector stores prune URL counts them,"
        " --yes deletes; or let the store expire them (Redis EX, a TTL index, a cron job).",
        "state:expired kind:stateful",
    ),
    RowKind(
        "over, not deleted",
        "✖",
        "bad",
        "Their sessions have ended by a logout or a new login, and their rows are still there: who"
        " has a copy of the cookie may be logged in.\nFix: delete the row at the logout, not only"
        " the cookie.",
    ),
    RowKind(
        "of visitors",
        "·",
        "dim",
        "Nobody is logged in to them: the app or its framework makes one for whoever comes, for a"
        " form or a message.",
        "state:visitor",
    ),
    RowKind(
        "unreadable",
        "✖",
        "warn",
        "Their framework cannot read them, and refuses whoever brings their id.\nFix: see who"
        " writes other things under the prefix of sessions, or changed the secret.",
        "state:unusable",
    ),
)
NOTES = (
    RowKind(
        "no request seen",
        "◌",
        "dim",
        "Live rows that no request of this run has presented: of browsers that have not come yet,"
        " are gone, or never send the cookie back (Secure over http makes a new row with every"
        " request).\nIf they should be in use: check the cookie's attributes.",
    ),
    RowKind(
        "never ends",
        "∞",
        "warn",
        "Live rows without an end: nothing will ever delete them.\n"
        "Fix: write an expiry with every row; session-inspector stores prune URL --orphans.",
    ),
)
"""What may be said of live rows."""


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
        *_watching_lines(state),
        *(_kind_line(kind, counts[kind.name], len(rows)) for kind in KINDS),
        *_note_lines(rows),
        *_user_lines(rows),
    )


def _watching_lines(state: State) -> Iterator[Field]:
    """Yield how changes in the store are heard of, and what that costs it."""
    lab = state.lab
    if not (lab.store_watched and lab.is_store_up):
        return
    value = f"by {safe(lab.store_watched, LONGEST_WATCHED)}"
    yield Field(depth=0, label="Watched", value=value, tone="dim", explain=WATCHED)
    if lab.store_commands is not None:
        load = describe_load(lab.store_commands)
        yield Field(depth=0, label="Costs it", value=load, tone="dim", explain=WATCHED)


def _note_lines(rows: list[tuple[str, KnownSession]]) -> Iterator[Field]:
    """Yield what is to be said of the live rows."""
    live = [known for kind, known in rows if kind == "live"]
    counts = {
        "no request seen": sum(known.client in ("", "store") for known in live),
        "never ends": sum(row_end(known) is None for known in live),
    }
    if not any(counts.values()):
        return
    yield Field(depth=0, label="Of the live ones", value="", tone="accent", key="notes")
    for note in NOTES:
        yield _kind_line(note, counts[note.name], len(live))


def _collect_rows(state: State, now: Seconds) -> list[tuple[str, KnownSession]]:
    """Return (name of its kind, session) of the newest sessions that have a row."""
    newest = (state.sessions[name] for name in state.order[-NEWEST:])
    return [
        (_find_kind(state, known, now), known)
        for known in newest
        if known.facts.kind == "stateful" and is_row_there(known)
    ]


def _find_kind(state: State, known: KnownSession, now: Seconds) -> str:
    life = life_of(known, find_end(known), now)
    if life == "unusable":
        return "unreadable"
    if life == "expired" or row_fact(state, known, now).is_alive is False:
        return "expired, not deleted"
    if life == "visitor":
        return "of visitors"
    if life != "live":
        return "over, not deleted"
    return "live"


def _kind_line(kind: RowKind, count: int, total: int) -> Field:
    tone: Tone = "dim"
    name_tone: Tone = "dim"
    if count:
        tone = kind.tone
        name_tone = "plain"
    share = count / max(1, total)
    return Field(
        depth=1,
        lead=((f"{kind.mark} ", tone), (f"{kind.name:22}", name_tone)),
        label="",
        value=f"{count:>6}  {share:>4.0%}  {'█' * round(share * BAR)}",
        tone=tone,
        explain=kind.explain,
        key=f"kind {kind.name}",
        query=kind.query,
    )


def _user_lines(rows: list[tuple[str, KnownSession]]) -> Iterator[Field]:
    by_user: dict[str, Counter[str]] = {}
    newest: dict[str, str] = {}
    for kind, known in rows:
        user = known.user or "–"
        by_user.setdefault(user, Counter())[kind] += 1
        newest[user] = known.session
    head = f"{'rows':>6}  of which"
    yield Field(depth=0, label=f"{'By user':26}", value=head, tone="accent", key="users")
    ordered = sorted(by_user.items(), key=lambda one: (-one[1].total(), one[0]))
    for user, counts in ordered[:MOST]:
        yield _user_line(user, counts, newest[user])


def _user_line(user: str, counts: Counter[str], newest: str) -> Field:
    """Return the line of a user; it is of the newest session of those it counts."""
    parts = [f"{counts[kind.name]} {kind.name}" for kind in KINDS if counts[kind.name]]
    tone: Tone = "warn"
    if set(counts) <= {"live", "of visitors"}:
        tone = "dim"
    return Field(
        depth=1,
        lead=((f"{safe(user, 24):24}", "plain"),),
        label="",
        value=f"{counts.total():>6}  {', '.join(parts)}",
        tone=tone,
        key=f"user {user}",
        session=newest,
        query=f"user:{user.partition(' ')[0]} kind:stateful",
    )
