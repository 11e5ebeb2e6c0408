"""Seal and open a cookie of 1 and 3 KB: against bare AES-GCM, joserfc, jwcrypto, jose, the SDK.

Bytes to bytes is compared with bare AES-GCM, which knows no JSON; claims to claims with the
libraries, and with the least that it takes: AES-GCM, orjson and Base64, both ways. Rounds are
interleaved, and the lower quartiles of their CPU time compared, as others may be using the machine;
jwcrypto and Node time themselves, in processes of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import process_time

import orjson
import pybase64
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwe
from joserfc.jwk import OctKey

from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.cookies.sealed import (
    ENCRYPTION_INFO,
    HEADER,
    KeyRing,
    derive_key,
    open_sealed,
    open_text,
    seal,
    seal_text,
)
from session_inspector.devserver.core.clock import SystemClock
from tests.benchmarks import peers
from tests.benchmarks.payload import session
from tests.benchmarks.peers import Missing
from tests.benchmarks.rounds import compare, lower_quartile
from tests.benchmarks.table import Line, version_of
from tests.node.packages import FOLDER as NODE

SECRET = "a-session-secret-of-32-bytes-or-more"
ROUNDS = 61
COUNT = 150
CHECKED = (
    "the check that JavaScript would write the same, five parts for one, and the claims' times:"
    " the least has none of them"
)


async def measure(folder: Path) -> list[Line]:
    """Return the lines of both sizes."""
    return [line for size in (1024, 3072) for line in _lines(size)]


def _lines(size: int) -> list[Line]:
    now = int(SystemClock().now())
    claims = session(size, now)
    found = _timed(_contenders(claims, now))
    kilobytes = f"{size // 1024} KB"
    lines = [
        _line(f"{kilobytes}: bytes, to bare AES-GCM", found["bytes"], "cryptography", found, 4),
        _line(f"{kilobytes}: claims, to the least", found["claims"], "orjson", found, 1.3),
        _line(f"{kilobytes}: claims, to joserfc", found["claims"], "joserfc", found),
    ]
    told = {"payload": claims, "exp": now + 86_400, "count": COUNT, "rounds": 21, "secret": SECRET}
    told["key"] = derive_key(SECRET, ENCRYPTION_INFO).hex()
    for name, version, ask in (
        ("jwcrypto", peers.pinned("jwcrypto"), _jwcrypto),
        ("jose", peers.node_version("jose"), lambda told: _node(told)["jose"]),
        ("the SDK", peers.node_version("@auth0/nextjs-auth0"), lambda told: _node(told)["sdk"]),
    ):
        ours = lower_quartile(found["claims"])
        lines.append(_asked(f"{kilobytes}: claims, to {name}", ours, version, ask, told))
    return lines


def _contenders(claims: dict[str, object], now: int) -> dict[str, Callable[[], object]]:
    ring = KeyRing([SECRET])
    exp = now + 86_400
    text = stringify({**claims, "exp": exp})  # type: ignore[dict-item]  # it is JSON
    bare = AESGCM(os.urandom(32))
    key = OctKey.import_key(derive_key(SECRET, ENCRYPTION_INFO))
    header = {"enc": "A256GCM", "alg": "dir"}
    known = ["dir", "A256GCM"]

    def aes_gcm() -> bytes:
        iv = os.urandom(12)
        return bare.decrypt(iv, bare.encrypt(iv, text, HEADER), HEADER)

    def least() -> object:
        iv = os.urandom(12)
        sealed = bare.encrypt(iv, orjson.dumps({**claims, "exp": exp}), HEADER)
        token = pybase64.b64encode_as_string(iv + sealed, altchars=b"-_")
        raw = pybase64.b64decode(token, b"-_", True)
        return orjson.loads(bare.decrypt(raw[:12], raw[12:], HEADER))

    def joserfc() -> object:
        body = json.dumps({**claims, "exp": exp}, separators=(",", ":"))
        token = jwe.encrypt_compact(header, body, key, algorithms=known)
        return json.loads(jwe.decrypt_compact(token, key, algorithms=known).plaintext or b"")

    return {
        "cryptography": aes_gcm,
        "orjson": least,
        "bytes": lambda: open_text(seal_text(text, ring), ring),
        "claims": lambda: open_sealed(seal(claims, ring, exp=exp), ring, now=now),  # type: ignore[arg-type]  # as above
        "joserfc": joserfc,
    }


def _timed(contenders: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Return microseconds of CPU an operation, round by round, by name."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, work in contenders.items():
            start = process_time()
            for _ in range(COUNT):
                work()
            taken[name].append((process_time() - start) / COUNT * 1e6)
    return taken


def _line(
    name: str,
    ours: list[float],
    peer: str,
    found: dict[str, list[float]],
    limit: float | None = None,
) -> Line:
    """Compare with a part of the work (how many times its cost), or a library (times faster)."""
    is_bare = limit is not None
    ratio = compare(ours, found[peer]) if is_bare else compare(found[peer], ours)
    return Line(
        name=name,
        ours=f"{lower_quartile(ours):.2f} µs",
        peer=f"{version_of(peer)}: {lower_quartile(found[peer]):.2f} µs",
        ratio=ratio.value,
        spread=ratio.spread,
        limit=limit,
        rule="at most" if is_bare else "at least",
        bound=CHECKED if "claims" in name else "two Base64 passes, and the checks of jose",
    )


def _asked(
    name: str,
    ours: float,
    peer: str,
    ask: Callable[[dict[str, object]], float],
    told: dict[str, object],
) -> Line:
    """Compare with a peer that times itself."""
    said = ""
    ratio = None
    try:
        found = ask(told)
        said = f"{peer}: {found:.1f} µs"
        ratio = found / ours
    except (Missing, OSError, subprocess.SubprocessError) as error:
        said = f"{peer}, not measured: {error}"
    return Line(name=name, ours=f"{ours:.2f} µs", peer=said, ratio=ratio, limit=None)


def _jwcrypto(told: dict[str, object]) -> float:
    command = [str(peers.python()), "-m", "tests.benchmarks.apps.jwcrypto_peer"]
    return float(_run(command, told, peers.ROOT))


def _node(told: dict[str, object]) -> dict[str, float]:
    found: dict[str, float] = json.loads(_run([peers.node(), "sealing.mjs"], told, NODE))
    return found


def _run(command: list[str], told: dict[str, object], folder: Path) -> str:
    return subprocess.run(
        command, cwd=folder, input=json.dumps(told), capture_output=True, text=True, check=True
    ).stdout
