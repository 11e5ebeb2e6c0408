"""Starts a run's proxy, provider and process, says so in a few lines, and ends all of them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from session_inspector.devserver.attach.attachment import (
    PATIENCE,
    RunningAttachment,
    start_attachment,
)
from session_inspector.devserver.core.configuration.project import NAME
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.process import Stream
from session_inspector.devserver.core.private_file import write_whole
from session_inspector.devserver.provider.tenant import env_block
from session_inspector.devserver.run.environment import COLOURS, Composed
from session_inspector.devserver.run.places import WITH
from session_inspector.devserver.run.running import RunningApp, RunSettings
from session_inspector.devserver.run.session_secrets import describe_made
from session_inspector.inspector.cli.run.plan import Plan
from session_inspector.inspector.feed.record import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunRun:
    """What runs before the app does."""

    app: RunningApp
    composed: Composed
    token_file: str


@contextmanager
def begin(
    plan: Plan, arguments: argparse.Namespace, forward: Callable[[Stream, str], None]
) -> Iterator[BegunRun]:
    """Start proxy and provider; the app itself is started by who asks, and ended here.

    Raises: InputError.
    """
    attachment = start_attachment(plan.attach)
    recorder = None
    app = None
    try:
        token_file = attachment.hand_over_token(os.environ)
        if arguments.record:
            recorder = Recorder(attachment.journal, arguments.record)
        _turn_knobs(attachment, arguments)
        composed = plan.compose(attachment)
        _keep_environment(plan, composed)
        app = RunningApp(_run_settings(plan, composed, arguments), attachment, forward)
        yield BegunRun(app=app, composed=composed, token_file=token_file)
    finally:
        _end(app, attachment, recorder)


def _turn_knobs(attachment: RunningAttachment, arguments: argparse.Namespace) -> None:
    """Let the provider misbehave from the start, as the project's file says. Raises: InputError."""
    if arguments.knobs is None:
        return
    reply = attachment.submit(attachment.control.execute(arguments.knobs)).result(PATIENCE)
    if not reply.is_ok:
        raise InputError(f"{NAME}: run.knobs: {reply.message}")


def _end(app: RunningApp | None, attachment: RunningAttachment, recorder: Recorder | None) -> None:
    if app is not None:
        app.stop()
    if recorder is not None:
        recorder.close()
        sys.stderr.write(f"recorded {recorder.summary()}\n")
    attachment.stop()


def _run_settings(plan: Plan, composed: Composed, arguments: argparse.Namespace) -> RunSettings:
    env: dict[str, str] = dict(composed.variables)
    if sys.stderr.isatty() and not env.get("NO_COLOR"):
        env = {**COLOURS, **env}
    return replace(
        plan.run,
        env=env,
        secrets=[*composed.hidden, *plan.attach.secrets, plan.place.client_secret],
        takes_stdin=bool(arguments.headless) and not sys.stdin.isatty(),
    )


def _keep_environment(plan: Plan, composed: Composed) -> None:
    """Keep what was set in a file of the project's own, for who starts something beside the app."""
    text = env_block(composed.ours, plan.project.describe())
    write_whole(plan.place.state / plan.place.env_file, f"{text}\n".encode())


def describe_start(plan: Plan, started: BegunRun) -> Iterator[str]:
    """Yield what was found, and what was set, a line each."""
    yield f"found {plan.project.describe()}"
    attachment = started.app.attachment
    if attachment.issuer:
        yield f"provider {attachment.issuer}, log in as any user"
    yield f"app {plan.base_url}, watch it from elsewhere: attach --events {attachment.control_url}"
    if plan.authority is not None:
        yield f"https by the local authority: let your browser trust {plan.authority}"
    for origin in plan.attach.origins:
        yield f"origin {origin.describe()}"
    yield from plan.stores.describe()
    if plan.variables.unread:
        yield f"not read: {', '.join(plan.variables.unread)} (are its quotes closed?)"
    if started.composed.made:
        yield describe_made(started.composed.made)
    if started.composed.replaced:
        yield f"replaced for this run: {', '.join(started.composed.replaced)}"
    if plan.place.moved:
        names = ", ".join(name.removeprefix(WITH) for name in plan.place.moved)
        yield f"the folder's usual port is taken ({names}): another one for this run"
