"""Which session a request was about: named by what lasts, reported when something changes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from session_inspector.devserver.attach.traffic.arrival import Arrival
from session_inspector.devserver.attach.traffic.endings import OVERWRITTEN, GoneRow
from session_inspector.devserver.attach.traffic.opener import Opener
from session_inspector.devserver.attach.traffic.sessions import SessionReporter
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.login import LoginStarted, LoginSucceeded
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionNotOpened,
    SessionRefused,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material
from session_inspector.devserver.decoders.claims import Claim, looks_like
from session_inspector.devserver.decoders.traits import Traits

NOW = 1_760_000_000.0


class JsonText:
    """Sessions are JSON in a cookie `s`; `id` names a row, `bad` is a problem; `t` is a login."""

    name = "json"
    traits = Traits()

    def claim(self, cookies: CookieGroup) -> Claim | None:
        return looks_like("its name") if {"s", "t"} & set(cookies) else None

    def decode(self, material: Material) -> Decoded:
        for name in ("s", "t"):
            if name in material.cookies:
                return self._open(name, material.cookies[name])
        raise DecodeError("none", code="not_a_session")

    def _open(self, name: str, value: str) -> Decoded:
        payload = json.loads(value)
        return Decoded(
            format="json",
            role="transaction" if name == "t" else "session",
            cookies=(name,),
            payload=payload,
            session_id=payload.get("id", ""),
            problem=payload.get("bad", ""),
            expires=payload.get("exp"),
            ends_by="exp",
        )


class Rows:
    """The rows of an app's store: none, until one is set."""

    def __init__(self) -> None:
        self.row: SessionFacts | None = None

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        return self.row

    def recall(self, session_id: str) -> SessionFacts | None:
        return None


class Scene:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.rows = Rows()
        clock = ManualClock(NOW)
        self.opener = Opener([JsonText()], (), clock)
        self.gone: dict[str, GoneRow] = {}
        self.reporter = SessionReporter(
            self.opener,
            self.events.append,
            self.rows,
            find_gone=self.gone.get,
        )

    async def arrive(self, exchange: str = "x1", **jar: str) -> Arrival:
        return await self.reporter.report_arrival(exchange, NOW, list(jar.items()))

    async def answer(self, arrival: Arrival, *lines: str) -> dict[str, str]:
        cookies = [parse_set_cookie(line) for line in lines]
        return dict((await self.reporter.report_answer(arrival, NOW + 1, cookies)).holders)

    def take(self) -> list[Event]:
        events = list(self.events)
        self.events.clear()
        return events


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    found = Scene()
    yield found
    found.opener.close()


async def test_a_session_is_seen_once_and_loaded_by_each_request(scene: Scene) -> None:
    first = await scene.arrive("x1", s='{"user":{"sub":"u"}}')
    await scene.arrive("x2", s='{"user":{"sub":"u"}}')
    seen, loaded, again = scene.take()
    assert isinstance(seen, SessionSeen)
    assert loaded == SessionLoaded(
        at=NOW, cause="x1", session=first.session, sub="u", origin="rule"
    )
    assert again == SessionLoaded(at=NOW, cause="x2", session=first.session, sub="u", origin="rule")


async def test_a_session_keeps_its_name_over_a_write(scene: Scene) -> None:
    arrival = await scene.arrive(s='{"user":{"sub":"u"}}')
    scene.take()
    holders = await scene.answer(arrival, 's={"user":{"sub":"u"},"cart":1}; Max-Age=60')
    assert holders == {"s": arrival.session}
    (written,) = scene.take()
    assert isinstance(written, SessionWritten)
    assert (written.session, written.reason, written.previous) == (arrival.session, "update", "")
    later = await scene.arrive("x2", s='{"user":{"sub":"u"},"cart":1}')
    assert later.session == arrival.session


