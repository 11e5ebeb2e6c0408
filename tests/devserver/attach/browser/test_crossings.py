"""What stays behind when a browser crosses hosts and sites."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.attach.browser.crossings import Crossings, is_embedded
from session_inspector.devserver.attach.browser.observed import Hop
from session_inspector.devserver.core.events.browser import HeldCookie, UnsentCookie
from session_inspector.devserver.core.values import Secret


def held(domain: str, name: str = "sid", *, port: int = 3000, path: str = "/") -> HeldCookie:
    return HeldCookie(
        name=name,
        value=Secret.of("v"),
        domain=domain,
        is_host_only=True,
        path=path,
        size=4,
        source_port=port,
    )


def hop(url: str, *request: tuple[str, str], status: int = 200) -> Hop:
    return Hop(method="GET", url=url, request=request, status=status)


def left(request: Hop, *jar: HeldCookie) -> list[str]:
    return [one.domain for one in Crossings().find_news(request, jar, jar)]


def test_another_name_of_this_machine_has_another_jar() -> None:
    (found,) = Crossings().find_news(
        hop("http://127.0.0.1:3000/"), [held("localhost")], [held("localhost")]
    )
    assert (found.name, found.domain, found.reasons) == ("sid", "localhost", ())
    assert found.why == "it is of localhost, and 127.0.0.1 is another host for a browser"
    assert left(hop("http://[::1]:3000/"), held("localhost")) == ["localhost"]


def test_what_is_no_neighbour() -> None:
    there = "http://127.0.0.1:3000/"
    assert left(hop(there, ("cookie", "sid=other")), held("localhost")) == [], "it has its own"
    assert left(hop("http://127.0.0.1:4000/"), held("localhost")) == [], "another app"
    assert left(hop(there), held("localhost", path="/deep")) == []
    assert left(hop(f"{there}favicon.ico"), held("localhost")) == []
    assert left(hop(there), held("app.test")) == []
    assert left(hop("http://app.test:3000/"), held("localhost")) == []


def test_a_browser_without_ports_is_asked_by_what_it_was_sent() -> None:
    crossings = Crossings()
    login = Hop(method="GET", url="http://localhost:3000/login", response=[("set-cookie", "sid=v")])
    crossings.note(login)
    jar = [held("localhost", port=0)]
    assert crossings.find_news(hop("http://127.0.0.1:4000/"), jar, ()) == ()
    assert crossings.find_news(hop("http://127.0.0.1:3000/"), jar, ()) != ()


def test_a_cookie_that_came_later_was_not_left_behind() -> None:
    assert Crossings().find_news(hop("http://127.0.0.1:3000/"), [held("localhost")], ()) == ()


def test_the_same_again_is_no_news() -> None:
    crossings = Crossings()
    jar = [held("localhost")]
    assert crossings.find_news(hop("http://127.0.0.1:3000/?a"), jar, jar)
    assert not crossings.find_news(hop("http://127.0.0.1:3000/?b"), jar, jar)
    assert crossings.find_news(hop("http://127.0.0.1:3000/other"), jar, jar)


def test_a_sibling_that_turns_a_script_away() -> None:
    url = "http://api.localhost:4000/me"
    page = ("origin", "http://app.localhost:3000")
    script = ("sec-fetch-mode", "cors")
    jar = held("app.localhost")
    assert left(hop(url, page, script, status=401), jar) == ["app.localhost"]
    assert left(hop(url, page, script), jar) == [], "it answers without one"
    assert left(hop(url, script, status=401), jar) == [], "nobody says who asked"
    token = ("authorization", "Bearer x")
    assert left(hop(url, page, script, token, status=401), jar) == []
    form = ("sec-fetch-mode", "navigate")
    assert left(hop(url, page, form, status=401), jar) == []


def framed(dest: str, *reasons: str, sent: str = "") -> bool:
    request = replace(
        hop("http://app.test/", ("sec-fetch-dest", dest), ("cookie", sent)),
        top="http://shop.test",
        unsent=(UnsentCookie(name="sid", why="w", reasons=reasons),),
    )
    (found,) = Crossings().find_news(request, (), ())
    return found.is_third_party


def test_a_frame_or_a_script_is_kept_away_by_the_page_around_it() -> None:
    for reason in (
        "SameSiteLax",
        "UserPreferences",
        "SchemefulSameSiteStrict",
        "ThirdPartyPhaseout",
    ):
        assert framed("iframe", reason)
    assert framed("empty", "SameSiteLax")
    assert not framed("image", "SameSiteLax"), "a picture needs no login"
    assert not framed("iframe", "NotOnPath")
    assert not framed("iframe", "SameSiteLax", sent="sid=partitioned")
    assert not is_embedded(hop("http://app.test/"))
