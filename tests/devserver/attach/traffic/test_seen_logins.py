"""When a login was seen on the wire, its session says so."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.codecs.iron import FEW, make_seal
from session_inspector.devserver.decoders.codecs.json_text import compact_json
from tests.devserver.attach.traffic.app_rows import ALICE, BOB, NOBODY, Rows, cookie, line
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.devserver.attach.traffic.test_shown_again import RANDOM, SIGNED

PASSWORD = "a-password-of-32-characters-or-more"


@pytest.fixture
async def scene(rows: Rows) -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret", rows=rows, read_row=rows.read, named=("session",))
    yield found
    found.opener.close()


def logins(scene: TrafficScene) -> list[tuple[float, str]]:
    return [(one.facts.created_at, one.facts.login) for one in scene.take(SessionWritten)]


@pytest.mark.parametrize("status", [200, 302])
@pytest.mark.parametrize("path", ["POST /login", "POST /api/sign-in", "GET /auth/callback"])
async def test_the_answer_to_a_form_or_a_callback_is_when_its_user_logged_in(
    scene: TrafficScene, path: str, status: int
) -> None:
    await scene.visit(path, "", line(ALICE), status=status)
    assert logins(scene) == [(NOW, "x1")]
    scene.clock.advance(60)
    await scene.visit("GET /me", cookie(ALICE), line(ALICE))
    assert logins(scene)[-1] == (NOW, "x1"), "a roll is no login"


@pytest.mark.parametrize("value", [SIGNED, RANDOM], ids=["opened", "format unknown"])
async def test_a_session_that_is_all_in_its_cookie_says_so_too(
    scene: TrafficScene, value: str
) -> None:
    await scene.visit("POST /login", "", f"session={value}; HttpOnly; Path=/")
    assert logins(scene) == [(NOW, "x1")]


@pytest.mark.parametrize(
    ("request_line", "session", "status"),
    [
        ("GET /", ALICE, 200),
        ("POST /cart", ALICE, 302),
        ("POST /login", NOBODY, 200),
        ("POST /login", ALICE, 401),
    ],
)
async def test_what_is_no_login_says_nothing_of_one(
    scene: TrafficScene, request_line: str, session: str, status: int
) -> None:
    await scene.visit(request_line, "", line(session), status=status)
    assert [login for _, login in logins(scene)] == [""]


async def test_a_login_that_keeps_the_id_is_seen_in_its_row(
    scene: TrafficScene, rows: Rows
) -> None:
    await scene.visit("GET /", "", line(NOBODY))
    await scene.visit("POST /login", cookie(NOBODY), status=302)
    assert scene.take(SessionSeen) == [], "nobody is in it: the password was wrong"
    rows.users[NOBODY] = "alice"
    await scene.visit("POST /login", cookie(NOBODY), status=302)
    begun = scene.take(SessionWritten)[-1]
    assert (begun.reason, begun.cause) == ("begun", "x3")
    assert (begun.facts.sub, begun.facts.login) == ("alice", "x3")
    await scene.visit("POST /login", cookie(NOBODY), status=302)
    assert scene.take(SessionWritten)[-1] is begun, "she was in it"
    (again,) = scene.take(SessionSeen)
    assert (again.cause, again.facts.login) == ("x4", "x4")
    rows.users[NOBODY] = "bob"
    scene.clock.advance(60)
    await scene.visit("POST /login", cookie(NOBODY), status=302)
    begun = scene.take(SessionWritten)[-1]
    facts = begun.facts
    assert (begun.reason, facts.sub, facts.login) == ("begun", "bob", "x5")
    assert facts.created_at == NOW + 60


async def test_another_user_s_login_is_another(scene: TrafficScene) -> None:
    await scene.visit("POST /login", "", line(ALICE))
    scene.clock.advance(9)
    await scene.visit("POST /login", cookie(ALICE), line(BOB))
    assert logins(scene) == [(NOW, "x1"), (NOW + 9, "x2")]


def sealed(**data: str) -> str:
    """Return a cookie of h3, which has an id and no user until somebody logs in."""
    content: JsonObject = {**data}
    text = compact_json({"id": "a1", "createdAt": NOW * 1000, "data": content})
    return f"h3={make_seal(text, PASSWORD, ends=NOW + 60, password_id='', rounds=FEW)}"


async def test_an_empty_session_that_a_page_gives_to_everybody_is_no_login() -> None:
    it = TrafficScene(PASSWORD)
    expires = "Thu, 09 Oct 2025 08:54:00 GMT"
    await it.visit("GET /", "", f"{sealed()}; Expires={expires}")
    await it.visit("POST /login", sealed(), f"{sealed(user='bob')}; Expires={expires}", status=303)
    await it.visit("POST /login", "", sealed(user="eve"), status=303)
    assert [(one.reason, one.facts.sub) for one in it.take(SessionWritten)] == [
        ("created", ""),
        ("begun", "bob"),
        ("login", "eve"),
    ]
    first, second, third = (one.facts.timers[0] for one in it.take(SessionWritten))
    assert first.ends == second.ends == NOW + 40, "h3 refuses it from its Expires on"
    assert third.ends == NOW + 60, "nothing shows another end than the seal's"
    it.opener.close()


@pytest.mark.parametrize(
    ("path", "is_known"),
    [
        ("/auth/callback/credentials", True),
        ("/api/auth/sign-in/email", True),
        ("/login/otp", True),
        ("/login/help", False),
        ("/callback/a/b", False),
    ],
)
async def test_a_login_s_path_may_end_with_what_is_asked_for(path: str, is_known: bool) -> None:
    scene = TrafficScene()
    first = "sid=Zx81-kQ2mVb7LtRw0PyHs9Gd"
    second = "sid=k7Qp2Zx81mVb7LtRw0PyHs9Gd"
    await scene.visit("POST /login", "", f"{first}; Path=/; HttpOnly")
    await scene.visit(
        f"POST {path}", first, f"{second}; Path=/; HttpOnly", status=302, location="/"
    )
    before, after = scene.take(SessionWritten)
    assert (after.session != before.session) is is_known
    scene.opener.close()


async def test_a_login_into_a_sealed_cookie_that_nobody_can_read_is_another_session() -> None:
    scene = TrafficScene()
    seals = [f"session=Fe26.2**{'a' * 64}*{i * 22}*{i * 43}**{'c' * 64}*{i * 43}~2" for i in "xyz"]
    await scene.visit("POST /login", "", f"{seals[0]}; HttpOnly")
    await scene.visit("GET /me", seals[0], f"{seals[1]}; HttpOnly")
    await scene.visit("POST /login", seals[1], f"{seals[2]}; HttpOnly", status=303)
    first, rolled, second = scene.take(SessionWritten)
    assert (rolled.session, rolled.reason) == (first.session, "roll")
    assert (second.reason, second.previous) == ("login", first.session)
    scene.opener.close()
