"""What leaves the server of a kept request: readable, short, and without a credential."""

from __future__ import annotations

import gzip
import json

import pytest

from session_inspector.devserver.core.values import Secret
from session_inspector.devserver.web.kept_requests import KeptRequest, KeptRequests, Pairs
from session_inspector.devserver.web.request_report import LONGEST_LINE, MOST_LINES, describe

JSON: Pairs = ((b"content-type", b"application/json"),)
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"


def answered(body: bytes, headers: Pairs = JSON) -> KeptRequest:
    kept = KeptRequests().begin("x1", "GET", "/", ())
    kept.respond(200, headers)
    kept.add_answer(body)
    return kept


def text_of(kept: KeptRequest) -> str:
    answer = describe(kept)["answer"]
    assert isinstance(answer, dict)
    return str(answer["text"])


def test_no_credential_of_a_header_leaves() -> None:
    headers = (
        (b"cookie", b"__session=" + TOKEN.encode() + b"; theme=dark"),
        (b"authorization", b"Bearer abcdefghijkl"),
        (b"x-api-key", b"key-of-somebody"),
        (b"referer", b"http://a.test/?code=abcdef"),
        (b"accept", b"text/html"),
    )
    kept = KeptRequests().begin("x1", "GET", "/cb?code=abcdef&a=1", headers)
    kept.respond(302, ((b"set-cookie", b"__session=value-of-it; Path=/; HttpOnly"),))
    text = json.dumps(describe(kept))
    for secret in (TOKEN, "abcdefghijkl", "key-of-somebody", "abcdef", "value-of-it", "dark"):
        assert secret not in text
    assert Secret.of(TOKEN).digest[:8] in text
    assert "; Path=/; HttpOnly" in text
    assert '["accept", "text/html"]' in text


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"access_token": "SECRET1", "n": 1}', JSON),
        (b'{"user": {"password" : "SECRET1"}}', JSON),
        (b'{"pin": 1234567, "a": "SECRET1 %s"}' % TOKEN.encode(), ()),
        (b"a=1&client_secret=SECRET1", ((b"content-type", b"application/x-www-form-urlencoded"),)),
        (b'<input type=hidden name=csrf value="SECRET1">', ((b"content-type", b"text/html"),)),
        (TOKEN.encode(), ((b"content-type", b"text/plain"),)),
    ],
)
def test_no_credential_of_a_body_leaves(body: bytes, headers: Pairs) -> None:
    text = text_of(answered(body, headers))
    assert "SECRET1" not in text
    assert TOKEN not in text


def test_a_packed_body_is_read_though_only_its_beginning_is_there() -> None:
    packed = gzip.compress(b'{"name": "Alice"}' + b" " * 9000)
    headers = (*JSON, (b"content-encoding", b"gzip"))
    assert text_of(answered(packed, headers)).startswith('{"name": "Alice"}')
    assert text_of(answered(packed[:-10], headers)).startswith('{"name": "Alice"}')
    assert "cannot be unpacked" in text_of(answered(b"not packed", headers))


def test_a_packed_bomb_stays_small() -> None:
    headers = (*JSON, (b"content-encoding", b"gzip"))
    assert len(text_of(answered(gzip.compress(b"a" * 50_000_000), headers))) < 2 * LONGEST_LINE


def test_chunks_are_joined_and_the_last_may_be_cut() -> None:
    headers = (*JSON, (b"transfer-encoding", b"chunked"))
    assert text_of(answered(b"3\r\n[1,\r\n6\r\n2, 3]", headers)) == "[1,2, 3]"
    assert text_of(answered(b"zz\r\nabc", headers)) == ""


def test_bytes_that_are_no_text_and_long_texts_are_cut() -> None:
    assert text_of(answered(b"\x89PNG", ((b"content-type", b"image/png"),))) == ""
    lines = text_of(answered(b"line\n" * 1000)).splitlines()
    assert len(lines) == MOST_LINES + 1
    assert max(map(len, text_of(answered(b"a" * 5000)).splitlines())) <= LONGEST_LINE + 1


def test_control_characters_of_a_body_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in json.loads(json.dumps(describe(answered(b"\x1b[2Jhi"))))["answer"]["text"]
