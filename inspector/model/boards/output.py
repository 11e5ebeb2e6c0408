"""What the app wrote, line by line, each with the request during which it came.

Between the lines stands what happened to the process: started, listening, ended, crashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from session_inspector.devserver.core.events.process import AppEnded, AppOutput, ProcessEvent
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.inspector.model.facts.logs import Mapped
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.process_lines import describe_app, process_line
from session_inspector.inspector.model.views.selectors.target import exchange_of, session_of_event
from session_inspector.inspector.model.words.crash_reason import find_crash_reason
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import clock_text, safe

WIDTH = 6
"""Columns of a request's number."""
LONGEST = 1_000
"""Characters of a line that are drawn; all that are kept can be copied from the pane below."""
LAST = 6
"""Last lines of a crash that fit into the pane below."""
ERROR = "✖"
LINE = "│"
ON_STDERR = "┆"


def output_fields(state: State) -> Sequence[Field]:
    """Return the lines, the newest below; made when they are drawn."""
    return Mapped(state.output, partial(_make_line, state))


def summarize_app(state: State) -> str:
    """Return how the app is, in one line: running where, or ended how; and its errors."""
    app = state.app
    if app is None:
        return ""
    words = describe_app(app)
    if app.errors:
        words += f" · {count_noun(app.errors, 'error')}"
    return safe(words, 160)


def _make_line(state: State, event: ProcessEvent) -> Field:
    exchange = exchange_of(state, event.cause)
    mark, text, tone = _describe(event)
    return Field(
        depth=0,
        label="",
        lead=(
            (f"{clock_text(event.at)} ", "dim"),
            (f"{_name_request(event, exchange):{WIDTH}} ", "accent"),
            (f"{mark} ", tone),
        ),
        value=safe(text, LONGEST) or " ",
        tone=tone,
        explain=_explain(state, event, text),
        key=str(event.seq),
        session=session_of_event(state, event),
        exchange=exchange,
    )


def _name_request(event: ProcessEvent, exchange: str) -> str:
    """Return the request of a line, or of how many it is one."""
    if isinstance(event, AppOutput) and event.one_of:
        return f"1 of {len(event.one_of)}"
    return safe(exchange, WIDTH)


def _describe(event: ProcessEvent) -> tuple[str, str, Tone]:
    """Return mark, text and tone."""
    if not isinstance(event, AppOutput):
        mark, title, detail, tone = process_line(event)
        return mark, " · ".join(part for part in (title, detail) if part), tone
    if event.is_error:
        return ERROR, event.text, "bad"
    if event.stream == "stderr":
        return ON_STDERR, event.text, "plain"
    return LINE, event.text, "plain"


def _explain(state: State, event: ProcessEvent, text: str) -> str:
    if isinstance(event, AppEnded) and event.is_crash:
        return _explain_crash(event)
    if not isinstance(event, AppOutput):
        return safe(text, LONGEST)
    when = "Written during"
    if event.is_after:
        when = "Written during or just after"  # it is read from a pipe
    if event.one_of:
        requests = "; ".join(_name_exchange(state, name) for name in event.one_of)
        return f"{when} one of these requests: {requests}\n{safe(text, LONGEST)}"
    if event.cause not in state.exchanges:
        return safe(text, LONGEST)
    return f"{when} {_name_exchange(state, event.cause)}\n{safe(text, LONGEST)}"


def _name_exchange(state: State, name: str) -> str:
    """Return a request by its number, and what it asked for, as far as that is kept."""
    known = state.exchanges.get(name)
    if known is None:
        return safe(name, 30)
    path = known.path.partition("?")[0]
    what = f"{safe(known.method, 20)} {safe(path, 80)} ({safe(known.client, 30)})"
    return f"{safe(name, 30)}: {what}"


def _explain_crash(event: AppEnded) -> str:
    last = [line.rstrip() for line in event.last if line.strip()][-LAST:]
    reason = find_crash_reason(event.last)
    if reason not in last:
        last = [reason, *last[1:]]
    lines = [safe(line, 200) for line in last if line]
    head = mark_keys("<restart_app> starts it again.")
    if lines:
        head += " Its last lines:"
    return "\n".join([head, *lines])
