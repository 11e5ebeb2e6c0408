"""Puts together what CDP reports of one request in four events, in any order; redirects too.

    requestWillBeSent, again for each redirect         method, URL, page
    requestWillBeSentExtraInfo, responseReceivedExtraInfo    the real headers, cookies and why not

Each redirect has one of each under the same request id, so the nth belong together.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from session_inspector.devserver.attach.browser.answers import (
    number_in,
    object_in,
    objects_in,
    switch_in,
    text_in,
    texts_in,
)
from session_inspector.devserver.attach.browser.observed import Hop, Lines, split_header
from session_inspector.devserver.attach.browser.reasons import OF_ANOTHER_HOST, explain
from session_inspector.devserver.cookies.scope import is_same_site
from session_inspector.devserver.core.events.browser import UnsentCookie
from session_inspector.devserver.core.values import JsonObject

MOST = 2_000
"""Requests under way that are remembered; the oldest are forgotten."""


@dataclass(slots=True)
class _Waiting:
    requests: list[JsonObject] = field(default_factory=list)
    sent: list[JsonObject] = field(default_factory=list)
    answered: list[JsonObject] = field(default_factory=list)
    done: int = 0
    """Hops that were reported."""

    def is_whole(self) -> bool:
        """Check for a hop that has all its parts and was not reported."""
        counts = len(self.requests), len(self.sent), len(self.answered)
        return min(counts) > self.done


class Pairing:
    """The requests of one browser that are under way."""

    def __init__(self, is_wanted: Callable[[str], bool], report: Callable[[Hop], None]) -> None:
        self._is_wanted = is_wanted
        self._report = report
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()

    def take(self, method: str, params: JsonObject) -> None:
        """Take an event of the domain Network."""
        request = text_in(params, "requestId")
        waiting = self._waiting.get(request)
        if waiting is None:
            waiting = _Waiting()
            self._waiting[request] = waiting
        match method:
            case "Network.requestWillBeSent":
                waiting.requests.append(params)
            case "Network.requestWillBeSentExtraInfo":
                waiting.sent.append(params)
            case "Network.responseReceivedExtraInfo":
                waiting.answered.append(params)
        self._report_whole(waiting)
        while len(self._waiting) > MOST:
            self._waiting.popitem(last=False)

    def _report_whole(self, waiting: _Waiting) -> None:
        """Report what has all its parts; a response without them has no headers of its own."""
        while waiting.is_whole():
            number = waiting.done
            waiting.done += 1
            request = waiting.requests[number]
            if self._is_wanted(text_in(object_in(request, "request"), "url")):
                self._report(_make(request, waiting.sent[number], waiting.answered[number]))
            waiting.requests[number] = {}
            waiting.sent[number] = {}
            waiting.answered[number] = {}


def _make(request: JsonObject, sent: JsonObject, answered: JsonObject) -> Hop:
    inner = object_in(request, "request")
    url = text_in(inner, "url").partition("#")[0]
    return Hop(
        method=text_in(inner, "method"),
        url=url,
        request=_lines_of(object_in(sent, "headers")),
        response=_lines_of(object_in(answered, "headers")),
        status=int(number_in(answered, "statusCode") or 0),
        top=_top_of(answered, url),
        blocked={
            text_in(one, "cookieLine"): tuple(texts_in(one, "blockedReasons"))
            for one in objects_in(answered, "blockedCookies")
        },
        unsent=tuple(_unsent_of(sent)),
        body=_body_of(inner),
    )


def _body_of(request: JsonObject) -> str | None:
    """Return a body as far as it is told: None for a file, or what is too long."""
    body = request.get("postData")
    if isinstance(body, str):
        return body
    if switch_in(request, "hasPostData"):
        return None
    return ""


def _lines_of(headers: JsonObject) -> Lines:
    lines = [
        (name.lower(), value)
        for name, value in headers.items()
        if isinstance(value, str) and not name.startswith(":")
    ]
    if not any(name == "set-cookie" for name, _ in lines):
        return lines
    return [line for name, value in lines for line in split_header(name, value)]


def _top_of(answered: JsonObject, url: str) -> str:
    """Return the page around a frame of another site."""
    key = object_in(answered, "cookiePartitionKey")
    site = text_in(key, "topLevelSite")
    if not site:
        return ""
    if not switch_in(key, "hasCrossSiteAncestor") and is_same_site(site, url):
        return ""
    return site


def _unsent_of(sent: JsonObject) -> list[UnsentCookie]:
    found: list[UnsentCookie] = []
    for one in objects_in(sent, "associatedCookies"):
        reasons = texts_in(one, "blockedReasons")
        if reasons and OF_ANOTHER_HOST not in reasons:
            why, _ = explain(reasons)
            name = text_in(object_in(one, "cookie"), "name")
            found.append(UnsentCookie(name=name, why="; ".join(why), reasons=tuple(reasons)))
    return found
