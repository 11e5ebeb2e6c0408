"""What leaves the app is what other tools read, and masked unless it says otherwise."""

from __future__ import annotations

import json
import shlex
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.paste import read_paste
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.export import curl, har, session_json
from tests.inspector.busy import busy_events
from tests.inspector.sample import JWT, NOW, SEALED


def state() -> State:
    events = busy_events()
    for number, event in enumerate(events, 1):
        object.__setattr__(event, "seq", number)  # as the journal numbers them
    return fold(State(), events)


def test_a_session_as_json_has_its_clocks_and_no_secret() -> None:
    text = session_json(state(), "alice", NOW)
    found: dict[str, Any] = json.loads(text)
    assert (found["life"], found["kind"], found["sub"]) == ("live", "stateful", "local|alice")
    assert {clock["name"] for clock in found["clocks"]} == {
        "cookie",
        "sealed",
        "store",
        "inactivity",
        "absolute",
        "access_token",
        "refresh_token",
        "provider",
    }
    assert found["data"]["user"]["name"] == "Alice Archer"
    assert found["cookies"][0]["value"] == "•••"
    for secret in (JWT, SEALED, "v1.sid-alice"):
        assert secret not in text


def test_requests_as_har_are_complete_and_masked() -> None:
    text = har(state())
    log: dict[str, Any] = json.loads(text)["log"]
    assert log["version"] == "1.2"
    assert set(log["creator"]) >= {"name", "version"}
    assert len(log["entries"]) == sum(
        "/protected" in entry["request"]["url"] or "/" in entry["request"]["url"]
        for entry in log["entries"]
    )
    first = log["entries"][0]
    assert set(first) >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
    assert set(first["request"]) == {
        "method",
        "url",
        "httpVersion",
        "cookies",
        "headers",
        "queryString",
        "headersSize",
        "bodySize",
    }
    assert set(first["response"]) >= {
        "status",
        "statusText",
        "httpVersion",
        "cookies",
        "headers",
        "content",
        "redirectURL",
        "headersSize",
        "bodySize",
    }
    assert first["request"]["url"].startswith("http://127.0.0.1:3000/auth/callback")
    assert first["startedDateTime"] == "2025-10-09T08:43:20+00:00"
    assert SEALED not in text


def test_a_curl_command_survives_a_shell() -> None:
    text = curl(state(), "alice", {"__session": "it's $HOME", "b": "2"})
    assert shlex.split(text) == [
        "curl",
        "-b",
        "__session=it's $HOME; b=2",
        "http://127.0.0.1:3000/protected",
    ]


def test_a_har_has_the_query_and_the_headers_that_were_seen() -> None:
    entries = json.loads(har(state()))["log"]["entries"]
    asked = entries[0]["request"]
    query = parse_qsl(urlsplit(asked["url"]).query, keep_blank_values=True)
    assert [(pair["name"], pair["value"]) for pair in asked["queryString"]] == query
    assert query
    assert {"name": "host", "value": "127.0.0.1:3000"} in asked["headers"]
    for entry in entries:
        response = entry["response"]
        made = [h["value"] for h in response["headers"] if h["name"] == "set-cookie"]
        assert len(made) == len(response["cookies"])
        assert all(header["value"] for header in response["headers"])


def test_decode_knows_the_masks_of_a_har_of_ours() -> None:
    with pytest.raises(InputError, match="are masked"):
        read_paste(har(state()), READERS)
