"""`serve`: the lab without the terminal app.

The first line of stdout is the base URL; with `--as-tenant` stdout is what a .env file takes, and
with `--json` one object of it.
"""

from __future__ import annotations

import argparse
import os
import sys

from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.masking import mask_url
from session_inspector.devserver.host import RunningLab, start_lab
from session_inspector.devserver.settings import Settings
from session_inspector.inspector.cli.new_file import check_file
from session_inspector.inspector.cli.output import ExitCode, print_line, say
from session_inspector.inspector.cli.streaming import stream
from session_inspector.inspector.cli.tenant.environment import (
    env_text,
    environments,
    keep_env,
    settings_of,
)
from session_inspector.inspector.feed.record import Recorder


def serve(arguments: argparse.Namespace) -> ExitCode:
    """Run until SIGINT or SIGTERM, or until whoever reads stdout goes away.

    Raises: InputError.
    """
    settings = check_file(settings_of(arguments, os.environ))
    lab = start_lab(settings)
    recorder = None
    try:
        where = lab.hand_over_token(os.environ)
        if arguments.record:
            recorder = Recorder(lab.journal, arguments.record)
        if lab.warning:
            say(lab.warning)
        sys.stderr.write(f"token    {where}\n")
        introduction = _introduction(settings, lab, as_json=arguments.json)
        if not arguments.json:
            sys.stderr.write(
                f"provider {mask_url(lab.issuer)}\nstore    {lab.store}\nCtrl+C stops it\n"
            )
        stream(lab.journal, lambda: _print_lines(introduction), as_json=arguments.json)
    finally:
        if recorder is not None:
            recorder.close()
            sys.stderr.write(f"recorded {recorder.summary()}\n")
        lab.stop()
    return ExitCode.OK


def _print_lines(text: str) -> None:
    """Write line by line: a line's end would be made visible within a line."""
    for line in text.splitlines():
        print_line(line)


def _introduction(settings: Settings, lab: RunningLab, *, as_json: bool) -> str:
    """Return what stdout begins with: where the lab is, or what a tenant's app needs."""
    if settings.tenant is None:
        return lab.base_url
    found = environments(settings, lab)
    if as_json:
        return strict_json({"url": lab.base_url, "issuer": lab.issuer, "frameworks": found})
    text = env_text(found)
    sys.stderr.write(
        f"a tenant for {settings.tenant.app_url}; the environment is also in"
        f" {keep_env(settings, text)}\nlab      {lab.base_url}\n"
    )
    return text
