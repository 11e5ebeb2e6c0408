"""All alarms, the newest first; each opens its explanation and the fix."""

from __future__ import annotations

from collections import Counter

from session_inspector.inspector.model.facts.alarms import Alarm
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.row_states import is_ours
from session_inspector.inspector.model.views.selectors.row import has_store
from session_inspector.inspector.model.views.selectors.target import (
    exchange_of,
    session_of_cause,
)
from session_inspector.inspector.model.words.explanations import (
    BY_A_BROWSER,
    EXPLANATIONS,
    AlarmKind,
)
from session_inspector.inspector.model.words.text import clock_text, safe, sentence

WIDTH = 18
"""Columns of a kind's name."""
NEWEST = 1000
"""Sessions that show of which kinds an app's are."""
WITHOUT_REQUESTS: frozenset[AlarmKind] = frozenset({"store away", "setting missing"})
"""Kinds that are seen before anything is asked."""
PARTLY = "not seen, and partly checked: a row is read after each of two requests that overlap"
CONTESTED = "not seen, and partly checked: whether one of the two is lost, only the app knows: {}"
UNPROVEN = "not seen, and partly checked: {}"
HINT = "select one to read why it matters, and the fix"


def alarm_fields(state: State) -> tuple[Field, ...]:
    """Return one line an alarm, then all kinds that are checked."""
    alarms = state.alarms.raised
    count = Counter(alarm.kind for alarm in alarms)
    kinds = [_kind_line(state, kind, count[kind]) for kind in EXPLANATIONS]
    if not alarms:
        head = Field(depth=0, label="No alarm. Checked", value=HINT, tone="accent")
        return (head, *kinds)
    lines = [_alarm_line(state, alarm) for alarm in reversed(alarms)]
    gap = Field(depth=0, label="", value="", key="gap")
    head = Field(depth=0, label="Checked", value=HINT, tone="accent")
    return (*lines, gap, head, *kinds)


def explain_alarm(kind: AlarmKind) -> str:
    """Return why an alarm of a kind matters, and what to do."""
    explanation = EXPLANATIONS[kind]
    return f"{sentence(explanation.why)}\nFix: {explanation.fix}"


def _kind_line(state: State, kind: AlarmKind, count: int) -> Field:
    label = f"{kind:{WIDTH}}"
    explain = explain_alarm(kind)
    key = f"kind {kind}"
    unchecked = _why_unchecked(state, kind)
    if not count and unchecked:
        return Field(
            depth=1,
            lead=(("· ", "dim"),),
            label=label,
            value=unchecked,
            tone="dim",
            explain=explain,
            key=key,
        )
    if not count:
        return Field(
            depth=1,
            lead=(("✓ ", "good"),),
            label=label,
            value="not seen",
            tone="dim",
            explain=explain,
            key=key,
        )
    return Field(
        depth=1,
        lead=(("⚠ ", "bad"),),
        label=label,
        value=f"{count} seen",
        tone="bad",
        explain=explain,
        key=key,
    )


def _why_unchecked(state: State, kind: AlarmKind) -> str:
    """Return how far an alarm of a kind is checked; empty: wholly."""
    if kind == "lost update" and state.alarms.contested:
        return CONTESTED.format(safe(state.alarms.contested, 160))
    if kind == "copy accepted" and state.alarms.unproven:
        return UNPROVEN.format(safe(state.alarms.unproven, 240))
    if kind == "lost update" and state.alarms.rows_read:
        return PARTLY
    missing = _find_missing(state, kind)
    if not missing:
        return ""
    return f"not checked: {missing}"


def _find_missing(state: State, kind: AlarmKind) -> str:
    """Return what is missing to see an alarm of a kind; empty: nothing."""
    if kind == "store away" and not has_store(state):
        return "no store is watched"
    if kind == "setting missing" and state.app is None:
        return "no app was started here (run)"
    if kind == "clocks apart" and not state.lab.upstream:
        return "no app is attached: the lab's clock is this machine's"
    if kind in BY_A_BROWSER and not state.browser.name:
        return "no real browser is watched"
    if kind not in WITHOUT_REQUESTS and not state.exchanges and not state.order:
        return "no request and no session has been seen yet"
    if kind == "lost update":
        return _why_writes_are_hidden(state)
    return ""


def _why_writes_are_hidden(state: State) -> str:
    """Return why a lost update of a real app cannot be seen; empty: it can.

    Only a cookie that is opened shows what each request wrote; a row shows something of it after
    requests that overlap.
    """
    if is_ours(state):
        return ""
    kinds = {state.sessions[name].facts.kind for name in state.order[-NEWEST:]}
    if not kinds:
        return "no session has been read yet"
    if kinds == {"stateless"}:
        return ""
    if has_store(state) and "unknown" not in kinds:
        return "rows are read once a second: what each request wrote is not seen"
    return "what each request wrote is not seen: its session is not in a cookie that opens"


def _alarm_line(state: State, alarm: Alarm) -> Field:
    return Field(
        depth=0,
        lead=(
            (f"{clock_text(alarm.at)} ", "dim"),
            (f"⚠ {alarm.kind.upper():{WIDTH}}", "bad"),
        ),
        label="",
        value=_name_user(state, alarm) + safe(alarm.text, 300) + alarm.repeated,
        explain=explain_alarm(alarm.kind) + _describe_cause(state, alarm),
        key=f"{alarm.seq} {alarm.kind}",
        session=_find_session(state, alarm),
        exchange=exchange_of(state, alarm.cause),
    )


def _find_session(state: State, alarm: Alarm) -> str:
    if alarm.session in state.sessions:
        return alarm.session
    return session_of_cause(state, alarm.cause)


def _name_user(state: State, alarm: Alarm) -> str:
    known = state.sessions.get(alarm.session)
    if known is None:
        return ""
    return f"{safe(known.user_at(alarm.at), 30)}: "


def _describe_cause(state: State, alarm: Alarm) -> str:
    exchange = state.exchanges.get(alarm.cause)
    if exchange is None:
        return ""
    path = exchange.path.partition("?")[0]
    request = f"{safe(exchange.method, 20)} {safe(path, 80)}"
    return f"\nCaused by {safe(alarm.cause, 30)}: {request} ({safe(exchange.client, 30)})."
