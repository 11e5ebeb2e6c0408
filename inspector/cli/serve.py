"""`serve`: the lab without the terminal app; the first line of stdout is the base URL."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading

from devserver.core.wire import event_to_json
from devserver.host import RunningLab, start_lab
from devserver.settings import load_settings
from inspector.cli.arguments import flags_of
from inspector.cli.output import ExitCode, print_line, say, write_line
from inspector.feed.record import Recorder

HEARTBEAT = 0.2
"""Seconds after which a signal is noticed at the latest."""


def serve(arguments: argparse.Namespace) -> ExitCode:
    """Run until SIGINT or SIGTERM, or until whoever reads stdout goes away.

    Raises: InputError.
    """
    lab = start_lab(load_settings(flags_of(arguments), os.environ))
    stop, news = threading.Event(), threading.Event()

    def end(_signal: int, _frame: object) -> None:
        stop.set()  # `news` may be locked by the very thread this handler interrupts

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    unsubscribe = lab.journal.on_change(news.set)
    recorder = None
    try:
        where = lab.hand_over_token(os.environ)
        recorder = Recorder(lab.journal, arguments.record) if arguments.record else None
        _introduce(lab, where, is_short=arguments.json)
        seq = 0
        while not stop.is_set():
            news.wait(HEARTBEAT)
            news.clear()
            events, dropped = lab.journal.since(seq)
            if dropped:
                say(f"{dropped} events were dropped")
            for event in events:
                seq = event.seq
                if arguments.json:
                    write_line(event_to_json(event))
    except BrokenPipeError:
        # the reader went away: a normal end for `serve --json | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        unsubscribe()
        if recorder is not None:
            recorder.close()
            sys.stderr.write(f"recorded {recorder.summary()}\n")
        lab.stop()
    return ExitCode.OK


def _introduce(lab: RunningLab, where: str, *, is_short: bool) -> None:
    """Say where everything is; the base URL alone goes to stdout."""
    if lab.warning:
        say(lab.warning)
    sys.stderr.write(f"token    {where}\n")
    print_line(lab.base_url)
    if not is_short:
        sys.stderr.write(f"provider {lab.issuer}\nstore    {lab.store}\nCtrl+C stops it\n")
