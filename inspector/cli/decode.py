"""`decode`: session cookies on stdin, what is inside on stdout as JSON."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime

from devserver.cookies.jar import RequestJar
from devserver.core.clock import SystemClock
from devserver.core.errors import DecodeError, InputError
from devserver.core.values import Secret, Shown, mask_object
from devserver.decoders.base import Decoded, Material
from devserver.decoders.native import NextjsAuth0Decoder
from inspector.cli.output import ExitCode, print_json

LARGEST = 1_000_000
"""Bytes of stdin that can be cookies."""


def decode(arguments: argparse.Namespace) -> ExitCode:
    """Open what stdin holds: a value, a Cookie header, or name=value lines.

    0: opened and valid; 1: not opened, or no server would accept it. Raises: InputError.
    """
    secrets = arguments.secret or [text for text in (os.environ.get("AUTH0_SECRET"),) if text]
    if not secrets:
        raise InputError("no secret was given; decode needs one. Fix: --secret S, or AUTH0_SECRET")
    cookies = read_cookies(sys.stdin.read(LARGEST + 1), arguments.cookie_name)
    try:
        found = NextjsAuth0Decoder(arguments.cookie_name).decode(
            Material(cookies=cookies, secrets=secrets, now=SystemClock().now())
        )
    except DecodeError as error:
        print_json({"ok": False, "code": error.code, "reason": error.message})
        return ExitCode.REFUSED
    print_json(as_json(found, reveal=arguments.reveal))
    return ExitCode.REFUSED if found.problem else ExitCode.OK


def read_cookies(text: str, name: str) -> dict[str, str]:
    """Return cookies by name from a bare value, a Cookie header or one cookie a line.

    Raises: InputError when there is nothing, or far too much.
    """
    if len(text) > LARGEST:
        raise InputError(f"stdin has more than {LARGEST} characters; a Cookie header has a few KB")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise InputError("stdin is empty; decode reads a cookie's value or a Cookie header there")
    found: dict[str, str] = {}
    for line in lines:
        head, colon, rest = line.partition(":")
        header = rest.strip() if colon and head.strip().lower() == "cookie" else line
        is_bare = "=" not in header.split(";")[0].rstrip("=")
        found |= dict(RequestJar.parse(f"{name}={header}" if is_bare else header).items())
    return found


def as_json(found: Decoded, *, reveal: bool) -> dict[str, object]:
    """Return what decode prints; tokens masked unless revealed."""
    payload = found.payload if reveal else masked_tree(mask_object(found.payload))
    return {
        "ok": not found.problem,
        "format": found.format,
        "cookies": list(found.cookies),
        "size": found.size,
        "secret": found.key_index,
        "expires": _moment(found.expires),
        "problem": found.problem or None,
        "reason": found.reason or None,
        "header": found.header,
        "payload": payload,
    }


def masked_tree(value: Shown) -> object:
    """Return a tree in which secrets are words, for JSON."""
    if isinstance(value, Secret):
        return str(value)
    if isinstance(value, dict):
        return {name: masked_tree(member) for name, member in value.items()}
    return [masked_tree(member) for member in value] if isinstance(value, list) else value


def _moment(seconds: float | None) -> str | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return f"{seconds} (no date)"
