"""Commands over POST, events over SSE, with the token; other sites' pages get nothing."""

from __future__ import annotations

from typing import get_args

import httpx
import pytest
from starlette.applications import Starlette

from session_inspector.devserver.core.clock import ManualClock, TravelClock
from session_inspector.devserver.core.commands import Command, Login, MoveClock
from session_inspector.devserver.core.events.server import KeysRotated
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.wire import command_to_json, event_from_json, reply_from_json
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.control import Control
from session_inspector.devserver.web.api import LARGEST_COMMAND, Api
from tests.devserver.lab.test_control import Asked, parts_of

JSON = {"content-type": "application/json"}
TOKEN = "the-token-of-this-run"
MOVE = command_to_json(MoveClock(seconds=60))


def client(journal: Journal, *, serving: bool = True, token: str = TOKEN) -> httpx.AsyncClient:
    clock = TravelClock(ManualClock(1.0))
    parts = parts_of(Asked(), Browsers("http://x", lambda s: "", clock))
    control = Control(parts, clock, journal.publish)
    rounds = iter([serving] * 2)
    api = Api(journal, control, lambda: next(rounds, False), token=token, heartbeat=0)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=api.routes)),
        base_url="http://127.0.0.1:5000",
        headers={"authorization": f"Bearer {TOKEN}"},
    )


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
        ({**JSON, "host": "[::1"}, MOVE, 403),
        ({**JSON, "authorization": ""}, MOVE, 401),
        ({**JSON, "authorization": f"Basic {TOKEN}"}, MOVE, 401),
        ({**JSON, "authorization": "Bearer "}, MOVE, 401),
        ({**JSON, "authorization": f"Bearer {TOKEN[:-1]}"}, MOVE, 401),
        ({**JSON, "authorization": f"Bearer {TOKEN}x"}, MOVE, 401),
        ({**JSON, "authorization": f"bearer  {TOKEN} "}, MOVE, 200),
        ({"content-type": "text/plain", "authorization": ""}, MOVE, 401),
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


async def test_an_idle_stream_says_at_each_heartbeat_that_it_is_open() -> None:
    async with client(Journal()) as http:
        answer = await http.get("/_inspect/events")
    assert answer.text == ": still here\n\n" * 2


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


async def test_without_a_token_the_answer_tells_how_to_get_one() -> None:
    async with client(published(1)) as http:
        answer = await http.get("/_inspect/events", headers={"authorization": ""})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="session-inspector"'
    assert "is missing: send Authorization: Bearer" in answer.json()["error"]
    assert "SESSION_INSPECTOR_TOKEN=$(cat FILE)" in answer.json()["error"]


async def test_a_token_in_the_query_opens_nothing() -> None:
    async with client(published(1)) as http:
        for name in ("token", "access_token"):
            answer = await http.get(
                "/_inspect/events", params={name: TOKEN}, headers={"authorization": ""}
            )
            assert answer.status_code == 401


async def test_a_lab_without_a_token_opens_to_nobody() -> None:
    async with client(published(1), token="") as http:
        for sent in ("Bearer ", "Bearer", f"Bearer {TOKEN}"):
            answer = await http.get("/_inspect/events", headers={"authorization": sent})
            assert answer.status_code == 401


async def test_the_openapi_document_names_every_command_and_event() -> None:
    async with client(Journal()) as http:
        found = (await http.get("/_inspect/openapi.json")).json()
        refused = await http.get("/_inspect/openapi.json", headers={"authorization": ""})
    schemas = found["components"]["schemas"]
    names = {cls.__name__ for cls in (*get_args(Command), *get_args(Event))}
    assert names <= set(schemas)
    assert schemas["MoveClock"]["required"] == ["type", "seconds"]
    assert schemas["Expire"]["properties"]["clock"] == {
        "enum": ["inactivity", "absolute", "access_token"]
    }
    assert refused.status_code == 401
