"""What the middleware has rolled, the request's first read gets, unless it has ended meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from session_inspector.devserver.cookies.jar import Jars, RequestJar
from session_inspector.devserver.cookies.sealed import (
    KeyRing,
    open_sealed,
    replace_exp,
    seal,
    seal_text,
)
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Publish, publish_nowhere
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import Carrier, CarrierSetup
from session_inspector.devserver.session.engine import SessionEngine
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.stateful import StatefulCarrier
from session_inspector.devserver.session.stateless import StatelessCarrier
from tests.vectors.sessions import Notebook

NOW = 1_760_000_000
SESSION: JsonObject = {"user": {"sub": "u"}, "internal": {"sid": "s", "createdAt": NOW}}
SETUP = CarrierSetup(ring=KeyRing(["secret"]))


def engine(carrier: Carrier, publish: Publish) -> SessionEngine:
    return SessionEngine(carrier, Policy(), ManualClock(NOW), publish)


async def request_of(lab: SessionEngine) -> Jars:
    """Log in, and return the jars of the browser's next request."""
    jars = Jars()
    await lab.save(jars, SESSION, reason="login", is_new=True)
    cookies = [parse_set_cookie(line) for line in jars.response.lines()]
    return Jars(request=RequestJar((c.name, c.value) for c in cookies if not c.is_deletion))


@pytest.mark.parametrize("kind", ["stateless", "stateful"])
async def test_the_first_read_gets_what_was_rolled_and_the_next_reads_again(kind: str) -> None:
    store = Notebook({})
    carrier = StatelessCarrier(SETUP) if kind == "stateless" else StatefulCarrier(SETUP, store)
    lab = engine(carrier, publish_nowhere)
    jars = await request_of(lab)
    await lab.touch(jars, hand_over=True)
    calls = len(store.calls)
    first = await lab.load(jars)
    assert len(store.calls) == calls
    assert first == await lab.load(jars)
    assert first is not None
    assert first["user"] == {"sub": "u"}


async def test_a_session_that_ended_since_is_read_again() -> None:
    store = Notebook({})
    events = list[Event]()
    lab = engine(StatefulCarrier(SETUP, store), events.append)
    jars = await request_of(lab)
    await lab.touch(jars, hand_over=True)
    key = next(iter(store.data))
    await store.delete(key)
    lab.forget("whoever", "revoked", "c1")
    assert await lab.load(jars) is None


async def test_those_who_listen_hear_of_the_same_events() -> None:
    told: list[list[type[Event]]] = []
    for hand_over in (False, True):
        events = list[Event]()
        lab = engine(StatelessCarrier(SETUP), events.append)
        jars = await request_of(lab)
        await lab.touch(jars, hand_over=hand_over)
        await lab.load(jars)
        await lab.destroy(jars, reason="logout")
        told.append([type(event) for event in events])
    assert told[0] == told[1]
    assert told[0] == [
        SessionWritten,
        SessionLoaded,
        SessionWritten,
        SessionLoaded,
        SessionDestroyed,
    ]


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"exp":100}',
        b'{"a":{"exp":100},"exp":100}',
        b'{"a":"\xc3\xa9,\\"exp\\":100}","exp":100}',
    ],
)
def test_a_rolled_text_is_what_sealing_anew_would_write(text: bytes) -> None:
    ring = KeyRing(["secret"])
    payload = open_sealed(seal_text(text, ring), ring, now=0).payload
    anew = open_sealed(seal(payload, ring, exp=200), ring, now=0).text
    assert replace_exp(text, payload["exp"], 200) == anew


@pytest.mark.parametrize(
    ("text", "exp"),
    [
        (b'{"exp":100,"a":1}', 100),  # not last
        (b'{"a":{"b":1,"exp":100}}', 100),  # not the session's own
        (b'{"a":1,"exp": 100}', 100),  # not as JSON.stringify writes it
        (b'{"a":1,"exp":1e2}', 100.0),
        (b'{"a":1}', None),
    ],
)
def test_a_text_that_cannot_be_moved_is_sealed_anew(text: bytes, exp: Any) -> None:
    assert replace_exp(text, exp, 200) is None
