"""What an app makes of a session whose row is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.attach.traffic.endings import GoneRow
from session_inspector.devserver.core.events.session import SessionShownAgain
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.devserver.attach.traffic.test_logouts import ALICE, DELETED, Rows, cookie, line

CACHE = "the copy in its cache counts"


class Revocable(Rows):
    """Rows of which one can be revoked."""

    def __init__(self) -> None:
        super().__init__()
        self.revoked: dict[str, GoneRow] = {}

    def revoke(self, at: float, cause: str = "c1", copy: str = "") -> None:
        self.users.pop(ALICE, None)
        gone = GoneRow(reason="its row was deleted", at=at, cause=cause, copy=copy)
        self.revoked[fingerprint(ALICE)] = gone

    def put_back(self) -> None:
        self.users[ALICE] = "alice"


@pytest.fixture
def rows() -> Revocable:
    return Revocable()


@pytest.fixture
async def scene(rows: Revocable) -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret", rows=rows, find_gone=rows.revoked.get)
    await found.visit("GET /me", "", status=401)
    await found.visit("GET /", "")
    await found.visit("POST /login", "", line(ALICE), status=302)
    await found.visit("GET /account", cookie(ALICE))
    yield found
    found.opener.close()


def outcomes(scene: TrafficScene) -> list[str]:
    return [one.outcome for one in scene.take(SessionShownAgain)]


@pytest.mark.parametrize(("cause", "ended"), [("c1", "revoked"), ("", "gone")])
async def test_an_answer_that_needs_a_session_shows_that_it_is_accepted_without_its_row(
    scene: TrafficScene, rows: Revocable, cause: str, ended: str
) -> None:
    rows.revoke(NOW, cause)
    scene.clock.advance(2)
    await scene.visit("GET /me", cookie(ALICE))
    await scene.visit("GET /me", cookie(ALICE))
    (again,) = scene.take(SessionShownAgain)
    assert (again.outcome, again.ended, again.ended_by, again.ended_at) == (
        "accepted",
        ended,
        cause,
        NOW,
    )


@pytest.mark.parametrize(
    ("copy", "request_line", "expected"),
    [
        (CACHE, "GET /account", ["answered"]),
        (CACHE, "GET /new", ["answered"]),
        (CACHE, "GET /", []),
        (CACHE, "GET /app.js", []),
        ("", "GET /account", []),
    ],
)
async def test_an_answer_that_may_need_none_is_a_doubt_where_the_framework_may_have_a_copy(
    scene: TrafficScene, rows: Revocable, copy: str, request_line: str, expected: list[str]
) -> None:
    rows.revoke(NOW, copy=copy)
    await scene.visit(request_line, cookie(ALICE))
    assert outcomes(scene) == expected


async def test_a_refusal_ends_the_doubt_and_only_an_acceptance_outweighs_it(
    scene: TrafficScene, rows: Revocable
) -> None:
    rows.revoke(NOW, copy=CACHE)
    await scene.visit("GET /new", cookie(ALICE))
    await scene.visit("GET /account", cookie(ALICE), status=302)
    await scene.visit("GET /new", cookie(ALICE))
    assert outcomes(scene) == ["answered", "refused"]
    await scene.visit("GET /me", cookie(ALICE))
    await scene.visit("GET /me", cookie(ALICE), DELETED)
    assert outcomes(scene) == ["answered", "refused", "accepted", "refused"]


@pytest.mark.parametrize(
    ("request_line", "expected"), [("GET /me", ["accepted"]), ("GET /", []), ("GET /new", [])]
)
async def test_an_answer_that_sets_another_id_is_judged_by_its_page(
    scene: TrafficScene, rows: Revocable, request_line: str, expected: list[str]
) -> None:
    rows.revoke(NOW)
    scene.clock.advance(2)
    await scene.visit(request_line, cookie(ALICE), line("b" * 32))
    assert outcomes(scene) == expected


async def test_a_row_that_the_app_refuses_has_been_reported_as_gone(
    scene: TrafficScene, rows: Revocable
) -> None:
    rows.revoke(NOW, copy=CACHE)
    await scene.visit("GET /me", cookie(ALICE), status=401)
    await scene.visit("GET /account", cookie(ALICE))
    assert outcomes(scene) == []


async def test_a_request_that_came_before_the_row_went_shows_nothing(
    scene: TrafficScene, rows: Revocable
) -> None:
    arrival = await scene.ask("GET /me", cookie(ALICE))
    rows.revoke(NOW + 1, copy=CACHE)
    await scene.answer(arrival)
    late = await scene.ask("GET /me", cookie(ALICE))
    await scene.answer(late)
    assert outcomes(scene) == []


async def test_a_row_that_is_there_again_is_no_copy(scene: TrafficScene, rows: Revocable) -> None:
    rows.revoke(NOW, copy=CACHE)
    arrival = await scene.ask("GET /me", cookie(ALICE))
    rows.put_back()
    await scene.answer(arrival)
    assert outcomes(scene) == []
