"""What real tools print is read: `samples/make.sh` made the samples with node, curl, psql, …"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.examining import examine_pasted
from session_inspector.inspector.decode.paste import Pasted, read_paste, to_jar
from session_inspector.inspector.decode.report import Question

SAMPLES = Path(__file__).parent / "samples"
SENT = {"connect.sid": "s:abcDEF.sig", "theme": "dark"}
NOW = 1_800_000_000.0
ENDS = 2_143_042_167.0
"""2037-11-28T17:29:27Z."""


def read(name: str) -> Pasted:
    (found,) = read_paste((SAMPLES / name).read_text(), READERS)
    return found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("node-headers.txt", "a printed object"),
        ("node-raw-headers.txt", "a printed object"),
        ("node-distinct-headers.txt", "a printed object"),
        ("node-web-headers.txt", "a printed object"),
        ("node-logged.txt", "a printed object"),
        ("node-set-cookie.txt", "a printed object"),
        ("node-cookies.txt", "a printed object"),
        ("pino.jsonl", "headers as JSON"),
        ("curl.jar", "a browser's export"),
        ("wget.jar", "a browser's export"),
    ],
)
def test_cookies_that_a_tool_prints_are_read(name: str, kind: str) -> None:
    found = read(name)
    assert (found.kind, dict(to_jar(found.cookies).items())) == (kind, SENT)


@pytest.mark.parametrize("name", ["curl.jar", "wget.jar"])
def test_a_jar_keeps_the_end_of_each_cookie(name: str) -> None:
    found = read(name)
    assert {cookie.name: cookie.expires for cookie in found.cookies} == {
        "connect.sid": 2_145_916_800.0,
        "theme": None,
    }


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("redis-get.txt", None),
        ("redis-get-raw.txt", None),
        ("redis-hgetall.txt", None),
        ("psql-x.txt", ENDS),
        ("psql-x-long.txt", ENDS),
        ("psql.txt", ENDS),
        ("psql-row.json", ENDS),
        ("psql-rows.json", ENDS),
        ("sqlite-rows.json", ENDS),
        ("sqlite-line.txt", ENDS),
        ("sqlite-box.txt", ENDS),
    ],
)
def test_a_row_that_a_client_prints_is_read_and_nothing_of_it_is_verified(
    name: str, end: float | None
) -> None:
    pasted = read(name)
    (report,) = examine_pasted(pasted, Question(decoders=load_decoders()), NOW)
    assert (report.verdict, report.payload) == (
        "unverified",
        {"user": {"id": 7, "name": "Änn"}},
    )
    assert [one.family for one in report.candidates] == ["a row of connect-redis"]
    clocks = {clock.name: (clock.at, clock.ends_session) for clock in report.clocks}
    assert clocks.get("the store's end") == (None if end is None else (end, True))
    assert clocks["cookie.expires"] == (ENDS, False)


def test_a_key_that_is_not_there_is_bad_input() -> None:
    with pytest.raises(InputError, match="no such key"):
        read("redis-nil.txt")


def test_the_key_that_was_typed_tells_whose_row_it_is() -> None:
    typed = '127.0.0.1:6379> get session:abc\n"{\\"_permanent\\": true, \\"user\\": 1}"'
    (pasted,) = read_paste(typed, READERS)
    (report,) = examine_pasted(pasted, Question(decoders=load_decoders()), NOW)
    assert pasted.rows[0].key == "session:abc"
    assert [one.family for one in report.candidates] == ["a row of flask-session"]


def test_a_row_of_columns_that_no_layout_has_says_which_they_are() -> None:
    with pytest.raises(InputError, match="columns a, b"):
        read_paste("-[ RECORD 1 ]\na | 1\nb | 2\n", READERS)


def test_a_row_of_nobody_is_unknown() -> None:
    (pasted,) = read_paste('1) "a"\n2) "b"\n', READERS)
    (report,) = examine_pasted(pasted, Question(decoders=load_decoders()), NOW)
    assert report.verdict == "unknown"


def test_a_row_whose_end_is_over_says_so() -> None:
    row = {"sid": "a", "sess": {"cookie": {"path": "/"}}, "expire": "2020-01-01T00:00:00"}
    (pasted,) = read_paste(json.dumps(row), READERS)
    (report,) = examine_pasted(pasted, Question(decoders=load_decoders()), NOW)
    assert report.verdict == "unverified"
    assert "its framework refuses it since" in report.reason
