"""Where headless commands write: data to stdout, messages to stderr, the result as exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from enum import IntEnum

from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.core.json.writing import harmless_json, strict_json
from session_inspector.devserver.core.masking import mask_urls_in
from session_inspector.devserver.core.values import Json, Secret, Shown
from session_inspector.inspector.model.words.text import safe


class ExitCode(IntEnum):
    """The result of a command, for the shell."""

    OK = 0
    REFUSED = 1
    """It ran, and the answer is no: not found, not decoded, not live."""
    BAD_INPUT = 2
    """A flag, setting, file or environment is wrong, or a store or port cannot be had."""
    EXPIRED = 3
    """`decode`: it opens, and a clock has ended it."""
    WRONG_SECRET = 4
    """`decode`: nothing proves it, or no secret opens it. `weak`: it could not be tried."""
    DAMAGED = 5
    """`decode`: cut, changed, chunks missing or left over, or another cookie name."""
    CRASHED = 70
    """The screen failed; what it watched went on until it was ended."""


def code_of(is_ok: bool) -> ExitCode:
    """Return OK, or REFUSED."""
    if is_ok:
        return ExitCode.OK
    return ExitCode.REFUSED


OF_A_SERVER = "start the store, or check its URL"
OF_A_FILE = "check the file and its -wal beside it, and end what else has it open"


def print_json(value: Mapping[str, object] | Sequence[object]) -> None:
    """Write one JSON document to stdout, indented for people who pipe it nowhere."""
    indent = None
    if sys.stdout.isatty():
        indent = 2
    write_line(to_printable_json(value, indent))


def to_printable_json(value: object, indent: int | None = None) -> str:
    """Return JSON that stdout can take."""
    text = harmless_json(value, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return strict_json(value, indent=indent, is_ascii=True)
    return text


class JsonList:
    """Writes one JSON list to stdout, as its members come."""

    def __init__(self) -> None:
        self._between = "["

    def add(self, members: Sequence[object]) -> None:
        """Write members."""
        for member in members:
            sys.stdout.write(self._between + to_printable_json(member))
            self._between = ", "
        sys.stdout.flush()

    def close(self) -> None:
        """End the list; one without members is a list, too."""
        if self._between == "[":
            sys.stdout.write(self._between)
        write_line("]")


def report(arguments: argparse.Namespace, is_ok: bool, message: str) -> ExitCode:
    """Write what became of an action, as JSON where that was asked for; 1 when it failed."""
    if arguments.json:
        print_json({"ok": is_ok, "message": message})
    else:
        print_line(message)
    return code_of(is_ok)


def print_line(text: str) -> None:
    """Write one line for people; what would steer their terminal is made visible."""
    write_line(safe(text, len(text)))


def write_line(text: str) -> None:
    """Write one line of data to stdout at once, so that a script can wait for it."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Write one message to stderr, made harmless as above."""
    sys.stderr.write(f"session-inspector: {safe(text, len(text))}\n")


def complain(error: InspectorError) -> ExitCode:
    """Write one line to stderr, with its fix, and return the code of bad input."""
    message = mask_urls_in(" ".join(error.message.split()))
    if isinstance(error, StoreUnavailable) and "Fix:" not in message:
        fix = OF_A_FILE if message.startswith("SQLite:") else OF_A_SERVER
        message = f"{message.rstrip('.')}. Fix: {fix}"
    say(message)
    return ExitCode.BAD_INPUT


def mask_tree(value: Shown | Json) -> object:
    """Return a tree in which secrets are words, for JSON."""
    if isinstance(value, Secret):
        return str(value)
    if isinstance(value, dict):
        return {name: mask_tree(member) for name, member in value.items()}
    if isinstance(value, list):
        return [mask_tree(member) for member in value]
    return value
