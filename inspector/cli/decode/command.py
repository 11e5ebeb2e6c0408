"""`decode`: what session cookies are, as a panel for people or as JSON."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.decoders.base import Decoder, MaxAge
from session_inspector.devserver.decoders.formats.js.nextjs_auth0 import NextjsAuth0Decoder
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.cli.decode.material import read_pasted, read_stdin
from session_inspector.inspector.cli.output import ExitCode, print_json
from session_inspector.inspector.cli.panels import print_panel
from session_inspector.inspector.decode.examining import examine_pasted
from session_inspector.inspector.decode.keys import find_keys
from session_inspector.inspector.decode.panel import report_fields, title_of
from session_inspector.inspector.decode.paste import LARGEST
from session_inspector.inspector.decode.report import Question, Report, weigh_report
from session_inspector.inspector.decode.secrets import FoundSecret, find_secrets
from session_inspector.inspector.decode.verdicts import Verdict
from session_inspector.inspector.model.words.text import safe

LONGEST_AGE = 1e11
"""Seconds: three thousand years."""
CODES: dict[Verdict, ExitCode] = {
    "valid": ExitCode.OK,
    "unknown": ExitCode.REFUSED,
    "expired": ExitCode.EXPIRED,
    "unverified": ExitCode.WRONG_SECRET,
    "wrong secret": ExitCode.WRONG_SECRET,
    "damaged": ExitCode.DAMAGED,
}


def decode(arguments: argparse.Namespace) -> ExitCode:
    """Show what the cookies are; the exit code is the first site's verdict. Raises: InputError."""
    question = question_of(arguments)
    if arguments.lines:
        # a file of cookies, one a line
        from session_inspector.inspector.cli.decode.lines import decode_lines

        return decode_lines(arguments, question)
    sites = read_pasted(arguments)
    now = SystemClock().now()
    reports = [report for site in sites for report in examine_pasted(site, question, now)]
    reports.sort(key=weigh_report, reverse=True)
    shown = [r for r in reports if r.found or r.verdict != "unknown"] or reports[:1]
    if arguments.json:
        _print_json(shown, reveal=arguments.reveal)
    else:
        for report in shown:
            print_panel(_title(report), report_fields(report, now), reveal=arguments.reveal)
    return CODES[shown[0].verdict]


def _print_json(reports: Sequence[Report], *, reveal: bool) -> None:
    from session_inspector.inspector.cli.decode.report_json import as_json  # panels need none

    found = [as_json(report, reveal=reveal) for report in reports]
    if len(found) == 1:
        print_json(found[0])
    else:
        print_json(found)


def _title(report: Report) -> str:
    title = f"{title_of(report)} · from {report.pasted.kind}"
    if report.pasted.origin:
        title += f" · {report.pasted.origin}"
    return title


def question_of(arguments: argparse.Namespace) -> Question:
    """Return what to examine with. Raises: InputError."""
    return Question(
        decoders=_decoders(arguments),
        secrets=secrets_of(arguments),
        keys=find_keys(arguments.jwks, arguments.key),
        salts=arguments.salt,
        max_age=_max_age(arguments.max_age),
    )


def secrets_of(arguments: argparse.Namespace) -> list[FoundSecret]:
    """Return the secrets to try; `--secret -` is read from stdin. Raises: InputError."""
    given: list[str] = []
    for text in arguments.secret:
        if text == "-":
            given += [line.rstrip("\r") for line in read_stdin(LARGEST).split("\n")]
        else:
            given.append(text)
    folder = None
    if not arguments.no_env_files:
        folder = Path()
    return find_secrets([text for text in given if text.strip()], os.environ, folder)


def _decoders(arguments: argparse.Namespace) -> list[Decoder]:
    found = load_decoders(arguments.format, _warn)
    named = arguments.cookie_name
    if not named:
        return found
    return [_with_cookie_name(decoder, named) for decoder in found]


def _with_cookie_name(decoder: Decoder, name: str) -> Decoder:
    if isinstance(decoder, NextjsAuth0Decoder):
        return NextjsAuth0Decoder(name)
    return decoder


def _warn(text: str) -> None:
    sys.stderr.write(f"session-inspector: {safe(text, 400)}\n")


def _max_age(text: str) -> MaxAge:
    if text in ("default", ""):
        return "default"
    if text == "none":
        return None
    try:
        limit = to_number(float(text))
    except ValueError:
        limit = None
    if limit is None or limit < 0:
        raise InputError(
            f"--max-age is {text!r:.40}; it must be seconds, `none` or `default`."
            " Fix: --max-age 86400"
        )
    return limit
