"""A clock that has run out, of what was seen or read: until when it may be asked again."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.traffic.ends.run_out import has_ended
from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.session import SessionLoaded, SessionRefused
from tests.devserver.attach.traffic.app_rows import ALICE, DELETED, cookie, line
from tests.devserver.attach.traffic.outcomes.refusing import lives
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.devserver.attach.traffic.test_sealed_texts import ALICE as SEALED
from tests.devserver.attach.traffic.test_sealed_texts import SECRET

AGE = 10
HONO = f"session={SEALED}"
HONO_ENDS = 3_612


@pytest.mark.parametrize(("second", "expected"), [(-1, False), (0, True)])
def test_a_clock_has_run_out_at_the_exact_second(second: int, expected: bool) -> None:
    timer = Timer(name="store", ends=NOW, ends_session=True)
    assert has_ended(timer, NOW + second) is expected


@pytest.mark.parametrize(
    "timer",
    [
        Timer(name="store", ends=None, ends_session=True),
        Timer(name="cookie", ends=NOW, ends_session=False),
        Timer(name="sealed", ends=NOW, ends_session=True, is_assumed=True),
    ],
    ids=["without an end", "ends nothing", "assumed"],
)
def test_other_clocks_end_no_session(timer: Timer) -> None:
    assert not has_ended(timer, NOW + 1)


@pytest.mark.parametrize("second", [-1, 0])
async def test_a_copy_that_a_public_page_takes_away_has_ended_by_its_clock(second: int) -> None:
    """Django: the home page deletes what it does not know, and shows itself to anybody."""
    scene = TrafficScene("secret")
    await scene.visit("GET /")
    await scene.visit("POST /login", "", f"{line(ALICE)}; Max-Age={AGE}", status=302)
    scene.clock.advance(AGE + second)
    await scene.visit("GET /", cookie(ALICE), DELETED)
    is_over = second >= 0
    assert len(scene.take(SessionLoaded)) == int(not is_over)
    codes = [one.code for one in scene.take(SessionRefused)]
    assert codes == ["expired" if is_over else "unasked"]
    assert lives(scene) == ["expired" if is_over else "refused"]


async def test_one_that_was_renewed_before_its_end_has_none() -> None:
    scene = TrafficScene("secret")
    await scene.visit("POST /login", "", f"{line(ALICE)}; Max-Age={AGE}", status=302)
    scene.clock.advance(AGE - 1)
    await scene.visit("GET /me", cookie(ALICE), f"{line(ALICE)}; Max-Age={AGE}")
    scene.clock.advance(2)
    await scene.ask("GET /me", cookie(ALICE))
    assert [one.cause for one in scene.take(SessionLoaded)] == ["x2", "x3"]


@pytest.mark.parametrize("second", [-1, 0])
async def test_an_end_inside_that_is_over_is_why_a_page_leads_to_the_login(second: int) -> None:
    """hono-sessions: `_expire` is in the seal, and the cookie outlives it."""
    scene = TrafficScene(SECRET)
    await scene.visit("GET /me", status=302, location="/login")
    await scene.visit("POST /login", "", f"{HONO}; Path=/; HttpOnly", status=302)
    await scene.visit("GET /me", HONO)
    scene.clock.advance(HONO_ENDS + second)
    await scene.visit("GET /me", HONO, status=302, location="/login")
    is_over = second >= 0
    assert lives(scene) == ["expired" if is_over else "refused"]
    assert scene.take(SessionRefused)[-1].code == ("expired" if is_over else "302")


async def test_what_has_ended_by_its_clock_is_not_in_doubt_where_another_page_answers() -> None:
    scene = TrafficScene(SECRET)
    await scene.visit("GET /me", status=302, location="/login")
    await scene.visit("POST /login", "", f"{HONO}; Path=/; HttpOnly", status=302)
    await scene.visit("GET /me", HONO)
    scene.clock.advance(HONO_ENDS)
    await scene.visit("GET /me", HONO, status=302, location="/login")
    await scene.visit("GET /news", HONO)
    assert lives(scene) == ["expired"]
    await scene.visit("GET /me", HONO)
    assert lives(scene) == [""], "that page needs a session"


async def test_a_page_for_anybody_ends_nothing_that_guarded_pages_accept() -> None:
    """iron-session: its own end is later than the one that the seal is taken to have."""
    scene = TrafficScene(SECRET)
    for path, status in (("/", 200), ("/me", 401)):
        await scene.visit(f"GET {path}", status=status)
    await scene.visit("POST /login", "", f"{HONO}; Path=/; HttpOnly", status=302)
    scene.clock.advance(HONO_ENDS)
    for path in ("/me", "/"):
        await scene.visit(f"GET {path}", HONO)
        assert lives(scene) == [""]
