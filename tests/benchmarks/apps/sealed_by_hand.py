"""The least that a session sealed into cookies can cost: no check, no policy, no fault looked for.

It opens and seals as the SDK's cookie wants it, with AES-GCM, Base64 and orjson alone, and sends
the same lines: chunks, the deletions of unused chunk names, the headers that keep caches away.
"""

from __future__ import annotations

import os
import time
from typing import Any

import orjson
import pybase64
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from session_inspector.devserver.cookies.sealed import (
    ENCRYPTION_INFO,
    HEADER,
    derive_key,
)
from tests.benchmarks.apps.serve import SECRET, serve

DAY = 86_400
SIZE = 3500
NAME = "__session"
NAMES = tuple(f"{NAME}__{number}" for number in range(5))
CIPHER = AESGCM(derive_key(SECRET, ENCRYPTION_INFO))
LIVE = b"; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT; Max-Age=86400; HttpOnly; SameSite=lax"
DEAD = b"=; Path=/; Max-Age=0; HttpOnly; SameSite=lax"
NO_CACHE = [
    (b"cache-control", b"private, no-cache, no-store, must-revalidate, max-age=0"),
    (b"pragma", b"no-cache"),
    (b"expires", b"0"),
]


def seal(session: dict[str, Any]) -> str:
    """Return a session as a compact JWE."""
    iv = os.urandom(12)
    sealed = CIPHER.encrypt(iv, orjson.dumps(session), HEADER)
    parts = (iv, sealed[:-16], sealed[-16:])
    encoded = [pybase64.b64encode_as_string(part, b"-_").rstrip("=") for part in parts]
    return f"{HEADER.decode()}..{'.'.join(encoded)}"


def unseal(token: str) -> dict[str, Any]:
    """Return the session in a compact JWE."""
    iv, text, tag = [
        pybase64.b64decode(part + "=" * (-len(part) % 4), b"-_", True)
        for part in token.split(".")[2:]
    ]
    found: dict[str, Any] = orjson.loads(CIPHER.decrypt(iv, text + tag, HEADER))
    return found


def add_cookies(answer: JSONResponse, session: dict[str, Any]) -> None:
    """Write a session, a day longer."""
    token = seal({**session, "exp": int(time.time()) + DAY})  # noqa: TID251  # its own process
    pieces = {NAME: token}
    if len(token) > SIZE:
        cut = range(0, len(token), SIZE)
        pieces = {NAMES[at // SIZE]: token[at : at + SIZE] for at in cut}
    lines = [f"{name}={value}".encode() + LIVE for name, value in pieces.items()]
    lines += [name.encode() + DEAD for name in (*NAMES, NAME) if name not in pieces]
    answer.raw_headers += [*NO_CACHE, *((b"set-cookie", line) for line in lines)]


async def home(request: Request) -> JSONResponse:
    """Open the session and seal it again."""
    cookies = request.cookies
    token = cookies.get(NAME) or "".join(cookies[name] for name in NAMES if name in cookies)
    session = unseal(token)
    answer = JSONResponse({"sub": session["user"]["sub"]})
    add_cookies(answer, session)
    return answer


async def login(request: Request) -> JSONResponse:
    """Seal a session."""
    answer = JSONResponse({})
    add_cookies(answer, await request.json())
    return answer


async def build() -> Starlette:
    """Return the app."""
    return Starlette(routes=[Route("/", home), Route("/login", login, methods=["POST"])])


if __name__ == "__main__":
    serve(build)
