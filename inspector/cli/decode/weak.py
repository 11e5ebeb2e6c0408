"""`weak`: well-known secrets tried on session cookies."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.cookies.secret_bytes import show_secret
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.decoders.weak import WELL_KNOWN
from session_inspector.inspector.cli.decode.command import question_of
from session_inspector.inspector.cli.decode.material import read_pasted
from session_inspector.inspector.cli.output import ExitCode, code_of, print_json, print_line
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.secrets import FoundSecret

NOBODYS = "\x00 a text that is nobody's secret"


def weak(arguments: argparse.Namespace) -> ExitCode:
    """Try the well-known secrets: 1 when one opens the cookies, 0 when none does.

    Raises: InputError. Cookies of no known format are 1 as well, with the reason.
    """
    question = question_of(arguments)
    tried = [FoundSecret(text, f"well-known secret {show_secret(text)!r}") for text in WELL_KNOWN]
    now = SystemClock().now()
    reports = [examine(p, replace(question, secrets=tried), now) for p in read_pasted(arguments)]
    opened = [report for report in reports if report.found and _is_needed(report, question)]
    unknown = [report for report in reports if report.verdict == "unknown"]
    if arguments.json:
        print_json(
            {"weak": bool(opened), "tried": len(tried), "secrets": _secret_texts(opened, tried)},
        )
    elif opened:
        formats = [report.found.format for report in opened if report.found]
        secret = strict_json(_secret_texts(opened, tried)[0])
        print_line(
            f"WEAK: {formats[0]} opens with {secret}, which everybody"
            " knows. Fix: openssl rand -hex 32, and keep the old one for a day as second secret"
        )
    elif unknown and len(unknown) == len(reports):
        print_line(unknown[0].reason)
    else:
        print_line(f"none of {len(tried)} well-known secrets opens it; that proves nothing more")
    return code_of(not opened and len(unknown) < len(reports))


def _is_needed(report: Report, question: Question) -> bool:
    """Report whether a secret is needed at all: bare ids and unsigned tokens open without one."""
    nobodys = [FoundSecret(NOBODYS, "nobody's")]
    return examine(report.pasted, replace(question, secrets=nobodys), 0).found is None


def _secret_texts(opened: Sequence[Report], tried: Sequence[FoundSecret]) -> list[str]:
    return [show_secret(tried[each.found.key_index].text) for each in opened if each.found]
