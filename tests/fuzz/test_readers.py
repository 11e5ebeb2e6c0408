"""Bent pastes, 10,000 for each reader in `make fuzz`: cookies or one line, and soon."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.paste import read_paste
from tests.fuzz.mutations import VALUES, grow

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
IS_MEASURED = EXAMPLES >= 1000
"""`make fuzz`; in `make test`, coverage and a busy machine would measure themselves."""
FOLDER = Path(__file__).parents[1] / "inspector" / "decode" / "samples"
COOKIE = "sid=s%3Aabc.def; theme=dark"
PASTES = (
    *(path.read_text() for path in sorted(FOLDER.iterdir()) if path.suffix != ".sh"),
    f"curl 'https://a.test/' -H 'Cookie: {COOKIE}' --data-raw $'\\u0041\\n' \\\n  -b \"a=\\\"b\"",
    f'curl ^"https://a.test/^" -H ^"Cookie: {COOKIE}^"',
    f"wget --header='Cookie: {COOKIE}' https://a.test/",
    f"http https://a.test 'Cookie:{COOKIE}'",
    '$s.Cookies.Add((New-Object System.Net.Cookie("sid", "a`"b", "/", "a.test"))) -Uri "http://a"',
    f'fetch("https://a.test/", {{"headers": {{"cookie": "{COOKIE}"}}}});',
    f"GET / HTTP/1.1\nHost: a.test\nCookie: {COOKIE}\n\n",
    f"HTTP/1.1 200 OK\nDate: Sat, 28 Nov 2026 10:00:00 GMT\nSet-Cookie: {COOKIE}; Max-Age=60\n",
    f'1.2.3.4 - - [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x" "{COOKIE}"',
    f"cookie\n{COOKIE}\nhost\na.test",
    '#LWP-Cookies-2.0\nSet-Cookie3: sid="a b"; path="/"; domain=a.test; expires="2026-11-28Z"',
    json.dumps({"log": {"entries": [{"request": {"url": "http://a", "headers": []}}]}}),
    json.dumps({"version": "2.0", "rawPath": "/", "cookies": COOKIE.split("; ")}),
    json.dumps([{"name": "sid", "value": "a", "domain": ".a.test", "expiry": 1.8e9}]),
    json.dumps({"cookies": [{"name": "sid", "value": "a", "expires": -1}], "origins": []}),
)
LARGE = 1000
SLOWEST = 0.05


@pytest.mark.parametrize("number", range(len(PASTES)))
def test_bent_pastes_are_read_or_refused_in_a_line(number: int) -> None:
    dice = random.Random(f"paste {number}")
    for count in range(EXAMPLES):
        text = PASTES[number]
        for _ in range(dice.choice((1, 2, 3))):
            text = dice.choice(VALUES)(text, dice.choice(PASTES), dice)
        read(text)
        if IS_MEASURED and count % LARGE == 0:
            check_time(grow(text, dice))


def read(text: str) -> None:
    message = ""
    try:
        read_paste(text, READERS)
    except InputError as error:
        message = error.message
    assert "\n" not in message


def check_time(text: str) -> None:
    """Measure the time of this process for 100 KB."""
    times: list[float] = []
    for _ in range(3):
        start = time.process_time()
        read(text)
        times.append(time.process_time() - start)
    assert min(times) < SLOWEST * len(text) / 100_000, text[:300]
