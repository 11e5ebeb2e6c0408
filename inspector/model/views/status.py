"""What the header shows of the lab as a whole."""

from __future__ import annotations

from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.browser import RealBrowserFacts
from session_inspector.inspector.model.facts.rows import RunOut, StatusRow
from session_inspector.inspector.model.facts.state import LabState, State
from session_inspector.inspector.model.views.selectors.app import (
    describe_trouble,
    is_app_up,
    name_lamp,
    name_process_lamp,
)
from session_inspector.inspector.model.views.watch_mode import detect_watch_mode
from session_inspector.inspector.model.words.text import duration, round_duration, safe

NONE_RUN_OUT = RunOut()


def status(state: State, now: Seconds, run_out: RunOut = NONE_RUN_OUT) -> StatusRow:
    """Return the header; `run_out` sessions were ended by a clock, and by no event yet."""
    lab = state.lab
    total = len(state.order)
    live = max(0, total - state.over - state.in_doubt - state.visitors - run_out.live)
    in_doubt = max(0, state.in_doubt - run_out.in_doubt)
    return StatusRow(
        base_url=_base_url(state),
        issuer=safe(lab.issuer, 200),
        kind=_kind(state),
        store=safe(lab.store, 80),
        is_store_up=lab.is_store_up,
        store_reason=safe(lab.store_reason, 200),
        offset=_offset(lab),
        live=live,
        over=total - live - in_doubt - state.visitors,
        visitors=state.visitors,
        in_doubt=in_doubt,
        users=lab.users,
        upstream=_upstream(state),
        is_upstream_up=is_app_up(state),
        app_lamp=name_lamp(state),
        mode=detect_watch_mode(state),
        control_url=safe(lab.control_url or lab.base_url, 80),
        policy=_policy(lab),
        knobs=safe(" · ".join(lab.knobs), 80),
        browser=_describe_browser(state.browser),
        is_browser_up=state.browser.state in ("starting", "watching"),
        failures=sum(lab.failures.values()),
    )


def _describe_browser(browser: RealBrowserFacts) -> str:
    if not browser.name:
        return ""
    if browser.state == "watching":
        window = "" if browser.has_window else ", no window"
        return safe(f"{browser.name}: {count_noun(len(browser.jar), 'cookie')}{window}", 60)
    reason = f" ({browser.reason})" if browser.reason else ""
    return safe(f"{browser.name} {browser.state.upper()}{reason}", 60)


def _kind(state: State) -> str:
    """Return how sessions travel: of an app, as its newest one shows."""
    if not state.lab.upstream:
        return state.lab.kind
    if not state.order:
        return "stateful" if state.lab.kind == "stateful" else "no session yet"
    kind = state.sessions[state.order[-1]].facts.kind
    if kind == "unknown":
        return "format unknown"
    return kind


def _base_url(state: State) -> str:
    if state.lab.base_url:
        return safe(state.lab.base_url, 80)
    if state.timeline:
        return "no lab yet"
    return "starting the lab …"


def _offset(lab: LabState) -> str:
    if abs(lab.offset) < 1:
        return ""
    text = duration(lab.offset)
    if lab.offset > 0:
        return f"+{text}"
    return text


def _upstream(state: State) -> str:
    lab = state.lab
    if is_app_up(state):
        return safe(lab.upstream, 120)
    if state.app is not None and name_process_lamp(state):
        return safe(describe_trouble(state), 120)
    return safe(f"{lab.upstream} {describe_trouble(state)}", 120)


def _policy(lab: LabState) -> str:
    if lab.upstream:
        return ""
    kind = "not rolling"
    if lab.rolling:
        kind = "rolling"
    return (
        f"{kind} · {round_duration(lab.inactivity)} idle · {round_duration(lab.absolute)} absolute"
    )
