"""The control API keeps its OpenAPI document, and survives what no document describes."""

from __future__ import annotations

import gc
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import httpx
import pytest

from session_inspector.devserver.core.commands import Command
from session_inspector.devserver.core.events.server import CommandRun
from tests.end_to_end.lab import Lab, running_lab
from tests.servers import binary
from tests.waiting import PATIENCE

ROOT = Path(__file__).parent.parent.parent
AUDIT = ROOT / ".venv-audit" / "bin"
PATHS = ("/_inspect/commands", "/_inspect/openapi.json")
"""Not the events: their stream ends only with the lab."""
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "40")
DEEP = "[" * 30_000
MALFORMED = [
    "",
    "null",
    "[]",
    "0",
    '"Login"',
    "{}",
    '{"type":5}',
    '{"type":{}}',
    '{"type":null}',
    DEEP,
    '{"type":"Login"}',
    '{"type":"MoveClock","seconds":' + "9" * 400 + "}",
    '{"type":"MoveClock","seconds":NaN}',
    '{"type":"MoveClock","seconds":1e400}',
    '{"type":"Login","user":5}',
    '{"type":"Login","user":null}',
    '{"type":"Login","user":"a","more":1}',
    '{"type":"login","user":"a"}',
    '{"type":"MoveClock","seconds":"1"}',
    '{"type":"MoveClock","seconds":true}',
    '{"type":"MoveClock","seconds":' + "9" * 5000 + "}",
    '{"type":"Expire","session":"s","clock":"never"}',
    '{"type":"RunScenario","name":"x","count":1.5}',
    f'{{"type":"Login","user":{DEEP}',
    '{"type":"Login","user":"a"} x',
    "\ud800",
    "\xff\x00",
]
STRANGE = [
    '{"type":"Request","session":"\\ud800","path":"/"}',
    '{"type":"Revoke","session":"\\u0000\\u001b[2J"}',
    '{"type":"DropCookie","session":"\\ud800\\ud800"}',
    '{"type":"Switch","kind":"stateful","store":"\\ud800://"}',
    '{"type":"Switch","kind":"stateful","store":"sqlite:///\\u0000"}',
    '{"type":"Switch","kind":"stateful","store":"redis://[::1"}',
    '{"type":"Switch","kind":"stateful","store":"os:system"}',
    '{"type":"RunScenario","name":"nothing","count":-1}',
    '{"type":"Reveal","digest":""}',
    '{"type":"Login","user":"\\ud800"}',
    '{"type":"Login","user":""}',
]
"""Commands in shape that nobody can carry out: a reply that says so, never an error."""


# what is sent here is no HTTP, or is let go of in the middle: the server drops such connections,
# and Python warns of each when it collects it, which is in this file
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab"), store="memory://") as found:
        yield found
    gc.unfreeze()  # an app of an earlier test may have frozen some
    gc.collect()


@pytest.fixture
def http(lab: Lab) -> Iterator[httpx.Client]:
    headers = {
        "authorization": f"Bearer {lab.running.token}",
        "content-type": "application/json",
    }
    with httpx.Client(base_url=lab.base_url, headers=headers, timeout=PATIENCE) as found:
        yield found


@pytest.mark.parametrize("text", MALFORMED, ids=lambda text: text[:40])
def test_what_is_no_command_is_a_400(http: httpx.Client, text: str) -> None:
    answer = http.post("/_inspect/commands", content=text.encode("utf-8", "surrogatepass"))
    assert (answer.status_code, "not understood" in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize("text", STRANGE, ids=lambda text: text[:60])
def test_what_cannot_be_done_is_a_reply(http: httpx.Client, lab: Lab, text: str) -> None:
    answer = http.post("/_inspect/commands", content=text)
    assert (answer.status_code, answer.json()["is_ok"]) == (200, False), answer.text


def test_strange_commands_leave_the_event_stream_alive(http: httpx.Client, lab: Lab) -> None:
    http.post("/_inspect/commands", content=STRANGE[0])
    last = lab.running.journal.last
    with http.stream("GET", "/_inspect/events") as answer:
        for line in answer.iter_lines():
            if line == f"id: {last}":
                return
    pytest.fail("the stream ended before its last event")


def test_schemathesis_finds_no_difference_to_the_document(lab: Lab, tmp_path: Path) -> None:
    program = binary("schemathesis", str(AUDIT))
    config = tmp_path / "schemathesis.toml"
    config.write_text("")  # not whatever lies in a folder above
    paths = [part for path in PATHS for part in ("--include-path", path)]
    found = subprocess.run(
        [
            program,
            "--config-file",
            str(config),
            "run",
            f"{lab.base_url}/_inspect/openapi.json",
            "-H",
            f"Authorization: Bearer {lab.running.token}",
            "-n",
            EXAMPLES,
            *paths,
            "--phases",
            "examples,coverage,fuzzing",
            "--generation-deterministic",
            "--request-timeout",
            f"{PATIENCE:.0f}",
            "--max-time",
            "60",
            "--no-color",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=300,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-4000:] + found.stderr[-1000:]
    tried = {event.command for event in lab.events() if isinstance(event, CommandRun)}
    assert tried <= {cls.__name__ for cls in get_args(Command)}
    assert len(tried) > 6, "whole commands were carried out, not only junk refused"


def test_the_document_describes_what_the_stream_sends(http: httpx.Client, lab: Lab) -> None:
    document = http.get("/_inspect/openapi.json").json()
    schemas = document["components"]["schemas"]
    with http.stream("GET", "/_inspect/events") as answer:
        line = next(line for line in answer.iter_lines() if line.startswith("data: {"))
    event = json.loads(line[6:])
    schema = schemas[event["type"]]
    assert set(schema["required"]) <= set(event) <= set(schema["properties"])
