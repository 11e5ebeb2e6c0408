"""DPoP (RFC 9449): tokens bound to a key of this client, each request proved with it.

The environment's variables are the SDK's (docs/sdk.md, Environment): AUTH0_DPOP_PRIVATE_KEY and
AUTH0_DPOP_PUBLIC_KEY (PEM, ES256), AUTH0_DPOP_CLOCK_SKEW, AUTH0_DPOP_CLOCK_TOLERANCE,
AUTH0_DPOP_CLOCK_TOLERANCE_MAX_PROD, AUTH0_RETRY_DELAY, AUTH0_RETRY_JITTER.
"""

from __future__ import annotations

import hashlib
import random
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from session_inspector.devserver.cookies.js_values import parse_int
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError

Pause: TypeAlias = Callable[[float], Awaitable[None]]
"""Waits for seconds; asyncio.sleep, or a test's own."""
RECOMMENDED = 300
"""Seconds of clock tolerance above which replays become easy."""
NONCE = "dpop-nonce"
FIX = "Fix: give both as PEM of one ES256 (P-256) pair"


@dataclass(frozen=True, slots=True, kw_only=True)
class DPoPOptions:
    """How proofs are made and retried."""

    clock_skew: int = 0
    """Seconds added to our clock in a proof's iat."""
    clock_tolerance: int = 30
    """Seconds the provider's clock may be wrong."""
    retry_delay: float = 100
    """Milliseconds before the one retry with the provider's nonce."""
    retry_jitter: bool = True
    """Wait 50 to 100 % of the delay, so that a herd spreads."""


class Proof(Protocol):
    """Makes the DPoP header of a request."""

    def __call__(self, request: httpx.Request, nonce: str) -> str:
        """Return a proof JWT for the request's method and URL."""
        ...


def read_dpop_options(env: Mapping[str, str]) -> DPoPOptions:
    """Return the options of the environment, numbers read as JavaScript's parseInt reads them.

    Raises: InputError when the tolerance is too large for production, or the delay negative.
    """
    default = DPoPOptions()
    found = DPoPOptions(
        clock_skew=parse_int(env.get("AUTH0_DPOP_CLOCK_SKEW"), default.clock_skew),
        clock_tolerance=parse_int(env.get("AUTH0_DPOP_CLOCK_TOLERANCE"), default.clock_tolerance),
        retry_delay=parse_int(env.get("AUTH0_RETRY_DELAY"), int(default.retry_delay)),
        retry_jitter=(env.get("AUTH0_RETRY_JITTER") or "true") == "true",
    )
    most = parse_int(env.get("AUTH0_DPOP_CLOCK_TOLERANCE_MAX_PROD"), RECOMMENDED)
    is_production = env.get("NODE_ENV") == "production"
    if is_production and found.clock_tolerance > max(most, RECOMMENDED):
        raise InputError(
            f"AUTH0_DPOP_CLOCK_TOLERANCE is {found.clock_tolerance} s; in production it may be"
            f" {most} s. Fix: synchronise the clocks, or set AUTH0_DPOP_CLOCK_TOLERANCE_MAX_PROD"
        )
    if found.retry_delay < 0:
        raise InputError(f"AUTH0_RETRY_DELAY is {found.retry_delay:.0f}; it must be 0 or more")
    return found


def read_dpop_key(env: Mapping[str, str]) -> ECKey | None:
    """Return the key pair of the environment, None when it is not there.

    Raises: InputError when it is no pair of PEM keys on P-256; the SDK would silently go on with
    bearer tokens.
    """
    private_pem = env.get("AUTH0_DPOP_PRIVATE_KEY")
    public_pem = env.get("AUTH0_DPOP_PUBLIC_KEY")
    if not private_pem or not public_pem:
        return None
    key = _import_key(private_pem)
    public = _import_key(public_pem)
    if key.curve_name != "P-256" or not key.is_private:
        raise InputError(f"AUTH0_DPOP_PRIVATE_KEY is no private key on P-256. {FIX}")
    if key.as_dict(private=False) != public.as_dict(private=False):
        raise InputError(f"AUTH0_DPOP_PUBLIC_KEY is not the public half of the private key. {FIX}")
    return key


def _import_key(pem: str) -> ECKey:
    try:
        return ECKey.import_key(pem)
    except (JoseError, ValueError, TypeError) as error:
        raise InputError(
            f"AUTH0_DPOP_PRIVATE_KEY or _PUBLIC_KEY is no EC key in PEM: {error}. {FIX}"
        ) from error


@dataclass(slots=True, kw_only=True)
class DPoPProver:
    """Signs proofs with one key."""

    key: ECKey
    clock: Clock
    options: DPoPOptions

    def __call__(self, request: httpx.Request, nonce: str) -> str:
        """Return the proof of a request (RFC 9449 §4.2); `ath` when it carries a token."""
        claims: dict[str, str | int] = {
            "jti": secrets.token_urlsafe(16),
            "htm": request.method,
            "htu": str(request.url.copy_with(query=None, fragment=None)),
            "iat": int(self.clock.now()) + self.options.clock_skew,
        }
        if nonce:
            claims["nonce"] = nonce
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "dpop":
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = urlsafe_b64encode(digest).rstrip(b"=").decode()
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.key.as_dict(private=False)}
        return jwt.encode(header, claims, self.key, algorithms=["ES256"])


@dataclass(slots=True, kw_only=True)
class DPoPTransport(httpx.AsyncBaseTransport):
    """Adds a proof to every request; retries once when the server asks for its nonce."""

    inner: httpx.AsyncBaseTransport
    prove: Proof
    options: DPoPOptions
    pause: Pause
    _nonces: dict[str, str] = field(default_factory=dict)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request with its proof (RFC 9449 §8, §9)."""
        body = await request.aread()
        response = await self._send_with_proof(request, body)
        if not await _asks_for_nonce(response):
            return response
        await self.pause(self._retry_delay())
        return await self._send_with_proof(request, body)

    def _retry_delay(self) -> float:
        """Return the seconds before the retry."""
        delay = self.options.retry_delay / 1000
        if self.options.retry_jitter:
            delay *= random.uniform(0.5, 1)  # nosec B311  # a pause, not a secret
        return delay

    async def _send_with_proof(self, request: httpx.Request, body: bytes) -> httpx.Response:
        origin = f"{request.url.scheme}://{request.url.netloc.decode()}"
        proof = self.prove(request, self._nonces.get(origin, ""))
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"dpop"]
        proved = httpx.Request(
            request.method,
            request.url,
            headers=[*headers, (b"DPoP", proof.encode())],
            content=body,
            extensions=request.extensions,
        )
        response = await self.inner.handle_async_request(proved)
        if NONCE in response.headers:
            self._nonces[origin] = response.headers[NONCE]
        return response


async def _asks_for_nonce(response: httpx.Response) -> bool:
    if response.status_code not in (400, 401) or NONCE not in response.headers:
        return False
    await response.aread()
    challenge = response.headers.get("www-authenticate", "")
    return "use_dpop_nonce" in challenge + response.text[:2000]
