"""Sends a kept request again: with its own cookies, with none, or with others in their place."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from itertools import count

import httpx

from session_inspector.devserver.cookies.chunk_rules import read_head, recognise_chunks
from session_inspector.devserver.cookies.jar import parse_pairs
from session_inspector.devserver.core.commands import HARMLESS, InspectRequest, Reply, Resend
from session_inspector.devserver.core.correlation import BROWSER_HEADER, name_resender
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.web.kept_requests import KeptRequest, KeptRequests, first_value
from session_inspector.devserver.web.request_report import describe

TIMEOUT = 10.0
OWN = frozenset(
    {b"host", b"content-length", b"transfer-encoding", b"connection", b"cookie", b"keep-alive"}
    | {b"proxy-connection", b"upgrade", b"te", b"trailer", b"expect"}
    | {BROWSER_HEADER.lower().encode()}
)
"""Headers that the new request has of its own, or that were for one connection."""
GONE = "that request is no longer kept: the last 200 are, of those that went through here"


class Resender:
    """Carries out what is asked of kept requests."""

    def __init__(
        self, kept: KeptRequests, base_url: str, *, verify: ssl.SSLContext | bool = True
    ) -> None:
        """`base_url` is where requests come in here, so that the new one is seen as well."""
        self._kept = kept
        self._base_url = base_url
        self._verify = verify
        self._numbers = count(1)

    async def run(self, command: InspectRequest | Resend) -> Reply:
        """Carry out a command. Raises: InspectorError."""
        kept = self._kept.get(command.exchange)
        if kept is None:
            raise InspectorError(GONE)
        if isinstance(command, InspectRequest):
            text = strict_json(describe(kept))
            return Reply(is_ok=True, message="kept in the server's memory only", value=text)
        return await self._send(kept, command)

    async def _send(self, kept: KeptRequest, command: Resend) -> Reply:
        if kept.method not in HARMLESS and not command.is_sure:
            raise InspectorError(f"{kept.method} may change something: it is asked first (is_sure)")
        if kept.body.is_cut or "chunked" in first_value(kept.headers, "transfer-encoding").lower():
            raise InspectorError("only the beginning of its body is kept: it cannot be sent again")
        sender = name_resender(kept.exchange, next(self._numbers))
        status = await self._deliver(kept, command, sender)
        again = self._kept.find_sent_by(sender)
        message = f"{kept.method} {kept.target.partition('?')[0]} again, as {again}: {status}"
        return Reply(is_ok=True, message=message, value=again)

    async def _deliver(self, kept: KeptRequest, command: Resend, sender: str) -> int:
        """Return the status of the answer; its body is read as it passes through here."""
        headers = [(name, value) for name, value in kept.headers if name.lower() not in OWN]
        cookie = make_cookie_line(first_cookie_line(kept), command)
        if cookie:
            headers.append((b"cookie", cookie.encode("latin-1", "replace")))
        headers.append((BROWSER_HEADER.encode(), sender.encode()))
        url = f"{self._base_url.rstrip('/')}{kept.target}"
        client = httpx.AsyncClient(trust_env=False, verify=self._verify, timeout=TIMEOUT)
        try:
            async with (
                client,
                client.stream(
                    kept.method, url, headers=headers, content=bytes(kept.body.data)
                ) as answer,
            ):
                await _read_some(answer)
                return answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise InspectorError(f"no answer: {error or type(error).__name__}") from error


async def _read_some(answer: httpx.Response) -> None:
    """Read the answer, at most as much as is kept: a stream may never end."""
    size = 0
    async for part in answer.aiter_raw():
        size += len(part)
        if size > 1_000_000:
            return


def first_cookie_line(kept: KeptRequest) -> str:
    """Return the Cookie header of a request; several lines are one."""
    lines = [value for name, value in kept.headers if name.lower() == b"cookie"]
    return "; ".join(line.decode("latin-1") for line in lines)


def make_cookie_line(line: str, command: Resend) -> str:
    """Return the Cookie header of the new request."""
    match command.cookies:
        case "same":
            return line
        case "none":
            return ""
        case "replaced":
            return "; ".join(_replace(line, command.cookie))


def _replace(line: str, others: str) -> Iterator[str]:
    """Yield the pairs that stay, then the others: of a cookie that is replaced no chunk stays."""
    before = list(parse_pairs(line))
    after = list(parse_pairs(others))
    bases = _find_bases([*before, *after])
    replaced = {bases.get(name, name) for name, _ in after}
    for name, value in before:
        if bases.get(name, name) not in replaced:
            yield f"{name}={value}"
    yield from (f"{name}={value}" for name, value in after)


def _find_bases(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the cookie that each chunk among cookies is of."""
    sizes = {name: len(value) for name, value in pairs}
    heads = {name: value for name, value in pairs if read_head(value)}
    return {
        name: group.base
        for group in recognise_chunks(sizes, heads=heads)
        for name in group.by_number.values()
    }
