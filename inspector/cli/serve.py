"""`serve`: the lab without the terminal app.

The first line of stdout is the base URL; with `--as-tenant` stdout is what a .env file takes, and
with `--json` one object of it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading

from devserver.core.wire import event_to_json
from devserver.host import RunningLab, start_lab
from devserver.settings import Settings
from inspector.cli.output import ExitCode, print_json, print_line
from inspector.cli.tenant import env_text, environments, keep_env, settings_of
from inspector.feed.record import Recorder

HEARTBEAT = 0.2
"""Seconds after which a signal is noticed at the latest."""


def serve(arguments: argparse.Namespace) -> ExitCode:
    """Run until SIGINT or SIGTERM, or until whoever reads stdout goes away.

    Raises: InputError.
    """
    settings = settings_of(arguments, os.environ)
    lab = start_lab(settings)
    stop, news = threading.Event(), threading.Event()

    def end(_signal: int, _frame: object) -> None:
        stop.set()  # `news` may be locked by the very thread this handler interrupts

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    unsubscribe = lab.journal.on_change(news.set)
    recorder = Recorder(lab.journal, arguments.record) if arguments.record else None
    try:
        _greet(settings, lab, as_json=arguments.json)
        if not arguments.json:
            sys.stderr.write(f"provider {lab.issuer}\nstore    {lab.store}\nCtrl+C stops it\n")
        seq = 0
        while not stop.is_set():
            news.wait(HEARTBEAT)
            news.clear()
            events, dropped = lab.journal.since(seq)
            if dropped:
                sys.stderr.write(f"session-inspector: {dropped} events were dropped\n")
            for event in events:
                seq = event.seq
                if arguments.json:
                    print_line(event_to_json(event))
    except BrokenPipeError:
        # the reader went away: a normal end for `serve --json | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        unsubscribe()
        if recorder is not None:
            recorder.close()
        lab.stop()
    return ExitCode.OK


def _greet(settings: Settings, lab: RunningLab, *, as_json: bool) -> None:
    """Say where the lab is, or what a tenant's app needs."""
    if settings.tenant is None:
        print_line(lab.base_url)
        return
    found = environments(settings, lab)
    if as_json:
        print_json({"url": lab.base_url, "issuer": lab.issuer, "frameworks": found})
        return
    text = env_text(found)
    print_line(text)
    sys.stderr.write(
        f"a tenant for {settings.tenant.app_url}; the environment is also in"
        f" {keep_env(settings, text)}\nlab      {lab.base_url}\n"
    )
