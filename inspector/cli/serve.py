"""`serve`: the lab without the terminal app; the first line of stdout is the base URL."""

from __future__ import annotations

import argparse
import os
import sys

from devserver.host import start_lab
from devserver.settings import load_settings
from inspector.cli.arguments import flags_of
from inspector.cli.output import ExitCode
from inspector.cli.streaming import stream
from inspector.feed.record import Recorder


def serve(arguments: argparse.Namespace) -> ExitCode:
    """Run until SIGINT or SIGTERM, or until whoever reads stdout goes away.

    Raises: InputError.
    """
    lab = start_lab(load_settings(flags_of(arguments), os.environ))
    recorder = None
    try:
        recorder = Recorder(lab.journal, arguments.record) if arguments.record else None
        if not arguments.json:
            sys.stderr.write(f"provider {lab.issuer}\nstore    {lab.store}\nCtrl+C stops it\n")
        stream(lab.journal, lab.base_url, as_json=arguments.json)
    finally:
        if recorder is not None:
            recorder.close()
        lab.stop()
    return ExitCode.OK
