"""What an app makes of a session whose row is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.attach.traffic.endings import GoneRow
from session_inspector.devserver.core.events.session import (
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionShownAgain,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.app_rows import ALICE, DELETED, Rows, cookie, line
from tests.devserver.attach.traffic.scene import NOW, TrafficScene

CACHE = "the copy in its cache counts"


class Revocable(Rows):
    """Rows of which one can be revoked."""

    def __init__(self) -> None:
        super().__init__()
        self.revoked: dict[str, GoneRow] = {}

    def revoke(
        self, at: float, cause: str = "c1", copy: str = "", *, is_decided: bool = True
    ) -> None:
        self.users.pop(ALICE, None)
        self.revoked[fingerprint(ALICE)] = GoneRow(
            reason="its row was deleted", at=at, cause=cause, copy=copy, is_decided=is_decided
        )

    def put_back(self, user: str = "alice") -> None:
        """As the watching does: what is there again is not gone."""
        self.users[ALICE] = user
        del self.revoked[fingerprint(ALICE)]


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


@pytest.mark.parametrize("copy", [CACHE, ""])
@pytest.mark.parametrize("cause", ["c1", ""])
async def test_a_row_that_the_app_has_made_anew_is_a_session_that_lives_again(
    scene: TrafficScene, rows: Revocable, copy: str, cause: str
) -> None:
    rows.revoke(NOW, cause, copy)
    scene.clock.advance(2)
    arrival = await scene.ask("GET /me", cookie(ALICE))
    rows.put_back()
    await scene.answer(arrival)
    await scene.visit("GET /me", cookie(ALICE))
    assert outcomes(scene) == [], "it is no copy: its row counts"
    (risen,) = scene.take(SessionResurrected)
    assert (risen.cause, risen.destroyed_by, risen.destroyed_at) == (arrival.exchange, cause, NOW)
    assert risen.reason.startswith("GET /me came after its end, and its row is in the store again")
    assert risen.reason.endswith(copy)
    assert scene.take(SessionRefused) == []
    loaded = [one.cause for one in scene.take(SessionLoaded) if one.origin == "rule"]
    assert loaded[-2:] == [arrival.exchange, "x6"]


@pytest.mark.parametrize(
    ("request_line", "user", "is_decided"),
    [
        ("GET /me", "bob", True),  # another session under the same id
        ("GET /me", "", True),
        ("POST /login", "alice", True),
        ("GET /me", "alice", False),  # its time was over, or it was lost with its store
    ],
)
async def test_a_row_that_begins_anew_is_no_session_that_lives_again(
    scene: TrafficScene, rows: Revocable, request_line: str, user: str, is_decided: bool
) -> None:
    rows.revoke(NOW, "", CACHE, is_decided=is_decided)
    arrival = await scene.ask(request_line, cookie(ALICE))
    rows.put_back(user)
    await scene.answer(arrival)
    assert scene.take(SessionResurrected) == []
    assert (outcomes(scene), scene.take(SessionRefused)) == ([], [])


@pytest.mark.parametrize(
    ("request_line", "status", "copy", "is_over"),
    [
        ("GET /me", 200, "", False),
        ("GET /account", 200, CACHE, False),
        ("GET /", 200, CACHE, False),
        ("GET /", 200, "", True),
        ("GET /account", 200, "", True),
        ("GET /me", 401, CACHE, True),
        ("GET /me", 401, "", True),
    ],
)
async def test_a_session_is_over_by_its_row_unless_the_app_has_answered_of_a_copy(
    scene: TrafficScene, rows: Revocable, request_line: str, status: int, copy: str, is_over: bool
) -> None:
    rows.revoke(NOW, copy=copy)
    await scene.visit(request_line, cookie(ALICE), status=status)
    codes = [one.code for one in scene.take(SessionRefused)]
    assert ("gone" in codes) == is_over