async def test_a_new_id_replaces_the_old_session(scene: Scene) -> None:
    await scene.answer(await scene.arrive(), 's={"id":"one"}')
    arrival = await scene.arrive(s='{"id":"one"}')
    scene.take()
    await scene.answer(arrival, 's={"id":"two"}')
    written = scene.take()[0]
    assert isinstance(written, SessionWritten)
    assert (written.session, written.reason, written.previous) == (
        fingerprint("two"),
        "created",
        fingerprint("one"),
    )


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("s=; Max-Age=0", "the response deleted its cookie"),
        ("s=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "the response deleted its cookie"),
        # as h3 does
        ("s=; Path=/; HttpOnly", "the response emptied its cookie"),
        ('s=""; Max-Age=604800', "the response emptied its cookie"),
        # as tutorials of JWT do
        ("s=loggedout; Max-Age=10; HttpOnly", OVERWRITTEN),
        ("s=deleted; Path=/", OVERWRITTEN),
    ],
)
async def test_a_cookie_that_is_deleted_or_emptied_is_a_logout(
    scene: Scene, line: str, detail: str
) -> None:
    arrival = await scene.arrive(s='{"id":"one"}')
    scene.take()
    await scene.answer(arrival, line)
    (ended,) = scene.take()
    assert ended == SessionDestroyed(
        at=NOW + 1,
        cause="x1",
        session=fingerprint("one"),
        reason="logout",
        detail=detail,
    )


async def test_a_reason_of_refusal_is_reported_once(scene: Scene) -> None:
    await scene.arrive(s='{"id":"one","bad":"wrong_secret"}')
    await scene.arrive(s='{"id":"one","bad":"wrong_secret"}')
    await scene.arrive(s='{"id":"one","bad":"damaged"}')
    unread, refused = (
        event for event in scene.take() if isinstance(event, SessionNotOpened | SessionRefused)
    )
    assert isinstance(unread, SessionNotOpened)
    assert isinstance(refused, SessionRefused)
    assert (unread.code, refused.code) == ("wrong_secret", "damaged")
    assert refused.origin == "rule"  # the app has refused nothing


@pytest.mark.parametrize(("end", "is_refused"), [(NOW + 1, False), (NOW, True), (NOW - 1, True)])
async def test_a_session_is_over_at_the_exact_second(
    scene: Scene, end: float, is_refused: bool
) -> None:
    await scene.arrive(s=json.dumps({"id": "one", "exp": end}))
    verdict = scene.take()[-1]
    assert isinstance(verdict, SessionRefused) is is_refused


async def test_a_row_that_has_gone_is_reported_as_it_was_read_last(scene: Scene) -> None:
    row = SessionFacts(kind="stateful", sub="of the row", size=7)
    scene.rows.row = row
    arrival = await scene.arrive(s='{"id":"one"}')
    scene.rows.row = None
    await scene.answer(arrival, 's={"id":"one","n":1}')
    written = scene.take()[-1]
    assert isinstance(written, SessionWritten)
    assert written.facts == replace(row, written_at=NOW + 1)


async def test_a_login_begins_with_its_transaction_cookie_and_ends_with_the_session(
    scene: Scene,
) -> None:
    start = await scene.arrive("x1")
    await scene.answer(start, 't={"state":"st","returnTo":"/cart"}; Max-Age=60')
    assert scene.take() == [
        LoginStarted(
            at=NOW + 1,
            cause="x1",
            login=fingerprint("st"),
            transaction_cookie="t",
            return_to="/cart",
        )
    ]
    back = await scene.arrive("x2", t='{"state":"st"}')
    await scene.answer(back, "t=; Max-Age=0", 's={"id":"one","user":{"sub":"u"}}')
    assert scene.take()[-1] == LoginSucceeded(
        at=NOW + 1, cause="x2", session=fingerprint("one"), login=fingerprint("st"), sub="u"
    )


async def test_a_response_that_sets_no_cookie_reports_nothing(scene: Scene) -> None:
    arrival = await scene.arrive(s='{"user":{"sub":"u"}}')
    scene.take()
    assert await scene.answer(arrival) == {}
    assert scene.take() == []


async def test_a_session_whose_row_is_known_to_be_gone_is_refused_until_it_is_back(
    scene: Scene,
) -> None:
    name = fingerprint("r1")
    scene.gone[name] = GoneRow(reason="its row was deleted", at=NOW)
    await scene.answer(await scene.arrive("x1", s='{"id":"r1"}'))
    await scene.answer(await scene.arrive("x2", s='{"id":"r1"}'))
    scene.gone.clear()
    await scene.answer(await scene.arrive("x3", s='{"id":"r1"}'))
    scene.gone[name] = GoneRow(reason="again", at=NOW)
    await scene.answer(await scene.arrive("x4", s='{"id":"r1"}'))
    seen, refused, loaded, again = scene.take()
    assert isinstance(seen, SessionSeen)
    assert refused == SessionRefused(
        at=NOW + 1,
        cause="x1",
        session=name,
        code="gone",
        reason="s: its row was deleted",
        origin="read",
    )
    assert isinstance(loaded, SessionLoaded)
    assert isinstance(again, SessionRefused)
