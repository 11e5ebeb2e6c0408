"""`reseal`: a session cookie edited and sealed again."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Mapping, Sequence

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import DecodeError, InputError
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.registry import seal_cookies
from session_inspector.inspector.cli.decode.command import CODES, question_of
from session_inspector.inspector.cli.decode.material import read_pasted
from session_inspector.inspector.cli.output import ExitCode, print_json, print_line, say
from session_inspector.inspector.decode.edits import (
    WARNING,
    Edit,
    apply_edit,
    describe_ignored,
    to_wire,
)
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.times import check_taken
from session_inspector.inspector.decode.verdicts import NO_SECRET

PLACE = "http://localhost:3000/"


def reseal(arguments: argparse.Namespace) -> ExitCode:
    """Print the edited cookies; the verdict's exit code when they do not open.

    Raises: InputError for a wrong edit, and for a format that cannot be written.
    """
    now = SystemClock().now()
    question = question_of(arguments)
    report = _best_report(arguments, question, now)
    if report.found is None or (report.code == NO_SECRET and not arguments.with_secret):
        say(report.reason)
        return CODES[report.verdict]
    edit = Edit(
        sets=arguments.set,
        unsets=arguments.unset,
        expires=arguments.expires,
        issued=arguments.issued,
    )
    found = apply_edit(report.found, edit, now)
    secrets = _sealing_secrets(arguments, question, found)
    try:
        cookies = seal_cookies(question.decoders, found, secrets)
        material = Material(
            cookies=cookies,
            secrets=secrets,
            salts=[*question.salts, found.salt],
            now=now,
            max_age=question.max_age,
        )
        again = check_taken(found, cookies, question.decoders, material)
    except DecodeError as error:
        raise InputError(
            f"{found.format} cannot be sealed: {error.message}. Fix: docs/formats.md lists what can"
        ) from error
    say(WARNING)
    notes = [describe_ignored(report.found, arguments.set)]
    if again.problem:
        notes.append(f"its server will refuse it: {again.reason}")
    _say_all(notes)
    _print_cookies(to_wire(found, cookies), found, report, arguments.out, now)
    return ExitCode.OK


def _say_all(notes: Sequence[str]) -> None:
    for note in notes:
        if note:
            say(note)


def _best_report(arguments: argparse.Namespace, question: Question, now: Seconds) -> Report:
    reports = [examine(pasted, question, now) for pasted in read_pasted(arguments)]
    return next((report for report in reports if report.found), reports[0])


def _sealing_secrets(
    arguments: argparse.Namespace, question: Question, found: Decoded
) -> list[str]:
    """Return the secrets to seal with: the given one, else the one that opened it; then others."""
    texts = [secret.text for secret in question.secrets]
    first = arguments.with_secret
    if not first and found.key_index is not None:
        first = texts[found.key_index]
    if not first and texts:
        first = texts[0]
    if not first:
        raise InputError("no secret was given; a cookie is sealed with one. Fix: --secret S")
    return [first, *(text for text in texts if text != first)]


def _print_cookies(
    cookies: Mapping[str, str], found: Decoded, report: Report, out: str, now: Seconds
) -> None:
    gone = [name for name in found.cookies if name and name not in cookies]
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    match out:
        case "json":
            print_json({"format": found.format, "cookies": dict(cookies), "delete": gone})
        case "set-cookie":
            age = ""
            if found.expires is not None:
                age = f"; Max-Age={max(0, int(found.expires - now))}"
            for name, value in cookies.items():
                print_line(f"Set-Cookie: {name}={value}; Path=/{age}; HttpOnly; SameSite=Lax")
            for name in gone:
                print_line(f"Set-Cookie: {name}=; Path=/; Max-Age=0")
        case "curl":
            print_line(f"curl -b {shlex.quote(header)} {report.pasted.origin or PLACE}")
        case _:
            print_line(f"Cookie: {header}")
    if gone:
        say(f"delete these chunks too: {', '.join(gone)}")
