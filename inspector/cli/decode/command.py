"""`decode`: what session cookies are, as a panel for people or as JSON."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Secret
from session_inspector.devserver.decoders.base import Decoded, Decoder, MaxAge
from session_inspector.devserver.decoders.formats.js.nextjs_auth0 import NextjsAuth0Decoder
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.cli.output import ExitCode, masked_tree, print_json
from session_inspector.inspector.cli.panels import print_panel
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.panel import report_fields, title_of
from session_inspector.inspector.decode.paste import LARGEST, Pasted, read_paste
from session_inspector.inspector.decode.report import Part, Question, Report, Verdict, examine
from session_inspector.inspector.decode.secrets import FoundSecret, find_secrets
from session_inspector.inspector.model.words.text import moment, safe

CODES: dict[Verdict, ExitCode] = {
    "valid": ExitCode.OK,
    "unknown": ExitCode.REFUSED,
    "expired": ExitCode.EXPIRED,
    "wrong secret": ExitCode.WRONG_SECRET,
    "damaged": ExitCode.DAMAGED,
}


def decode(arguments: argparse.Namespace) -> ExitCode:
    """Say what the cookies are; the exit code is the first site's verdict. Raises: InputError."""
    question = question_of(arguments)
    if arguments.lines:
        from session_inspector.inspector.cli.decode.lines import (
            decode_lines,
        )  # a file of cookies, one a line

        return decode_lines(arguments, question)
    sites = pasted_of(arguments)
    now = SystemClock().now()
    reports = sorted((examine(pasted, question, now) for pasted in sites), key=_place)
    shown = [r for r in reports if r.found or r.verdict != "unknown"] or reports[:1]
    if arguments.json:
        found = [as_json(report, reveal=arguments.reveal) for report in shown]
        print_json(found[0] if len(found) == 1 else found)
    else:
        for report in shown:
            origin = f" · {report.pasted.origin}" if report.pasted.origin else ""
            title = f"{title_of(report)} · from {report.pasted.kind}{origin}"
            print_panel(title, report_fields(report, now), reveal=arguments.reveal)
    return CODES[shown[0].verdict]


def _place(report: Report) -> float:
    """Sites whose session opens come first, then those that look like one."""
    likeliest = report.candidates[0][1] if report.candidates else 0.0
    return -likeliest - (10 if report.found else 0)


def question_of(arguments: argparse.Namespace) -> Question:
    """Return what to examine with. Raises: InputError."""
    return Question(
        decoders=_decoders(arguments),
        secrets=secrets_of(arguments),
        salts=arguments.salt,
        max_age=_max_age(arguments.max_age),
    )


def secrets_of(arguments: argparse.Namespace) -> list[FoundSecret]:
    """Return the secrets to try; `--secret -` is read from stdin. Raises: InputError."""
    given: list[str] = []
    for text in arguments.secret:
        given += [text] if text != "-" else sys.stdin.read(LARGEST).split("\n")
    folder = None if arguments.no_env_files else Path()
    return find_secrets([text for text in given if text.strip()], os.environ, folder)


def pasted_of(arguments: argparse.Namespace) -> list[Pasted]:
    """Return the cookies of the argument, a file, or stdin. Raises: InputError."""
    sites = read_paste(_input(arguments), READERS)
    name = arguments.cookie_name
    return [
        replace(
            site,
            cookies=tuple(
                replace(c, line=replace(c.line, name=name)) if name and not c.name else c
                for c in site.cookies
            ),
        )
        for site in sites
    ]


def _input(arguments: argparse.Namespace) -> str:
    given: str = arguments.input
    if given == "-":
        if "-" in arguments.secret:
            raise InputError(
                "stdin cannot be both the cookie and --secret -. Fix: name a file for the cookie"
            )
        return sys.stdin.read(LARGEST + 1)
    path = Path(given)
    try:
        is_file = len(given) < 4096 and path.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        return given
    try:
        return path.read_text("utf-8", "replace")
    except OSError as error:
        raise InputError(f"{given} cannot be read: {error.strerror}. Fix: its mode") from error


def _decoders(arguments: argparse.Namespace) -> list[Decoder]:
    found = load_decoders(arguments.format, _tell)
    named = arguments.cookie_name
    return [
        NextjsAuth0Decoder(named) if named and isinstance(one, NextjsAuth0Decoder) else one
        for one in found
    ]


def _tell(text: str) -> None:
    sys.stderr.write(f"session-inspector: {safe(text, 400)}\n")


def _max_age(text: str) -> MaxAge:
    if text in ("default", ""):
        return "default"
    if text == "none":
        return None
    try:
        return float(text)
    except ValueError as error:
        raise InputError(
            f"--max-age is {text!r}; it must be seconds, `none` or `default`. Fix: --max-age 86400"
        ) from error


def as_json(report: Report, *, reveal: bool) -> dict[str, object]:
    """Return a report as JSON; credentials masked unless revealed."""
    found = report.found
    payload = found.payload if found and reveal else masked_tree(report.payload)
    return {
        "ok": report.verdict == "valid",
        "verdict": report.verdict,
        "code": report.code or None,
        "reason": report.reason or None,
        "format": found.format if found else None,
        "family": found.family if found else None,
        "looks_like": [{"format": name, "likeness": rate} for name, rate in report.candidates],
        "origin": report.pasted.origin or None,
        "who": report.who or None,
        "opened_by": report.opened_by or None,
        "secret": found.key_index if found else None,
        "size": found.size if found else None,
        "cookies": [_part(part) for part in report.parts],
        "issued": _moment(found.issued if found else None),
        "updated": _moment(found.updated if found else None),
        "expires": _moment(found.expires if found else None),
        "clocks": [
            {"name": c.name, "at": _moment(c.at), "ends_session": c.ends_session}
            for c in report.clocks
        ],
        "ends_first": report.first.name if report.first else None,
        "notes": list(report.notes),
        "also_here": list(report.others),
        "header": found.header if found else None,
        "payload": payload,
        "text": _text(found, reveal) if found else None,
    }


def _part(part: Part) -> dict[str, object]:
    browsers = {k.browser: {"kept": k.is_kept, "why": list(k.why)} for k in part.browsers}
    return {"name": part.name, "size": part.size, "browsers": browsers}


def _text(found: Decoded, reveal: bool) -> str | None:
    if not found.text:
        return None
    return found.text if reveal else str(Secret.of(found.text))


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else moment(seconds).replace(" UTC", "Z").replace(" ", "T")
