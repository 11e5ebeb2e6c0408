"""Each event and command survives JSON; secrets travel masked unless asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest

from session_inspector.devserver.core.commands import Command, Expire, MoveClock, Reply, RotateKeys
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.base import (
    CookieSeen,
    SessionFacts,
    SessionKind,
    Timer,
)
from session_inspector.devserver.core.events.exchange import CookieSet, ExchangeStarted
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import DEEPEST, Json, JsonObject, Secret, mask_object
from session_inspector.devserver.core.wire import (
    command_from_json,
    command_to_json,
    event_from_json,
    event_to_json,
    reply_from_json,
    reply_to_json,
)

WRITTEN = SessionWritten(
    at=1.5,
    session="abc",
    cause="x1",
    seq=7,
    reason="login",
    facts=SessionFacts(
        kind="stateful",
        sub="local|alice",
        timers=(
            Timer(name="absolute", ends=9.0, ends_session=True),
            Timer(name="cookie", ends=None),
        ),
        data={"user": {"sub": "local|alice", "roles": ["a", {"deep": Secret.of("x")}]}},
        key=Secret.of("0123"),
    ),
)


def test_a_nested_event_survives_json() -> None:
    assert event_from_json(event_to_json(WRITTEN)) == WRITTEN


def test_a_tuple_of_values_survives_json() -> None:
    event = ExchangeStarted(
        at=1.0,
        exchange="x1",
        method="GET",
        path="/",
        client="Chrome",
        cookies=(CookieSeen(name="__session", size=3),),
    )
    assert event_from_json(event_to_json(event)) == event


@pytest.mark.parametrize("kind", ["stateless", "stateful", "unknown"])
def test_every_kind_of_session_survives_json(kind: SessionKind) -> None:
    event = replace(WRITTEN, facts=SessionFacts(kind=kind, sub=""))
    assert event_from_json(event_to_json(event)) == event


@pytest.mark.parametrize("name", ["$secret", "$$secret", "$$$secret"])
@pytest.mark.parametrize("value", [1, {"length": 1, "sha256": "x", "text": "forged"}])
def test_a_member_of_an_app_that_is_named_as_our_secrets_survives_json(
    name: str, value: int | JsonObject
) -> None:
    data = mask_object({name: value, "user": {name: value, "sub": "a"}})
    event = replace(WRITTEN, facts=replace(WRITTEN.facts, data=data))
    assert event_from_json(event_to_json(event)) == event


@pytest.mark.parametrize("depth", range(DEEPEST - 2, DEEPEST + 3))
def test_a_secret_at_the_deepest_level_that_is_shown_survives_json(depth: int) -> None:
    value: Json = "a-credential"
    for _ in range(depth):
        value = [value]
    data = mask_object({"id_token": value})
    event = replace(WRITTEN, facts=replace(WRITTEN.facts, data=data))
    assert event_from_json(event_to_json(event)) == event


def test_a_kind_that_nobody_declared_is_refused() -> None:
    line = event_to_json(WRITTEN).replace('"stateful"', '"sleeping"')
    with pytest.raises(InputError, match="sleeping"):
        event_from_json(line)


def test_secrets_are_masked_unless_asked() -> None:
    event = CookieSet(
        at=1.0, exchange="x1", name="__session", value=Secret.of("s3cret"), size=6, line_size=20
    )
    masked = event_to_json(event)
    clear = event_to_json(event, reveal=True)
    assert "s3cret" not in masked
    assert '"text":"s3cret"' in clear
    back = event_from_json(masked)
    assert isinstance(back, CookieSet)
    assert not back.value.is_at_hand


def test_a_link_travels_without_its_secrets() -> None:
    data = mask_object({"returnTo": "/cb?code=V4lue"})
    event = replace(WRITTEN, facts=replace(WRITTEN.facts, data=data))
    text = event_to_json(event)
    assert "V4lue" not in text
    back = event_from_json(text)
    assert isinstance(back, SessionWritten)
    assert str(back.facts.data["returnTo"]) == "/cb?code=•••"


def test_commands_and_replies_survive_json() -> None:
    for command in (Expire(session="a", clock="absolute"), MoveClock(seconds=-5.0), RotateKeys()):
        assert command_from_json(command_to_json(command)) == command
    reply = Reply(is_ok=True, message="done", value="v")
    assert reply_from_json(reply_to_json(reply)) == reply


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"type": "Nothing"}',
        '{"type": "MoveClock"}',
        '{"type": "MoveClock", "seconds": "soon"}',
        '{"type": "MoveClock", "seconds": true}',
        '{"type": "MoveClock", "seconds": 1, "more": 1}',
        '{"type": "Expire", "session": "a", "clock": "kitchen"}',
        '{"type": "Login", "user": {"$secret": {"length": 1, "sha256": "x"}}}',
    ],
)
def test_junk_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match="must be a JSON object"):
        command_from_json(text)


def test_unions_list_every_class_once() -> None:
    for union in (Event, Command):
        names = [cls.__name__ for cls in get_args(union)]
        assert len(names) == len(set(names))


def test_a_boolean_is_no_number_of_a_command() -> None:
    with pytest.raises(InputError, match="False is no number of seconds"):
        command_from_json('{"type":"SetKnobs","skew":false}')


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ('"skew": 1e400', "skew"),
        ('"grace": NaN', "grace"),
        ('"access_ttl": -Infinity', "access_ttl"),
        ('"latency": {"token": 1e400}', "latency.token"),
        ('"claims": {"a": {"age": [1, Infinity]}}', "claims.a.age[1]"),
        (f'"claims": {{"a": {{"age": {"9" * 5000}}}}}', "claims.a.age"),
    ],
)
def test_a_number_without_end_is_no_part_of_a_command(members: str, named: str) -> None:
    with pytest.raises(InputError, match=re.escape(f"({named} is no finite number)")):
        command_from_json(f'{{"type": "SetKnobs", {members}}}')


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ('"access_ttl": 1.5', "access_ttl: 1.5 is no whole number up to 2^53"),
        (f'"access_ttl": {"9" * 4300}', "is no whole number up to 2^53"),
        ('"skew": false', "skew: False is no number of seconds"),
        ('"rotate": 1', "rotate: 1 is neither true nor false"),
        ('"latency": [1]', "latency: [1] is no object"),
        ('"wrong_issuer": "x"', "wrong_issuer: 'x' is none of '', 'id_token', 'discovery'"),
    ],
)
def test_a_wrong_member_is_named_with_what_it_is_not(members: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        command_from_json(f'{{"type": "SetKnobs", {members}}}')
