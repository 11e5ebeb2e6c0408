"""The last 200 requests are kept, with the beginning of their bodies, and no more."""

from __future__ import annotations

from session_inspector.devserver.core.correlation import BROWSER_HEADER
from session_inspector.devserver.web.kept_requests import KEPT, MOST_BYTES, KeptRequests

SENDER = ((BROWSER_HEADER.encode(), b"again-x1-1"),)


def test_the_oldest_gives_way_and_lets_go_of_its_bytes() -> None:
    kept = KeptRequests()
    first = kept.begin("x0", "GET", "/", ())
    first.add_answer(b"a" * 100)
    for number in range(1, KEPT + 1):
        kept.begin(f"x{number}", "GET", "/", ())
    assert kept.get("x0") is None
    assert kept.get(f"x{KEPT}") is not None
    first.add_answer(b"late")
    assert (bytes(first.answer.data), first.answer.size) == (b"", 0)


def test_only_the_beginning_of_a_body_is_kept() -> None:
    request = KeptRequests().begin("x1", "POST", "/", ())
    request.add_body(b"a" * MOST_BYTES)
    assert not request.body.is_cut
    request.add_body(b"b")
    assert (len(request.body.data), request.body.size) == (MOST_BYTES, MOST_BYTES + 1)
    assert request.body.is_cut


def test_a_request_is_found_by_who_sent_it() -> None:
    kept = KeptRequests()
    kept.begin("x1", "GET", "/", SENDER)
    kept.begin("x2", "GET", "/", SENDER)
    kept.begin("x3", "GET", "/", ())
    assert kept.find_sent_by("again-x1-1") == "x2"
    assert kept.find_sent_by("nobody") == ""
