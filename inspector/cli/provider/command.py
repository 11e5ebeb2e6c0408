"""`provider URL`: turn the knobs of a running lab's provider, revoke there, or show its state."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence

import httpx

from session_inspector.devserver.core.access import find_token
from session_inspector.devserver.core.commands import (
    Command,
    ResetKnobs,
    RevokeAtProvider,
    SetKnobs,
)
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.json.reading import read_json
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.knobs import (
    EVERYWHERE,
    LOGOUT_FAULTS,
    ExpiredToken,
    SecondFactor,
    WrongIssuer,
    WrongLogout,
)
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.core.wire import command_to_json, reply_from_json
from session_inspector.inspector.cli.output import ExitCode, code_of, print_json, print_line
from session_inspector.inspector.feed.remote import LAB_URL, check_lab_url

UNITS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
DURATION = re.compile(r"([+-]?\d+(?:\.\d+)?)(ms|s|m|h|d|)")
ISSUERS: dict[str, WrongIssuer] = {"id_token": "id_token", "discovery": "discovery", "off": ""}
TOKENS: dict[str, ExpiredToken] = {"id": "id", "access": "access", "off": ""}
FACTORS: dict[str, SecondFactor] = {"login": "login", "refresh": "refresh", "off": ""}
LOGOUTS: dict[str, WrongLogout] = {"off": "", **{str(name): name for name in LOGOUT_FAULTS}}


def provider(arguments: argparse.Namespace) -> ExitCode:
    """Carry out what the flags ask for, then show the state: 1 when something was refused.

    Raises: InputError.
    """
    commands = commands_of(arguments)
    base_url = arguments.url.rstrip("/")
    check_lab_url(base_url)
    token = {"authorization": f"Bearer {find_token(os.environ, base_url)}"}
    with httpx.Client(timeout=60.0, trust_env=False, headers=token) as http:
        try:
            replies = [_send(http, base_url, command) for command in commands]
            answer = http.get(f"{base_url}/_inspect/provider")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise InputError(f"{base_url} does not answer ({error}); {LAB_URL}") from error
    if answer.status_code == 401:
        raise InputError(f"{base_url} refused (401): {answer.text:.300}")
    if answer.status_code != 200:
        raise InputError(f"{base_url} has no provider of its own: {answer.text:.200}")
    state = _read_state(answer, base_url)
    _print_result(state, replies, as_json=arguments.json)
    return code_of(all(is_ok for is_ok, _ in replies))


def _read_state(answer: httpx.Response, base_url: str) -> JsonObject:
    """Return what a server says of its provider. Raises: InputError when it is no lab of ours."""
    try:
        found = read_json(answer.content)
    except ValueError as error:
        raise InputError(f"{base_url} is no lab: its answer is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise InputError(f"{base_url} is no lab: its answer is no JSON object")
    return found


def commands_of(arguments: argparse.Namespace) -> list[Command]:
    """Return the commands that the flags mean, in the order they are carried out.

    Raises: InputError.
    """
    found: list[Command] = []
    if arguments.reset:
        found.append(ResetKnobs())
    knobs = _knobs(arguments)
    knobs.check()
    if knobs != SetKnobs():
        found.append(knobs)
    if arguments.revoke_user:
        found.append(RevokeAtProvider(user=arguments.revoke_user))
    if arguments.revoke_session:
        found.append(RevokeAtProvider(sid=arguments.revoke_session))
    if arguments.revoke_token:
        found.append(RevokeAtProvider(token=arguments.revoke_token))
    return found


def _knobs(arguments: argparse.Namespace) -> SetKnobs:
    """Return the knobs that are turned. Raises: InputError."""
    latency = {place: seconds(text) for place, text in _by_endpoint(arguments.latency)}
    errors = {place: _whole_number(text) for place, text in _by_endpoint(arguments.fail)}
    return SetKnobs(
        latency=latency or None,
        errors=errors or None,
        rotate=_is_on(arguments.rotate),
        grace=_optional_seconds(arguments.grace),
        skew=_optional_seconds(arguments.skew),
        wrong_issuer=ISSUERS.get(arguments.wrong_issuer),
        wrong_nonce=_is_on(arguments.wrong_nonce),
        expired_token=TOKENS.get(arguments.expired_token),
        claims=dict(_read_claims(text) for text in arguments.claims) or None,
        access_ttl=_optional_lifetime(arguments.access_ttl),
        id_ttl=_optional_lifetime(arguments.id_ttl),
        refresh_ttl=_optional_lifetime(arguments.refresh_ttl),
        wrong_audience=TOKENS.get(arguments.wrong_audience),
        wrong_type=TOKENS.get(arguments.wrong_type),
        not_before=TOKENS.get(arguments.not_before),
        wrong_logout=LOGOUTS.get(arguments.wrong_logout),
        second_factor=FACTORS.get(arguments.second_factor),
    )


def _optional_lifetime(text: str | None) -> int | None:
    """Return whole seconds. Raises: InputError."""
    if text is None:
        return None
    found = seconds(text)
    if found != int(found):
        raise InputError(f"{text!r:.40} is no lifetime; it must be whole seconds: 20, 5m, 1h")
    return int(found)


def _optional_seconds(text: str | None) -> float | None:
    if text is None:
        return None
    return seconds(text)


def seconds(text: str) -> float:
    """Return a duration: 2, 2s, 500ms, -2m. Raises: InputError."""
    match = DURATION.fullmatch(text.strip())
    if match is None:
        raise InputError(f"{text!r:.40} is no duration; write 2s, 500ms, -2m, 1h or 1d")
    return float(match[1]) * UNITS[match[2]]


def _send(http: httpx.Client, base_url: str, command: Command) -> tuple[bool, str]:
    answer = http.post(
        f"{base_url}/_inspect/commands",
        content=command_to_json(command),
        headers={"content-type": "application/json"},
    )
    if not answer.is_success:
        raise InputError(f"{base_url} refused ({answer.status_code}): {answer.text:.300}")
    reply = reply_from_json(answer.content)
    return reply.is_ok, reply.message


def _print_result(state: JsonObject, replies: Sequence[tuple[bool, str]], *, as_json: bool) -> None:
    if as_json:
        said: list[Json] = [{"ok": is_ok, "message": message} for is_ok, message in replies]
        print_json({**state, "replies": said})
        return
    for is_ok, message in replies:
        if is_ok:
            print_line(f"✔ {message}")
        else:
            print_line(f"✘ {message}")
    if not replies:
        _print_state(state)


def _print_state(state: JsonObject) -> None:
    print_line(f"knobs    {strict_json(state.get('knobs'))}")
    sessions = state.get("sessions")
    if not isinstance(sessions, list):
        return
    for session in sessions:
        if isinstance(session, dict):
            print_line(f"session  {session.get('sid')}  {session.get('sub')}")


def _by_endpoint(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Split `token=2s`; without an endpoint it is for all."""
    found = []
    for text in texts:
        place, is_named, number = text.partition("=")
        if is_named:
            found.append((place, number))
        else:
            found.append((EVERYWHERE, text))
    return found


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"-1|\d{1,6}", text):
        raise InputError(f"--fail is {text!r:.40}; it must be a whole number, or -1: all requests")
    return int(text)


def _is_on(text: str | None) -> bool | None:
    if text is None:
        return None
    return text == "on"


def _read_claims(text: str) -> tuple[str, dict[str, Json]]:
    sub, _, claims = text.partition("=")
    try:
        found = read_json(claims)
    except ValueError:
        found = None
    if not sub or not isinstance(found, dict):
        raise InputError(
            f"--claims is {text!r:.60}; it must be SUB=JSON."
            """ Fix: --claims 'local|alice={"role":"admin"}'"""
        )
    return sub, found
