"""Whatever is thrown at a decoder, only DecodeError comes back, and soon.

FUZZ_EXAMPLES=10000 throws that many at each; `tests/fuzz/decoders.py` is the endless one.
"""

from __future__ import annotations

import json
import os
import random
from base64 import b64encode
from time import thread_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Decoder, Material
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies
from tests.vectors.formats import FormatCase
from tests.vectors.golden import GOLDEN

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
DECODERS = load_decoders()
CASES = [FormatCase(raw) for raw in GOLDEN]
COOKIES = [pair for case in CASES for pair in case.material().cookies.items()]
VALUES = sorted({value for _, value in COOKIES}, key=len)
NAMES = sorted({name for name, _ in COOKIES})
SECRETS = sorted({secret for case in CASES for secret in case.secrets()})
ROWS = {"session:x": b"\x80\x04.", "x": b"{}", "sess:a": b"\xff", "": b""}


@st.composite
def bent(draw: st.DrawFn) -> str:
    """Return a real cookie with something cut out, put in or changed."""
    value = draw(st.sampled_from(VALUES))
    start = draw(st.integers(0, len(value)))
    stop = draw(st.integers(start, min(len(value), start + 40)))
    return value[:start] + draw(st.text(max_size=12)) + value[stop:]


values = st.text(max_size=200) | bent() | st.sampled_from(VALUES)
names = st.sampled_from(NAMES) | st.text(max_size=12) | st.from_regex(r"s[._]{0,2}[0-9]{0,3}")


@pytest.mark.parametrize("decoder", DECODERS, ids=[decoder.name for decoder in DECODERS])
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(
    cookies=st.dictionaries(names, values, min_size=1, max_size=4),
    secrets=st.lists(st.sampled_from(SECRETS) | st.text(max_size=40), max_size=2),
    row=st.binary(max_size=80),
)
def test_only_the_declared_error_comes_out(
    decoder: Decoder, cookies: dict[str, str], secrets: list[str], row: bytes
) -> None:
    rows = {**ROWS, next(iter(cookies.values())): row}
    material = Material(cookies=cookies, secrets=secrets, now=1_768_471_200, rows=rows)
    if decoder.claim(cookies) is None:
        return
    try:
        found = decoder.decode(material)
    except DecodeError as error:
        refusal = error
    else:
        json.dumps(found.payload)
        return
    assert refusal.code
    assert len(refusal.message) > 10


PAIRS = [
    "a" * 100_000,
    "eyJ" + "A" * 100_000,
    "=" * 100_000,
    "." * 100_000,
    "eyJhbGciOiJkaXIifQ" + "." * 100_000,
    "Fe26.2" + "*" * 100_000,
    "s:" + "." * 100_000,
    "A--" * 33_000,
    "a:b:" + "c" * 100_000,
    "|" * 100_000,
    "gAAAA" + "A" * 100_000,
    "CfDJ8" + "A" * 100_000,
    "SFMyNTY." + b64encode(b"\x83" + b"h\x01" * 35_000).decode().rstrip("=") + "." + "b" * 43,
    "2|1:0|10:1764400000|1:a|99000:" + "A" * 99_000 + "|" + "0" * 64,
    "AQ" + "A" * 100_000,
    "v4.public." + "A" * 100_000,
    "MTc" + "A" * 100_000,
    "0" * 40 + "eJ" + "A" * 100_000,
    "!" + "A" * 43 + "=?gA" + "A" * 100_000,
    "a:" * 50_000,
    "eyJpdiI6" + b64encode(b'{"' * 30_000).decode(),
    b64encode(b"[" * 70_000).decode() + ".aaaaaa." + "b" * 27,
    "A" * 99_000 + ":aaaaaa:" + "b" * 43,
    "." + "A" * 99_000 + ".aaaaaa." + "b" * 27,
]


@pytest.mark.parametrize("value", PAIRS, ids=lambda value: value[:12])
def test_a_hundred_kilobytes_need_less_than_50_ms_of_this_thread(value: str) -> None:
    for name in ("session", "appSession.0", "_a0_session_0"):
        for decoder in DECODERS:
            material = Material(cookies={name: value}, secrets=SECRETS[:2], now=0)
            best = min(_needed(decoder, material) for _ in range(3))  # caches are shared
            assert best < 0.05 * max(1, len(value) / 100_000), decoder.name


def _needed(decoder: Decoder, material: Material) -> float:
    """Return the seconds of CPU that a refusal takes: what else the machine does is not in it."""
    start = thread_time()
    if decoder.claim(material.cookies) is not None:
        with pytest.raises(DecodeError):
            decoder.decode(material)
    return thread_time() - start


def test_many_chunks_are_put_together_in_less_than_a_second_of_this_thread() -> None:
    noise = random.Random(1).randbytes(1000).hex()
    cookies = {f"appSession.{n}": noise for n in range(200)}
    start = thread_time()
    with pytest.raises(DecodeError):
        open_cookies(DECODERS, Material(cookies=cookies, secrets=SECRETS[:1], now=0))
    assert thread_time() - start < 1
