"""`decode --lines`: a file of cookies, one a line; one line of JSON each, as fast as they open."""

from __future__ import annotations

import argparse
import codecs
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import DecodeError, InputError
from session_inspector.devserver.core.json.writing import harmless_json
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.subject import find_subject
from session_inspector.inspector.cli.decode.material import encoding_of, find_file
from session_inspector.inspector.cli.output import ExitCode, code_of, mask_tree
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.examining import examine_pasted
from session_inspector.inspector.decode.looking import look_into_paste
from session_inspector.inspector.decode.panel import title_of
from session_inspector.inspector.decode.paste import Pasted, read_paste, read_sent_pairs
from session_inspector.inspector.decode.report import (
    Question,
    describe_opener,
    mask_payload,
    weigh_report,
)
from session_inspector.inspector.decode.verdicts import (
    Verdict,
    code_of_found,
    judge_error,
    judge_found,
    name_problem,
    reason_of_found,
)

_MARK = re.compile(r"[\"'{\[\t]")
"""What headers and values have not: JSON, a line of a log, a quoted command, a table's row has."""
_START = re.compile(r"\s*(?:\d{4}-\d\d-|(?:curl|wget|https?|xhs?)\s)")
"""How a log's line or a command starts that has none of them."""
LONGEST = 200_000
"""Characters of a line that are read: no browser sends more."""


def decode_lines(arguments: argparse.Namespace, question: Question) -> ExitCode:
    """Decode each line; 0 when all are valid, else 1. Raises: InputError."""
    if arguments.input == "-":
        return _decode_each(sys.stdin, arguments, question)
    path = find_file(arguments.input)
    if path is None:
        raise InputError(f"{arguments.input:.200} cannot be read. Fix: name a file of cookies")
    with _open_lines(path) as lines:
        return _decode_each(lines, arguments, question)


def _open_lines(path: Path) -> TextIO:
    """Open a file of cookies, in the encoding its first bytes name. Raises: InputError."""
    try:
        with path.open("rb") as file:
            head = file.read(len(codecs.BOM_UTF8))
        return path.open(encoding=encoding_of(head), errors="replace")
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}. Fix: name a file of cookies"
        ) from error


def _decode_each(lines: TextIO, arguments: argparse.Namespace, question: Question) -> ExitCode:
    good = 0
    count = 0
    for number, line in _numbered_lines(lines):
        found = decode_line(
            line, arguments.cookie_name, question, SystemClock().now(), reveal=arguments.reveal
        )
        good += found["ok"] is True
        count += 1
        sys.stdout.write(harmless_json({"line": number, **found}) + "\n")
    sys.stdout.flush()
    sys.stderr.write(f"{count_noun(count, 'cookie')}, {good} valid\n")
    return code_of(good == count)


def _numbered_lines(lines: TextIO) -> Iterator[tuple[int, str]]:
    number = 0
    while line := lines.readline(LONGEST):
        number += 1
        if line.strip():
            yield number, line.strip()


def decode_line(
    line: str, name: str, question: Question, now: float, *, reveal: bool
) -> dict[str, object]:
    """Return what one line is, in a few members; `name` is that of a bare value, if given."""
    try:
        sites = _read_line(line)
        pairs = read_sent_pairs(sites[0].cookies)
        if len(sites) > 1 or len(pairs) != len(dict(pairs)) or sites[0].rows:
            return _describe_best(sites, question, now, reveal)
        return _decode_pairs(dict(pairs), name, question, now, reveal)
    except InputError as error:
        return {"ok": False, "code": "bad_input", "reason": error.message}


def _read_line(line: str) -> list[Pasted]:
    """Return the cookies of a line; most are headers and values, which need no other reader."""
    if _MARK.search(line) or _START.match(line):
        return read_paste(line, READERS)
    return read_paste(line, ())


def _decode_pairs(
    jar: dict[str, str], name: str, question: Question, now: float, reveal: bool
) -> dict[str, object]:
    """Return what the cookies of one request are."""
    if name and "" in jar:
        jar[name] = jar.pop("")
    material = Material(
        cookies=jar,
        secrets=[secret.text for secret in question.secrets],
        keys=question.keys.keys,
        salts=question.salts,
        now=now,
        max_age=question.max_age,
    )
    try:
        found = look_into_paste(question.decoders, material).take()
    except DecodeError as error:
        verdict = judge_error(error, is_bare="" in jar)
        return _describe_refused(verdict, error.code, error.message)
    return _describe(found, question, reveal)


def _describe_best(
    sites: list[Pasted], question: Question, now: float, reveal: bool
) -> dict[str, object]:
    """Return the best of several sites, of equal names, or of a store's rows."""
    reports = [report for site in sites for report in examine_pasted(site, question, now)]
    best = max(reports, key=weigh_report)
    notes = {"notes": list(best.notes)}
    if best.found is not None:
        return _describe(best.found, question, reveal) | notes
    shown = _describe_refused(best.verdict, best.code, best.reason) | notes
    if not sites[0].rows:
        return shown
    return {
        **shown,
        "ok": best.verdict == "valid",
        "verified": best.is_verified,
        "problem": best.problem or None,
        "format": title_of(best),
        "who": best.who or None,
        "expires": best.first.at if best.first else None,
        "payload": mask_tree(best.payload),
    }


def _describe_refused(verdict: Verdict, code: str, reason: str) -> dict[str, object]:
    return {"ok": False, "verdict": verdict, "verified": False, "code": code, "reason": reason}


def _describe(found: Decoded, question: Question, reveal: bool) -> dict[str, object]:
    verdict = judge_found(found)
    payload: object = found.payload
    if not reveal:
        payload = mask_tree(mask_payload(found))
    return {
        "ok": verdict == "valid",
        "verdict": verdict,
        "verified": found.is_verified,
        "problem": name_problem(found) or None,
        "code": code_of_found(found) or None,
        "reason": reason_of_found(found) or None,
        "format": found.format,
        "who": find_subject(found.payload) or None,
        "expires": found.expires,
        "opened_by": describe_opener(found, question) or None,
        "size": found.size,
        "payload": payload,
    }
