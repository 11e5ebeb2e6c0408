"""A deletion ends a session only where a browser forgets the cookie by it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.decoders.codecs.base64_text import to_base64
from session_inspector.devserver.decoders.codecs.json_text import compact_json
from session_inspector.devserver.decoders.formats.js.cookie_session import sign
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

VALUE = "6b2f9d0c7a1e48d5b3c9f0a1d2e4b6c8"
OTHER = "0e1d2c3b4a5968778695a4b3c2d1e0f1"
THIRD = "c3b1a0f9e8d7c6b5a4938271605f4e3d"
GONE = "Expires=Thu, 01 Jan 1970 00:00:00 GMT"


@pytest.fixture
def scene() -> TrafficScene:
    return TrafficScene()


@pytest.mark.parametrize(
    ("login", "made", "logout", "deleted", "has_ended"),
    [
        ("/app/login", "Path=/app", "/app/logout", "Path=/", False),
        ("/app/login", "Path=/app", "/app/logout", "Path=/app", True),
        ("/app/login", "Path=/", "/app/logout", "Path=/", True),
        ("/app/login", "Path=/", "/app/logout", "", False),
        ("/app/login", "", "/app/logout", "", True),
        ("/app/login", "", "/app/logout", "Path=/app", True),
        ("/login", "Path=/; Domain=a.test", "/logout", "Path=/", False),
        ("/login", "Path=/", "/logout", "Path=/; Domain=a.test", False),
        ("/login", "Path=/; Domain=.A.test", "/logout", "Path=/; Domain=a.test", True),
    ],
)
async def test_a_browser_deletes_by_the_same_path_and_domain_only(
    scene: TrafficScene, login: str, made: str, logout: str, deleted: str, has_ended: bool
) -> None:
    await scene.visit(f"POST {login}", "", f"sid={VALUE}; HttpOnly; {made}")
    holders = await scene.visit(f"POST {logout}", f"sid={VALUE}", f"sid=; {GONE}; {deleted}")
    await scene.visit("GET /app/", f"sid={VALUE}")
    [written] = scene.take(SessionWritten)
    assert bool(scene.take(SessionDestroyed)) is has_ended
    assert bool(scene.take(SessionShownAgain)) is has_ended
    assert holders == {"sid": written.session}, "the line is about it, whatever it does"


async def test_a_deletion_of_all_variants_ends_it(scene: TrafficScene) -> None:
    await scene.visit("POST /login", "", f"sid={VALUE}; HttpOnly; Path=/")
    both = (f"sid=; {GONE}; Path=/; Domain=a.test", f"sid=; {GONE}; Path=/")
    await scene.visit("POST /logout", f"sid={VALUE}", *both)
    assert len(scene.take(SessionDestroyed)) == 1


async def test_a_value_that_was_set_at_two_paths_lives_until_both_are_deleted(
    scene: TrafficScene,
) -> None:
    lines = (f"sid={VALUE}; HttpOnly; Path=/", f"sid={VALUE}; HttpOnly; Path=/app")
    await scene.visit("POST /login", "", *lines)
    await scene.visit("POST /logout", f"sid={VALUE}", f"sid=; {GONE}; Path=/")
    assert scene.take(SessionDestroyed) == []
    await scene.visit("POST /logout", f"sid={VALUE}", f"sid=; {GONE}; Path=/app")
    assert len(scene.take(SessionDestroyed)) == 1


async def test_a_cookie_that_nobody_saw_being_set_is_deleted_as_the_line_says() -> None:
    scene = TrafficScene(named=("sid",))
    await scene.visit("GET /", f"sid={VALUE}")
    await scene.visit("POST /logout", f"sid={VALUE}", f"sid=; {GONE}; Path=/anywhere")
    assert len(scene.take(SessionDestroyed)) == 1


async def test_a_cookie_that_moves_to_another_path_is_no_logout(scene: TrafficScene) -> None:
    await scene.visit("POST /login", "", f"sid={VALUE}; HttpOnly; Path=/app")
    lines = (f"sid={OTHER}; HttpOnly; Path=/", f"sid=; {GONE}; Path=/app")
    await scene.visit("GET /app/", f"sid={VALUE}", *lines)
    assert scene.take(SessionDestroyed) == []
    assert [event.reason for event in scene.take(SessionWritten)] == ["login", "rotate"]


@pytest.mark.parametrize("request_line", ["POST /login", "GET /auth/callback"])
async def test_a_login_that_deletes_all_cookies_and_sets_others_begins_another_session(
    scene: TrafficScene, request_line: str
) -> None:
    guest = (await scene.visit("GET /", "", f"guest={VALUE}; HttpOnly; Path=/"))["guest"]
    lines = ("guest=; Max-Age=0; Path=/", f"member={OTHER}; HttpOnly; Max-Age=60")
    holders = await scene.visit(request_line, f"guest={VALUE}", *lines)
    member = holders["member"]
    assert (holders["guest"], member != guest) == (guest, True)
    written = scene.take(SessionWritten)[-1]
    assert (written.session, written.reason, written.previous) == (member, "login", guest)
    assert written.facts.name == "member · format unknown"
    assert [timer.ends for timer in written.facts.timers] == [NOW + 60]
    assert scene.take(SessionDestroyed) == []


async def test_a_cookie_that_was_deleted_beside_others_is_no_part_of_the_session(
    scene: TrafficScene,
) -> None:
    both = (f"one={VALUE}; HttpOnly", f"two={OTHER}; HttpOnly; Max-Age=60")
    name = (await scene.visit("POST /login", "", *both))["one"]
    sent = f"one={VALUE}; two={OTHER}"
    await scene.visit("GET /me", sent, "one=; Max-Age=0", f"two={OTHER}; HttpOnly; Max-Age=90")
    written = scene.take(SessionWritten)[-1]
    assert (written.session, written.facts.name) == (name, "two · format unknown")
    assert [timer.ends for timer in written.facts.timers] == [NOW + 90]


def signed(letter: str) -> str:
    return "sid=" + quote(f"s:{letter * 32}.{letter * 43}", safe="")


@pytest.mark.parametrize(
    ("old", "new"),
    [(signed("a"), signed("b")), (f"sid={VALUE}", f"sid={OTHER}")],
    ids=["an id", "format unknown"],
)
async def test_a_cookie_of_another_path_takes_no_other_s_place(
    scene: TrafficScene, old: str, new: str
) -> None:
    first = (await scene.visit("POST /login", "", f"{old}; HttpOnly; Path=/"))["sid"]
    second = (await scene.visit("GET /app/", old, f"{new}; HttpOnly; Path=/app"))["sid"]
    await scene.visit("GET /me", old)
    await scene.visit("GET /app/", f"{new}; {old}")
    assert second != first
    assert [one.previous for one in scene.take(SessionWritten)] == ["", ""]
    assert scene.take(SessionShownAgain) == []
    assert scene.take(CookieReused) == []


async def test_a_cookie_of_the_same_path_takes_its_place(scene: TrafficScene) -> None:
    old = signed("a")
    new = signed("b")
    first = (await scene.visit("POST /login", "", f"{old}; HttpOnly; Path=/"))["sid"]
    await scene.visit("POST /login", old, f"{new}; HttpOnly; Path=/")
    assert scene.take(SessionWritten)[-1].previous == first


@pytest.mark.parametrize(
    ("keeps_beside", "reason"), [(False, "login"), (True, "rotate")], ids=["both", "one"]
)
async def test_a_login_that_replaces_all_cookies_begins_another_session(
    scene: TrafficScene, keeps_beside: bool, reason: str
) -> None:
    """As koa-session with a new id, whose signature is a cookie of its own."""
    made = (f"sid={VALUE}; HttpOnly; Path=/", f"sid.sig={OTHER}; Path=/; HttpOnly")
    old = (await scene.visit("POST /login", "", *made))["sid"]
    lines = [f"sid={THIRD}; HttpOnly; Path=/"]
    if not keeps_beside:
        lines.append(f"sid.sig={VALUE}; Path=/; HttpOnly")
    new = (await scene.visit("POST /login", f"sid={VALUE}; sid.sig={OTHER}", *lines))["sid"]
    second = scene.take(SessionWritten)[-1]
    assert (second.session, second.reason) == (new, reason)
    assert (new == old) == keeps_beside


def counted(number: int) -> str:
    """Return cookie-session's cookies: equal content is equal bytes."""
    value = to_base64(compact_json({"user": {"name": "cy"}, "n": number}))
    return f"sess={value}; sess.sig={sign('sess', value, 'key')}"


