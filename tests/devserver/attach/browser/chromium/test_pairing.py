"""CDP tells a request in parts, in any order."""

from __future__ import annotations

from itertools import permutations

import pytest

from session_inspector.devserver.attach.browser.chromium.pairing import MOST, Pairing
from session_inspector.devserver.attach.browser.observed import Hop
from session_inspector.devserver.core.values import JsonObject

URL = "http://app.test/a"


def request(url: str = URL, number: str = "1") -> tuple[str, JsonObject]:
    inner: JsonObject = {"method": "GET", "url": f"{url}#part"}
    return "Network.requestWillBeSent", {"requestId": number, "request": inner}


SENT: tuple[str, JsonObject] = (
    "Network.requestWillBeSentExtraInfo",
    {
        "requestId": "1",
        "headers": {"Cookie": "a=1", ":path": "/a"},
        "associatedCookies": [
            {"cookie": {"name": "b"}, "blockedReasons": ["NotOnPath"]},
            {"cookie": {"name": "c"}, "blockedReasons": ["DomainMismatch"]},
            {"cookie": {"name": "a"}, "blockedReasons": []},
        ],
    },
)


def answer(status: int = 200) -> tuple[str, JsonObject]:
    return "Network.responseReceivedExtraInfo", {
        "requestId": "1",
        "statusCode": status,
        "headers": {"Set-Cookie": "a=1\nb=2"},
        "blockedCookies": [{"cookieLine": "b=2", "blockedReasons": ["InvalidDomain"]}],
        "cookiePartitionKey": {"topLevelSite": "http://other.test", "hasCrossSiteAncestor": True},
    }


def take(*events: tuple[str, JsonObject], is_wanted: bool = True) -> list[Hop]:
    hops: list[Hop] = []
    pairing = Pairing(lambda url: is_wanted, hops.append)
    for method, params in events:
        pairing.take(method, params)
    return hops


@pytest.mark.parametrize("order", permutations(range(3)))
def test_the_parts_come_in_any_order(order: tuple[int, ...]) -> None:
    parts = (request(), SENT, answer())
    (hop,) = take(*(parts[number] for number in order))
    assert (hop.method, hop.url, hop.status) == ("GET", URL, 200)
    assert hop.request == [("cookie", "a=1")]
    assert hop.set_cookies == ["a=1", "b=2"]
    assert hop.blocked == {"b=2": ("InvalidDomain",)}
    assert [(cookie.name, cookie.reasons) for cookie in hop.unsent] == [("b", ("NotOnPath",))]
    assert hop.top == "http://other.test"


def test_each_redirect_is_a_hop_of_its_own() -> None:
    second = request("http://app.test/b")
    hops = take(request(), SENT, answer(302), second, SENT, answer(200))
    assert [(hop.url[-1], hop.status) for hop in hops] == [("a", 302), ("b", 200)]


def at(event: tuple[str, JsonObject], moment: float) -> tuple[str, JsonObject]:
    method, params = event
    return method, {**params, "timestamp": moment, "wallTime": 1_760_000_000 + moment}


ENDED: tuple[str, JsonObject] = ("Network.responseReceived", {"requestId": "1"})
FAILED: tuple[str, JsonObject] = ("Network.loadingFailed", {"requestId": "1"})


def timed() -> tuple[Pairing, list[Hop]]:
    hops: list[Hop] = []
    return Pairing(lambda url: True, hops.append, is_timed=True), hops


def tell(pairing: Pairing, *events: tuple[str, JsonObject]) -> None:
    for method, params in events:
        pairing.take(method, params)


@pytest.mark.parametrize("end", [ENDED, FAILED], ids=["answered", "blocked"])
@pytest.mark.parametrize("order", permutations(range(3)))
def test_a_timed_request_waits_for_the_moment_of_its_response(
    order: tuple[int, ...], end: tuple[str, JsonObject]
) -> None:
    pairing, hops = timed()
    parts = (SENT, answer(), at(end, 10.25))
    tell(pairing, at(request(), 10), *(parts[number] for number in order))
    (hop,) = hops
    assert (hop.began, hop.duration) == (1_760_000_010, 0.25)


def test_a_redirect_ends_when_the_next_request_is_sent() -> None:
    pairing, hops = timed()
    tell(pairing, at(request(), 1), SENT, answer(302))
    assert hops == []
    second = at(request("http://app.test/b"), 1.5)
    tell(pairing, second, SENT, answer(200), at(ENDED, 3.5), at(FAILED, 9))
    assert [hop.duration for hop in hops] == [0.5, 2]


def test_what_was_answered_is_reported_when_its_page_goes() -> None:
    pairing, hops = timed()
    tell(pairing, at(request(), 1), SENT, answer())
    pairing.close()
    assert [(hop.began, hop.duration) for hop in hops] == [(1_760_000_001, None)]


def test_what_is_forgotten_is_reported_before() -> None:
    pairing, hops = timed()
    tell(pairing, at(request(), 1), SENT, answer())
    for number in range(MOST):
        pairing.take(*request(number=f"n{number}"))
    assert [hop.duration for hop in hops] == [None]


def test_of_other_origins_nothing_is_reported() -> None:
    assert take(request(), SENT, answer(), is_wanted=False) == []


def test_what_never_ends_is_forgotten() -> None:
    pairing = Pairing(lambda url: True, lambda hop: None)
    for number in range(MOST + 10):
        pairing.take(*request(number=str(number)))
    assert len(pairing._waiting) == MOST
