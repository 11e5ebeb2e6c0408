"""Of cookies with equal names, the one that their framework reads is decoded, and that is said."""

from __future__ import annotations

import json

import pytest

from session_inspector.devserver.cookies.jar import parse_pairs
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.formats.js.express_session import sign
from session_inspector.devserver.decoders.formats.python import flask, starlette
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.cli.decode.lines import decode_line
from session_inspector.inspector.cli.decode.report_json import as_json
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.paste import (
    ByName,
    list_cookies,
    put_cookies,
    read_cookie_header,
    read_paste,
    read_sent_pairs,
)
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.secrets import FoundSecret

NOW = 1_800_000_000.0
QUESTION = Question(decoders=load_decoders(), secrets=[FoundSecret("cat", "--secret")])


def express(key: str, secret: str = "cat") -> str:
    return f"s:{key}.{sign(key, secret)}"


def report(text: str) -> Report:
    (pasted,) = read_paste(text, READERS)
    return examine(pasted, QUESTION, NOW)


def mark(value: str) -> str:
    return f"#{fingerprint(value)[:8]}"


def test_express_reads_the_first_and_the_other_one_is_named() -> None:
    old = express("o" * 32, "dog")
    new = express("n" * 32)
    found = report(f"Cookie: connect.sid={old}; theme=dark; connect.sid={new}")
    assert found.verdict == "wrong secret"
    assert found.notes[0] == (
        f"connect.sid comes 2 times ({mark(old)}, {mark(new)}): express-session reads the first,"
        f" {mark(old)}. With the other one it is valid"
    )
    turned = report(f"Cookie: connect.sid={new}; connect.sid={old}")
    assert turned.verdict == "valid"
    assert turned.notes[0].endswith(
        f"reads the first, {mark(new)}. With the other one it is wrong secret"
    )


def test_django_reads_the_last() -> None:
    found = report(f"Cookie: sessionid={'a1g' * 10}zz; sessionid={'b2h' * 10}zz")
    assert found.found is not None
    assert found.found.session_id == "b2h" * 10 + "zz"
    assert found.notes[0].endswith(f"django reads the last, {mark('b2h' * 10 + 'zz')}")


def test_of_twins_the_secret_tells_which_one_is_read() -> None:
    stamped = "eyJ1c2VyIjoxfQ.aVcQAA"
    one = f"{stamped}.{flask.sign(stamped, 'dog', flask.SALT)}"
    other = f"{stamped}.{starlette.sign(stamped, 'cat')}"
    found = report(f"Cookie: session={one}; session={other}")
    assert (found.verdict, found.equal[0].reads, found.equal[0].family) == (
        "expired",
        "last",
        "starlette",
    )


def test_of_what_nobody_knows_the_first_is_shown() -> None:
    found = report("Cookie: lang=en; lang=de")
    assert found.verdict == "unknown"
    assert found.notes == (
        f"lang comes 2 times ({mark('en')}, {mark('de')}): which one the server reads is not"
        " known; the first is shown",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Cookie: sid=A; sid=B",
        "curl https://a.test -b 'sid=A; sid=B'",
        json.dumps({"cookie": "sid=A; sid=B", "host": "a.test"}),
        json.dumps({"version": "2.0", "rawPath": "/", "cookies": ["sid=A", "sid=B"]}),
        '1.2.3.4 - - [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "sid=A; sid=B"',
        'fetch("https://a.test", {headers: {"cookie": "sid=A; sid=B"}})',
        "Set-Cookie: sid=A; Path=/app\nSet-Cookie: sid=B; Path=/",
        "cookie\nsid=A; sid=B\nhost\na.test",
        json.dumps(
            [
                {"name": "sid", "value": "B", "domain": "a.test", "path": "/"},
                {"name": "sid", "value": "A", "domain": "a.test", "path": "/app"},
            ]
        ),
        json.dumps(
            {
                "log": {
                    "entries": [
                        {
                            "request": {
                                "url": "https://a.test/",
                                "headers": [{"name": "Cookie", "value": "sid=A; sid=B"}],
                            }
                        }
                    ]
                }
            }
        ),
    ],
    ids=["header", "curl", "json", "aws", "log", "fetch", "set", "panel", "export", "har"],
)
def test_whatever_they_were_pasted_in_both_are_there_in_the_order_sent(text: str) -> None:
    (pasted,) = read_paste(text, READERS)
    assert read_sent_pairs(pasted.cookies) == [("sid", "A"), ("sid", "B")]
    assert report(text).equal[0].values == ("A", "B")


@pytest.mark.parametrize(
    "text",
    [
        "Set-Cookie: sid=A; Path=/\nSet-Cookie: sid=B; Path=/",
        "Cookie: sid=A\nSet-Cookie: sid=B; Path=/",
        "Set-Cookie: sid=A; Path=/; Max-Age=0\nSet-Cookie: sid=B; Path=/; Domain=a.test",
    ],
)
def test_what_was_set_anew_is_one_cookie(text: str) -> None:
    found = report(text)
    assert found.equal == ()
    assert read_sent_pairs(found.pasted.cookies) == [("sid", "B")]


def test_a_later_request_replaces_what_an_earlier_one_brought() -> None:
    kept: ByName = {}
    put_cookies(kept, read_cookie_header("a=1; a=2; b=1"))
    put_cookies(kept, read_cookie_header("a=3"))
    assert [(one.name, one.value) for one in list_cookies(kept)] == [("a", "3"), ("b", "1")]


def test_json_and_lines_have_them_too() -> None:
    text = f"connect.sid={express('o' * 32, 'dog')}; connect.sid={express('n' * 32)}"
    assert as_json(report(text), reveal=False)["equal_names"] == [
        {
            "name": "connect.sid",
            "values": [fingerprint(value) for _, value in parse_pairs(text)],
            "read": "first",
            "family": "express-session",
        }
    ]
    line = decode_line(text, "", QUESTION, NOW, reveal=False)
    assert line["verdict"] == "wrong secret"
    assert "comes 2 times" in str(line["notes"])
