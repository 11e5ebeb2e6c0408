"""The right secret never shows less than none: signed values are learned as unknown cookies are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionSeen,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.codecs.signed_text import sign_bare
from session_inspector.devserver.decoders.formats.js.cookie_session import sign as sign_keygrip
from session_inspector.devserver.decoders.formats.js.express_session import sign as sign_express
from tests.devserver.attach.traffic.scene import TrafficScene

SECRET = "koa secret one"
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
SHORT = "k3Jx9Q-2mVb7LtRw0PyHs"
"""As apps draw them that no library's pattern knows."""
Made = list[tuple[str, str]]


def koa(text: str) -> Made:
    return [("koa.sid", text), ("koa.sid.sig", sign_keygrip("koa.sid", text, SECRET))]


def fastify(text: str) -> Made:
    return [("sid", sign_bare(text, SECRET))]


def express(text: str) -> Made:
    return [("sid", f"s:{text}.{sign_express(text, SECRET)}")]


MAKERS = [koa, fastify, express]


class Rows:
    """A store that has the rows of some ids."""

    def __init__(self, *ids: str) -> None:
        self.ids = set(ids)

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        if session_id not in self.ids:
            return None
        return SessionFacts(kind="stateful", sub="alice")

    def recall(self, session_id: str) -> SessionFacts | None:
        return None


def lines_of(made: Made) -> list[str]:
    return [f"{name}={value}; Path=/; HttpOnly" for name, value in made]


def sent(made: Made) -> str:
    return "; ".join(f"{name}={value}" for name, value in made)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("text", [SHORT, UUID, "wKv0T4nq2yX7bLmZ9sRcHdFg1JpQeU8a"])
@pytest.mark.parametrize("secrets", [(SECRET,), ()])
async def test_login_logout_and_replay_are_seen_with_the_secret_and_without(
    make: Callable[[str], Made], text: str, secrets: tuple[str, ...]
) -> None:
    scene = TrafficScene(*secrets)
    made = make(text)
    ends = [f"{name}=; Path=/; Max-Age=0" for name, _ in made]
    await scene.visit("POST /login", "", *lines_of(made), status=302)
    await scene.visit("GET /", sent(made))
    await scene.visit("POST /logout", sent(made), *ends, status=302)
    await scene.visit("GET /", sent(made), status=401)
    scene.opener.close()
    (written,) = scene.take(SessionWritten)
    assert [one.session for one in scene.take(SessionDestroyed)] == [written.session]
    assert [one.outcome for one in scene.take(SessionShownAgain)] == ["refused"]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("text", [SHORT, "alice"])
async def test_a_named_cookie_is_a_session_whatever_it_holds(
    make: Callable[[str], Made], text: str
) -> None:
    made = make(text)
    scene = TrafficScene(SECRET, named=(made[0][0],))
    await scene.visit("GET /", sent(made))
    scene.opener.close()
    (seen,) = scene.take(SessionSeen)
    assert seen.session == fingerprint(text)
    assert text not in str(seen.facts.data)


async def test_a_named_token_is_a_session() -> None:
    scene = TrafficScene(named=("t",))
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9."
    await scene.visit("GET /", f"t={token}")
    scene.opener.close()
    assert len(scene.take(SessionSeen)) == 1


@pytest.mark.parametrize("make", MAKERS)
async def test_the_row_of_a_signed_id_makes_it_a_session(make: Callable[[str], Made]) -> None:
    rows = Rows(SHORT)
    scene = TrafficScene(SECRET, rows=rows)
    made = make(SHORT)
    await scene.visit("GET /", sent(made))
    (seen,) = scene.take(SessionSeen)
    assert (seen.session, seen.facts.sub) == (fingerprint(SHORT), "alice")
    rows.ids.clear()
    ends = [f"{name}=; Path=/; Max-Age=0" for name, _ in made]
    await scene.visit("POST /logout", sent(made), *ends)
    await scene.visit("GET /", sent(made), status=401)
    scene.opener.close()
    assert [one.session for one in scene.take(SessionDestroyed)] == [seen.session]
    assert [one.session for one in scene.take(SessionShownAgain)] == [seen.session]


@pytest.mark.parametrize("make", MAKERS)
async def test_a_session_keeps_its_name_when_its_row_is_found(make: Callable[[str], Made]) -> None:
    rows = Rows()
    scene = TrafficScene(SECRET, rows=rows)
    made = make(SHORT)
    await scene.visit("POST /login", "", *lines_of(made))
    rows.ids.add(SHORT)
    await scene.visit("GET /", sent(made))
    scene.opener.close()
    (written,) = scene.take(SessionWritten)
    assert written.session == fingerprint(SHORT)
    assert {one.session for one in scene.take(SessionSeen)} <= {written.session}


@pytest.mark.parametrize("make", MAKERS)
async def test_a_signed_word_is_no_session(make: Callable[[str], Made]) -> None:
    made = make("dark")
    scene = TrafficScene(SECRET, rows=Rows("dark"))
    await scene.visit("GET /", sent(made))
    scene.opener.close()
    assert scene.events == []


@pytest.mark.parametrize("seed", range(10, 50))
async def test_no_family_is_chosen_by_the_characters_of_a_signature(seed: int) -> None:
    text = uuid_of(seed)
    made = fastify(text)
    scene = TrafficScene()
    await scene.visit("POST /login", "", *lines_of(made))
    await scene.visit("GET /", sent(made))
    scene.opener.close()
    assert [one.facts.name for one in scene.take(SessionWritten)] == ["sid · format unknown"]
    assert scene.take(SessionSeen) == []


def test_signatures_with_and_without_plus_and_slash_are_among_them() -> None:
    made = [fastify(uuid_of(seed))[0][1] for seed in range(10, 50)]
    assert {"+" in value or "/" in value for value in made} == {True, False}


async def test_a_signed_id_is_that_of_its_row_without_the_secret_too() -> None:
    text = next(t for t in map(uuid_of, range(10, 99)) if is_url_safe(fastify(t)))
    scene = TrafficScene(rows=Rows(text))
    await scene.visit("GET /", sent(fastify(text)))
    scene.opener.close()
    assert [one.facts.sub for one in scene.take(SessionSeen)] == ["alice"]


def uuid_of(seed: int) -> str:
    return f"0f8fad5b-d9cb-469f-a165-7086772895{seed}"


def is_url_safe(made: Made) -> bool:
    return "+" not in made[0][1] and "/" not in made[0][1]