def lines_of(cookies: str, path: str) -> list[str]:
    return [f"{cookie}; Path={path}; HttpOnly" for cookie in cookies.split("; ")]


async def test_equal_bytes_of_another_path_are_no_other_session_s_cookie() -> None:
    """A counter goes up to the value that the cookie of /admin has."""
    scene = TrafficScene("key")
    await scene.visit("POST /login", "", *lines_of(counted(4), "/"))
    await scene.visit("GET /admin/path", counted(4), *lines_of(counted(5), "/admin"))
    await scene.visit("GET /n", counted(4), *lines_of(counted(5), "/"))
    scene.opener.close()
    first, beside, third = scene.take(SessionWritten)
    assert beside.session != first.session
    assert (third.session, third.reason, third.previous) == (first.session, "update", "")


async def test_the_same_bytes_in_the_same_path_are_the_session_that_had_them() -> None:
    """The near miss: a value that comes back where it was."""
    scene = TrafficScene("key")
    for number, brought in ((4, ""), (5, counted(4)), (4, counted(5))):
        await scene.visit("GET /n", brought, *lines_of(counted(number), "/"))
    scene.opener.close()
    assert len({written.session for written in scene.take(SessionWritten)}) == 1


async def test_a_session_that_moves_to_another_path_keeps_its_name() -> None:
    scene = TrafficScene("key")
    await scene.visit("POST /login", "", *lines_of(counted(4), "/"))
    await scene.visit("GET /app/n", counted(4), *lines_of(counted(4), "/app"))
    scene.opener.close()
    assert len({written.session for written in scene.take(SessionWritten)}) == 1
