"""`decode --lines` from a file: against joserfc in a loop, and against bare key derivation."""

from __future__ import annotations

import hashlib
import io
import json
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from joserfc import jwe
from joserfc.jwk import OctKey

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.decoders.codecs.iron import MANY, make_seal
from session_inspector.devserver.decoders.codecs.kdf import hkdf, pbkdf2
from session_inspector.devserver.decoders.formats.js.authjs import V5_INFO
from session_inspector.devserver.decoders.formats.js.fastify_secure_session import (
    derive_key,
)
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.cli.decode.lines import decode_lines
from session_inspector.inspector.decode.report import Question
from session_inspector.inspector.decode.secrets import FoundSecret
from tests.benchmarks.rounds import compare, lower_quartile
from tests.benchmarks.table import Line, version_of
from tests.vectors.formats import FormatCase

VECTORS = Path(__file__).parents[1] / "vectors" / "other-formats.json"
JS = Path(__file__).parents[1] / "vectors" / "js" / "fastify.json"
COUNT = 5000
ROUNDS = 5
BEFORE = 16.4
"""Tokens that joserfc opens in the time of a line: what a line cost with the sixteen families of
26facad9, measured in one run with this. The many families of today may cost no more."""
SLOW = 1.2
"""Times the bare derivation of one key a secret."""


async def measure(folder: Path) -> list[Line]:
    """Return a line's cost in tokens of joserfc, and what slow derivations cost."""
    cases = [FormatCase(raw) for raw in json.loads(VECTORS.read_text()) if raw["outcome"] == "ok"]
    secrets = sorted({secret for case in cases for secret in case.secrets()[:1]})
    lines = [_header_of(case.raw["cookies"]) for case in cases]
    path = folder / "cookies.txt"
    path.write_text("\n".join((lines * (COUNT // len(lines) + 1))[:COUNT]))
    mine, theirs = _take_turns(lambda: _decode(path, secrets), lambda: _open_in_a_loop(cases))
    ratio = compare(mine, theirs)
    line = lower_quartile(mine) / COUNT
    token = lower_quartile(theirs) / COUNT
    return [
        Line(
            name=f"decode --lines, all formats, {len(secrets)} secrets: a line",
            ours=f"{line * 1e6:.0f} µs, {60 / line:,.0f}/min",
            peer=f"{version_of('joserfc')}, a token in a loop: {token * 1e6:.1f} µs",
            ratio=ratio.value,
            spread=ratio.spread,
            limit=BEFORE,
            rule="at most",
        ),
        _measure_seals(folder, secrets),
        _measure_argon(folder),
    ]


def _header_of(cookies: object) -> str:
    assert isinstance(cookies, Mapping)
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _decode(path: Path, secrets: Sequence[str]) -> None:
    """Decode a file."""
    question = Question(
        decoders=load_decoders(),
        secrets=[FoundSecret(text, "--secret") for text in secrets],
    )
    arguments = Namespace(input=str(path), cookie_name="", reveal=False)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        decode_lines(arguments, question)


def _open_in_a_loop(cases: Sequence[FormatCase]) -> None:
    """Open a token of Auth.js with joserfc, as often as there are lines."""
    case = next(one for one in cases if one.raw["format"] == "authjs-v5")
    ((name, value), *_) = case.material().cookies.items()
    key = OctKey.import_key(hkdf(case.secrets()[0], name, f"{V5_INFO} ({name})", 64))
    for _ in range(COUNT):
        jwe.decrypt_compact(value, key, algorithms=["dir", "A256CBC-HS512"])


def _measure_seals(folder: Path, secrets: Sequence[str]) -> Line:
    """Compare seals of h3 2 that no secret opens with one derivation a secret and seal."""
    path = folder / "seals.txt"
    count = 20
    seals = [_make_seal(number) for number in range(count)]
    path.write_text("\n".join(f"h3={seal}" for seal in seals))
    salts = [seal.split("*")[6] for seal in seals]
    mine, theirs = _take_turns(
        lambda: _decode(path, secrets), lambda: _derive(secrets, salts), pbkdf2.cache_clear
    )
    return _slow_line(
        f"the same, {count} seals of h3 2, wrong secrets", mine, "PBKDF2, bare", theirs
    )


def _make_seal(number: int) -> str:
    text = b'{"id":"i","createdAt":1,"data":{}}'
    return make_seal(text, f"none of the secrets {number}", ends=None, password_id="", rounds=MANY)


def _derive(secrets: Sequence[str], salts: Sequence[str]) -> None:
    for salt in salts:
        for secret in secrets:
            hashlib.pbkdf2_hmac("sha1", secret.encode(), salt.encode(), MANY, 32)


def _measure_argon(folder: Path) -> Line:
    """Compare ten cookies of @fastify/secure-session with one Argon2id a secret."""
    raw = next(
        raw
        for raw in json.loads(JS.read_text())
        if raw["format"] == "fastify-secure-session" and raw["outcome"] == "ok"
    )
    path = folder / "boxes.txt"
    path.write_text("\n".join([_header_of(raw["cookies"])] * 10))
    secrets = [f"none of the secrets that open it {number}" for number in range(3)]
    mine, theirs = _take_turns(
        lambda: _decode(path, secrets),
        lambda: [derive_key(secret) for secret in secrets],
        derive_key.cache_clear,
    )
    name = "the same, 10 boxes of Argon2id, 3 wrong secrets"
    return _slow_line(name, mine, "Argon2id, bare, once a secret", theirs)


def _slow_line(name: str, mine: list[float], peer: str, theirs: list[float]) -> Line:
    ratio = compare(mine, theirs)
    return Line(
        name=name,
        ours=f"{lower_quartile(mine) * 1000:.0f} ms",
        peer=f"{peer}: {lower_quartile(theirs) * 1000:.0f} ms",
        ratio=ratio.value,
        spread=ratio.spread,
        limit=SLOW,
        rule="at most",
    )


def _take_turns(
    ours: Callable[[], object],
    theirs: Callable[[], object],
    forget: Callable[[], object] = lambda: None,
) -> tuple[list[float], list[float]]:
    """Return the seconds of both, round by round; `forget` makes each the first."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, times in zip((ours, theirs), taken, strict=True):
            forget()
            start = stopwatch()
            work()
            times.append(stopwatch() - start)
    return taken
