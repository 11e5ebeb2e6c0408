"""A live cookie changed and sealed again, or its text replaced: what is sent in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.errors import DecodeError, InputError
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.registry import load_decoders, seal_cookies
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.edits import Edit, apply_edit, describe_ignored, to_wire
from session_inspector.inspector.decode.paste import read_paste
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.secrets import FoundSecret


@dataclass(frozen=True, slots=True)
class ChangedCookies:
    """What is sent in the place of the cookies."""

    line: str
    """The Cookie header."""
    note: str = ""
    """Why the app will not notice the change; empty: nothing speaks against it."""


def change_cookies(
    cookies: Mapping[str, str], change: str, secrets: Sequence[FoundSecret], now: Seconds
) -> ChangedCookies:
    """Return a Cookie header with a change: NAME=VALUE of a cookie, or PATH=VALUE inside it.

    Raises: InputError for what cannot be changed, or not be sealed again.
    """
    name, equals, value = change.partition("=")
    if not equals or not name.strip():
        raise InputError("write NAME=VALUE for a cookie, or PATH=VALUE for what is inside it")
    if name.strip() in cookies:
        return ChangedCookies(_join({**cookies, name.strip(): value.strip()}))
    return _seal_again(cookies, change.strip(), secrets, now)


def _seal_again(
    cookies: Mapping[str, str], change: str, secrets: Sequence[FoundSecret], now: Seconds
) -> ChangedCookies:
    decoders = load_decoders()
    question = Question(decoders=decoders, secrets=secrets)
    sites = read_paste(f"Cookie: {_join(cookies)}", READERS)
    report = examine(sites[0], question, now)
    found = report.found
    if found is None:
        raise InputError(f"its content cannot be changed: {report.reason}")
    edited = apply_edit(found, Edit(sets=[change]), now)
    try:
        sealed = seal_cookies(decoders, edited, _order_secrets(report, secrets))
    except DecodeError as error:
        raise InputError(f"{found.format} cannot be sealed: {error.message}") from error
    line = _join(to_wire(edited, sealed))
    return ChangedCookies(line, describe_ignored(found, [change]))


def _order_secrets(report: Report, secrets: Sequence[FoundSecret]) -> list[str]:
    """Return the secrets with that first which opened the cookie. Raises: InputError."""
    texts = [secret.text for secret in secrets]
    if not texts:
        raise InputError("no secret is known here; a cookie is sealed with one")
    index = report.found.key_index if report.found else None
    if index is None:
        return texts
    return [texts[index], *(text for at, text in enumerate(texts) if at != index)]


def _join(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
