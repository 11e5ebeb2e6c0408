"""The verdict on a line, from the browser's word, its jar, and the rules where it says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.attach.browser.observed import Hop
from session_inspector.devserver.attach.browser.verdicts import (
    NO_REASON,
    is_unclear,
    judge_hop,
    list_since,
)
from session_inspector.devserver.core.events.browser import CookieJudged, HeldCookie
from session_inspector.devserver.core.values import Secret

NOW = 1.8e9


def hop(*lines: str, blocked: dict[str, tuple[str, ...]] | None = None, sent: str = "") -> Hop:
    response = [("set-cookie", line) for line in lines]
    url = "http://app.test/x/y?code=secret"
    request = [("cookie", sent)]
    return Hop(method="GET", url=url, request=request, response=response, blocked=blocked or {})


def held(name: str, value: str, path: str = "/x") -> HeldCookie:
    return HeldCookie(
        name=name, value=Secret.of(value), domain="app.test", is_host_only=True, path=path, size=2
    )


def judge(
    one: Hop,
    jar: Sequence[HeldCookie] = (),
    *later: Hop,
    before: Sequence[HeldCookie] = (),
) -> list[CookieJudged]:
    since, *_ = list_since([one, *later])
    browser = "Chromium 156"
    judged = judge_hop(one, jar, "Chrome", browser=browser, since=since, before=before, now=NOW)
    return list(judged)


def test_the_browsers_own_reason_is_seen() -> None:
    (found,) = judge(hop("a=1", blocked={"a=1": ("InvalidDomain",)}))
    assert (found.verdict, found.origin, found.reasons) == ("dropped", "seen", ("InvalidDomain",))
    assert found.url == "http://app.test/x/y"


def test_what_is_in_the_jar_is_kept_or_changed() -> None:
    (found,) = judge(hop("a=1"), [held("a", "1")])
    assert (found.verdict, found.why, found.path) == ("kept", (), "/x")
    (found,) = judge(hop("a=1; Max-Age=34560001"), [held("a", "1")])
    assert found.verdict == "changed"


def test_without_a_reason_the_rule_gives_one_and_is_marked() -> None:
    (found,) = judge(hop("a=1; Partitioned"))
    assert (found.verdict, found.origin) == ("dropped", "rule")
    assert found.why == ("Partitioned needs Secure",)


def test_what_is_not_there_for_no_reason_that_is_known_is_not_called_dropped() -> None:
    (found,) = judge(hop("a=1"))
    assert (found.verdict, found.origin, found.why) == ("missing", "seen", (NO_REASON,))
    (found,) = judge(hop("a=1"), [held("a", "0")], before=[held("a", "0")])
    assert found.verdict == "missing", "the jar has what it had before"
    (found,) = judge(hop("a=1", sent="b=2; a=0"), [held("a", "0")])
    assert found.verdict == "missing", "and what the request had brought"


def test_a_cookie_that_a_later_request_brought_was_kept() -> None:
    rolled = hop("a=2", sent="b=7; a=1")
    (found,) = judge(hop("a=1"), [held("a", "2")], rolled)
    assert (found.verdict, found.value.reveal()) == ("kept", "1")
    elsewhere = replace(rolled, url="http://other.test/x")
    assert judge(hop("a=1"), [held("a", "2")], elsewhere) == []


def test_of_what_somebody_has_replaced_whom_nobody_saw_nothing_is_said() -> None:
    assert judge(hop("a=1"), [held("a", "2")]) == []


def test_a_deletion_deletes() -> None:
    (found,) = judge(hop("a=1; Max-Age=0"))
    assert found.verdict == "deleted"


def test_a_date_that_is_ahead_makes_an_expires_a_deletion() -> None:
    dated = hop("a=1; Expires=Fri, 15 Jan 2027 08:01:00 GMT")
    dated.response = [*dated.response, ("date", "Fri, 15 Jan 2027 08:01:30 GMT")]
    (found,) = judge(dated)
    assert found.verdict == "deleted"
    assert found.why[0].endswith("is over by the Date of its response")


def test_of_what_was_replaced_since_nothing_is_said() -> None:
    assert [one.value.reveal() for one in judge(hop("a=1", "a=2"), [held("a", "2")])] == ["2"]
    assert judge(hop("a=1"), [held("a", "2")], hop("a=2")) == []


def test_a_jar_that_has_not_yet_what_was_set_is_unclear() -> None:
    assert is_missing_yet(hop("a=1"))
    assert is_missing_yet(hop("a=1"), [held("a", "2")])
    assert not is_missing_yet(hop("a=1"), [held("a", "1")])
    assert not is_missing_yet(hop("a=1; Max-Age=0"))
    assert not is_missing_yet(hop("a=1", "a=2"), [held("a", "2")])
    assert not is_missing_yet(hop("a=1", blocked={"a=1": ("InvalidDomain",)}))


def test_what_later_responses_explain_is_not_unclear() -> None:
    assert not is_missing_yet(hop("a=1"), [], hop("a=2"))
    assert not is_missing_yet(hop("a=1"), [], hop(sent="a=1"))
    assert is_missing_yet(hop("a=1"), [], hop("b=2", sent="a=0"))


def is_missing_yet(one: Hop, jar: Sequence[HeldCookie] = (), *later: Hop) -> bool:
    since, *_ = list_since([one, *later])
    return is_unclear(one, jar, "Chrome", since=since, now=NOW)


def framed(line: str, reason: str, dest: str = "iframe") -> CookieJudged:
    one = replace(
        hop(line, blocked={line: (reason,)}),
        url="http://localhost/",
        top="http://127.0.0.1",
        request=[("sec-fetch-dest", dest)],
    )
    (found,) = judge(one)
    return found


def test_a_line_that_only_the_page_around_drops_is_a_third_party_s() -> None:
    assert framed("a=1; SameSite=Lax", "UserPreferences").is_third_party
    assert not framed("a=1; Domain=other.test", "InvalidDomain").is_third_party
    assert not framed("a=1; SameSite=Lax", "UserPreferences", "image").is_third_party
    assert framed("a=1; Domain=localhost", "InvalidDomain").domain == "localhost"


def test_what_a_response_sets_is_replaced_by_later_ones_alone() -> None:
    hops = [hop("a=1", "b=1"), hop(), hop("a=2; Path=/other"), hop("b=2"), hop("c=1")]
    assert [one.replaced for one in list_since(hops)] == [
        {("a", "/other"), ("b", "/x"), ("c", "/x")},
        {("a", "/other"), ("b", "/x"), ("c", "/x")},
        {("b", "/x"), ("c", "/x")},
        {("c", "/x")},
        set(),
    ]
    assert list_since([]) == []
