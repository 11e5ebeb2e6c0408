"""`serve`: the lab without the terminal app; the first line of stdout is the base URL."""

from __future__ import annotations

import argparse
import os
import sys

from devserver.host import RunningLab, start_lab
from devserver.settings import load_settings
from inspector.cli.arguments import flags_of
from inspector.cli.output import ExitCode, print_line, say
from inspector.cli.streaming import stream
from inspector.feed.record import Recorder


def serve(arguments: argparse.Namespace) -> ExitCode:
    """Run until SIGINT or SIGTERM, or until whoever reads stdout goes away.

    Raises: InputError.
    """
    lab = start_lab(load_settings(flags_of(arguments), os.environ))
    recorder = None
    try:
        where = lab.hand_over_token(os.environ)
        recorder = Recorder(lab.journal, arguments.record) if arguments.record else None
        stream(
            lab.journal,
            lambda: _introduce(lab, where, is_short=arguments.json),
            as_json=arguments.json,
        )
    finally:
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
