"""Commands over POST, events over SSE; other sites' pages get nothing."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette

from devserver.core.clock import ManualClock, TravelClock
from devserver.core.commands import Login, MoveClock
from devserver.core.events import KeysRotated
from devserver.core.journal import Journal
from devserver.core.wire import command_to_json, event_from_json, reply_from_json
from devserver.web.api import LARGEST_COMMAND, Api
from devserver.web.browsers import Browsers
from devserver.web.control import Control
from tests.devserver.web.test_control import Stage

JSON = {"content-type": "application/json"}
MOVE = command_to_json(MoveClock(seconds=60))


def client(journal: Journal, *, serving: bool = True) -> httpx.AsyncClient:
    clock = TravelClock(ManualClock(1.0))
    control = Control(Stage(), Browsers("http://x", lambda s: ""), clock, journal.publish, journal)
    rounds = iter([serving] * 2)
    app = Starlette(routes=Api(journal, control, lambda: next(rounds, False)).routes)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:5000")


async def test_a_command_is_carried_out_and_answered() -> None:
    journal = Journal()
    async with client(journal) as http:
        answer = await http.post("/_inspect/commands", content=MOVE, headers=JSON)
    assert reply_from_json(answer.content).is_ok
    assert journal.last == 2


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"content-type": "text/plain"}, MOVE, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, MOVE, 415),
        ({**JSON, "host": "evil.test"}, MOVE, 403),
        ({**JSON, "host": "127.0.0.1.evil.test:5000"}, MOVE, 403),
        ({**JSON, "host": ""}, MOVE, 403),
        ({**JSON, "origin": "https://evil.test"}, MOVE, 403),
        ({**JSON, "origin": "null"}, MOVE, 403),
        ({**JSON, "origin": "http://127.0.0.1:5001"}, MOVE, 403),
        ({**JSON, "origin": "http://127.0.0.1:5000"}, MOVE, 200),
        (JSON, "{", 400),
        (JSON, command_to_json(Login(user="x" * LARGEST_COMMAND)), 413),
    ],
)
async def test_only_json_from_loopback_pages_is_taken(
    headers: dict[str, str], content: str, status: int
) -> None:
    journal = Journal()
    async with client(journal) as http:
        answer = await http.post("/_inspect/commands", content=content, headers=headers)
    assert answer.status_code == status
    assert (journal.last > 0) == (status == 200)


def published(count: int, capacity: int = 10) -> Journal:
    journal = Journal(capacity)
    for number in range(count):
        journal.publish(KeysRotated(at=1.0, kid=str(number)))
    return journal


async def test_events_go_on_after_the_last_one_seen() -> None:
    async with client(published(3)) as http:
        answer = await http.get("/_inspect/events", headers={"last-event-id": "1"})
    lines = answer.text.splitlines()
    found = [event_from_json(line[6:]) for line in lines if line.startswith("data: {")]
    assert [event.seq for event in found] == [2, 3]
    assert [line for line in lines if line.startswith("id:")] == ["id: 2", "id: 3"]


async def test_events_that_fell_out_are_counted() -> None:
    async with client(published(5, capacity=2)) as http:
        answer = await http.get("/_inspect/events?since=1")
    assert answer.text.startswith("event: dropped\ndata: 2\n\nid: 4\n")


@pytest.mark.parametrize("since", ["x", "-1", "1e3", "٣", "9" * 16])
async def test_a_number_is_a_number(since: str) -> None:
    async with client(Journal()) as http:
        answer = await http.get("/_inspect/events", params={"since": since})
    assert answer.status_code == 400


async def test_a_rebound_name_gets_no_events() -> None:
    async with client(published(1)) as http:
        answer = await http.get("/_inspect/events", headers={"host": "rebound.test"})
    assert (answer.status_code, "kid" in answer.text) == (403, False)
