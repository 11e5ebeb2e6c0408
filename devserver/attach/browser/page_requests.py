"""Requests that are sent again from a page of the real browser: with its jar, and by its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from session_inspector.devserver.attach.browser.exchanges import BrowserExchanges
from session_inspector.devserver.attach.browser.observed import Hop
from session_inspector.devserver.attach.browser.origins import origin_of
from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.commands import HARMLESS, ReplayInPage, Reply
from session_inspector.devserver.core.correlation import BROWSER_HEADER
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.values import Json
from session_inspector.devserver.web.kept_requests import (
    KeptRequest,
    KeptRequests,
    first_value,
)

GONE = "that request is no longer kept: the last 200 are"
CUT = "only a part of its body is known: it cannot be sent again"
OF_THE_BROWSER = (
    *("host", "cookie", "user-agent", "origin", "referer", "connection", "content-length"),
    *("accept-encoding", "accept-language", "te", "trailer", "upgrade", "keep-alive", "expect"),
    *("transfer-encoding", "upgrade-insecure-requests", "pragma", "cache-control", "dnt"),
    *("priority", "if-none-match", "if-modified-since", "date", "via", BROWSER_HEADER.lower()),
)
"""Headers that a browser writes by itself."""
OF_THE_BROWSER_TOO = ("sec-", "proxy-", "x-forwarded-", "access-control-request-")
FORBIDDEN = "the page's own policy (CSP) lets no script send it"
SCRIPT = """(async () => {
  let rule = "";
  const note = (event) => { rule = event.effectiveDirective; };
  document.addEventListener("securitypolicyviolation", note);
  try {
    return (await fetch(REQUEST)).status;
  } catch (error) {
    await new Promise((done) => setTimeout(done, 100));
    return rule ? `${FORBIDDEN}: ${rule}` : String(error);
  } finally {
    document.removeEventListener("securitypolicyviolation", note);
  }
})()"""
"""Returns the status; or in words what went wrong, for which the violation is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """A request as a page can send it."""

    method: str
    url: str
    headers: dict[str, str]
    body: str | None
    """None: it is not known whole."""


class PageScripts(Protocol):
    """A browser in whose pages a script can run."""

    async def open(self, url: str) -> None:
        """Open a page in a tab of its own. Raises: InspectorError."""
        ...

    async def evaluate(self, origin: str, expression: str) -> Json:
        """Return what a script returns in an open page of an origin. Raises: InspectorError."""
        ...


FindRequest: TypeAlias = Callable[[str], PageRequest | None]
"""Returns the request of an exchange; None: it is no longer kept."""


async def replay(browser: PageScripts, find: FindRequest, command: ReplayInPage) -> Reply:
    """Send a request again from a page of its origin. Raises: InspectorError."""
    request = find(command.exchange)
    if request is None:
        raise InspectorError(GONE)
    if request.method not in HARMLESS and not command.is_sure:
        raise InspectorError(f"{request.method} may change something: it is asked first (is_sure)")
    if request.body is None:
        raise InspectorError(CUT)
    return await _send(browser, request)


async def _send(browser: PageScripts, request: PageRequest) -> Reply:
    origin = origin_of(request.url)
    answer = await browser.evaluate(origin, write_script(request))
    path = request.url.removeprefix(origin).partition("?")[0] or "/"
    if isinstance(answer, (int, float)):
        text = f"{request.method} {path} again, from the page of {origin}: {answer:.0f}"
        return Reply(is_ok=True, message=text)
    reason = str(answer or "no answer")
    if reason.startswith(FORBIDDEN) and request.method == "GET":
        await browser.open(request.url)
        text = f"GET {path} again, in a tab of its own: {reason}"
        return Reply(is_ok=True, message=text)
    raise InspectorError(f"{request.method} {path} from the page: {reason}")


def write_script(request: PageRequest) -> str:
    """Return a script that sends a request, and returns its status or what went wrong."""
    options: dict[str, object] = {
        "method": request.method,
        "headers": request.headers,
        "credentials": "include",
        "cache": "no-store",
    }
    if request.body:
        options["body"] = request.body
    sent = f"{strict_json(request.url)}, {strict_json(options)}"
    return SCRIPT.replace("FORBIDDEN", strict_json(FORBIDDEN)).replace("REQUEST", sent)


def find_kept(kept: KeptRequests, base_url: str) -> FindRequest:
    """Return who finds requests that went through here."""
    scheme = split_url(base_url).scheme

    def find(exchange: str) -> PageRequest | None:
        found = kept.get(exchange)
        if found is None:
            return None
        return from_kept(found, scheme)

    return find


def find_seen(exchanges: BrowserExchanges) -> FindRequest:
    """Return who finds requests that the browser was seen to send."""

    def find(exchange: str) -> PageRequest | None:
        hop = exchanges.hops.get(exchange)
        if hop is None:
            return None
        return from_hop(hop)

    return find


def from_kept(kept: KeptRequest, scheme: str) -> PageRequest:
    """Return a request that went through here, as a page can send it."""
    host = first_value(kept.headers, "host")
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in kept.headers]
    body: str | None = None
    if not kept.body.is_cut:
        body = read_body(bytes(kept.body.data))
    return PageRequest(
        method=kept.method,
        url=f"{scheme}://{host}{kept.target}",
        headers=_own_headers(pairs),
        body=body,
    )


def from_hop(hop: Hop) -> PageRequest:
    """Return a request that the browser was seen to send."""
    return PageRequest(
        method=hop.method, url=hop.url, headers=_own_headers(hop.request), body=hop.body
    )


def read_body(data: bytes) -> str | None:
    """Return a body as text; None: it is none, and a script cannot write it."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _own_headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found = {}
    for name, value in pairs:
        lower = name.lower()
        if lower not in OF_THE_BROWSER and not lower.startswith((":", *OF_THE_BROWSER_TOO)):
            found[lower] = value
    return found
