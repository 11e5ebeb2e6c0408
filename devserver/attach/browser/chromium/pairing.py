"""Puts together what CDP reports of one request in four events, in any order; redirects too.

    requestWillBeSent, again for each redirect         method, URL, page, moment
    requestWillBeSentExtraInfo, responseReceivedExtraInfo    the real headers, cookies and why not
    responseReceived, loadingFailed, the next requestWillBeSent    the moment of the response

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
from session_inspector.devserver.core.values import JsonObject, Seconds

MOST = 2_000
"""Requests under way that are remembered; the oldest are forgotten."""


@dataclass(slots=True)
class _Waiting:
    requests: list[JsonObject] = field(default_factory=list)
    sent: list[JsonObject] = field(default_factory=list)
    answered: list[JsonObject] = field(default_factory=list)
    ends: list[Seconds | None] = field(default_factory=list)
    """When each was answered, on the clock of `timestamp`."""
    done: int = 0
    """Hops that were reported."""

    def is_whole(self, *, is_timed: bool) -> bool:
        """Check for a hop that has all its parts and was not reported."""
        counts = len(self.requests), len(self.sent), len(self.answered)
        is_over = not is_timed or len(self.ends) > self.done
        return min(counts) > self.done and is_over

    def note_end(self, params: JsonObject) -> None:
        """Note when the hop that was sent last was answered; the first time counts."""
        if len(self.ends) < len(self.requests):
            self.ends.append(number_in(params, "timestamp"))

    def end_of(self, number: int) -> Seconds | None:
        """Return when a hop was answered."""
        if number >= len(self.ends):
            return None
        return self.ends[number]


class Pairing:
    """The requests of one browser that are under way."""

    def __init__(
        self,
        is_wanted: Callable[[str], bool],
        report: Callable[[Hop], None],
        *,
        is_timed: bool = False,
    ) -> None:
        """`is_timed`: a hop is reported once the moment of its response is known, too."""
        self._is_wanted = is_wanted
        self._report = report
        self._is_timed = is_timed
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
                if waiting.requests:
                    waiting.note_end(params)
                waiting.requests.append(params)
            case "Network.responseReceived" | "Network.loadingFailed":
                waiting.note_end(params)
            case "Network.requestWillBeSentExtraInfo":
                waiting.sent.append(params)
            case "Network.responseReceivedExtraInfo":
                waiting.answered.append(params)
        self._report_whole(waiting, is_timed=self._is_timed)
        while len(self._waiting) > MOST:
            _, oldest = self._waiting.popitem(last=False)
            self._report_whole(oldest, is_timed=False)

    def close(self) -> None:
        """Report what was answered, and of which no more is told: its page has gone."""
        for waiting in self._waiting.values():
            self._report_whole(waiting, is_timed=False)

    def _report_whole(self, waiting: _Waiting, *, is_timed: bool) -> None:
        """Report what has all its parts; a response without them has no headers of its own."""
        while waiting.is_whole(is_timed=is_timed):
            number = waiting.done
            waiting.done += 1
            request = waiting.requests[number]
            if self._is_wanted(text_in(object_in(request, "request"), "url")):
                sent = waiting.sent[number]
                self._report(_make(request, sent, waiting.answered[number], waiting.end_of(number)))
            waiting.requests[number] = {}
            waiting.sent[number] = {}
            waiting.answered[number] = {}


def _make(
    request: JsonObject, sent: JsonObject, answered: JsonObject, ended: Seconds | None
) -> Hop:
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
        began=number_in(request, "wallTime"),
        duration=_time_between(number_in(request, "timestamp"), ended),
    )


def _time_between(began: Seconds | None, ended: Seconds | None) -> Seconds | None:
    if began is None or ended is None:
        return None
    return max(0.0, ended - began)


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
