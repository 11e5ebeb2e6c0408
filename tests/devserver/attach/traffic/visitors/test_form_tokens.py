"""Readable cookies that prove where a form is from: a login renews or deletes them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.scene import TrafficScene

FIRST = "k7Qp2Zx81mVb7LtRw0PyHs9Gd"
SECOND = "Yd93hfKs72Lqpz0WmXc6VbNt1"
THIRD = "Rf5tGy6hUj7kIl8oPz9xCv0bN"
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
SID = f"sid={FIRST}; Path=/; HttpOnly"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


@pytest.mark.parametrize(
    "name", ["XSRF-TOKEN", "csrftoken", "csrf_token", "_csrf", "__Host-x-csrf"]
)
async def test_a_cookie_that_a_framework_names_so_is_no_session(
    scene: TrafficScene, name: str
) -> None:
    """Spring Security's is a UUID, which could be an id of several formats."""
    await scene.visit("POST /login", f"{name}={UUID}", SID, f"{name}=; Max-Age=0", status=302)
    await scene.visit("GET /me", f"{name}={UUID}", status=302, location="/login")
    (login,) = scene.take(SessionWritten)
    assert (login.session, login.reason, login.previous) == (fingerprint(FIRST), "login", "")
    assert (scene.take(SessionSeen), scene.take(SessionDestroyed)) == ([], [])


async def test_a_uuid_of_another_name_could_be_an_id(scene: TrafficScene) -> None:
    """The near miss."""
    await scene.visit("GET /me", f"who={UUID}")
    assert [one.facts.name for one in scene.take(SessionSeen)] == ["who · format unknown"]


@pytest.mark.parametrize("is_kept", [True, False])
async def test_one_that_a_login_renews_beside_a_hidden_cookie_is_a_visitor_s(
    scene: TrafficScene, is_kept: bool
) -> None:
    """The id may be kept over the login, which sets it no more."""
    sid = f"sid={FIRST}"
    before = [SID] if is_kept else []
    jar = f"{sid}; form_token={SECOND}" if is_kept else f"form_token={SECOND}"
    await scene.visit("GET /", "", f"form_token={SECOND}; Path=/", *before)
    again = [] if is_kept else [SID]
    await scene.visit("POST /login", jar, f"form_token={THIRD}; Path=/", *again, status=303)
    await scene.visit("POST /save", f"{sid}; form_token={THIRD}", f"form_token={SECOND}; Path=/")
    assert {one.session for one in scene.take(SessionWritten)} == {fingerprint(FIRST)}
    assert scene.take(SessionWritten)[-1].facts.name == "sid · format unknown"


async def test_one_that_answered_a_wrong_password_joins_no_login(scene: TrafficScene) -> None:
    await scene.visit("GET /login", "", f"form_token={SECOND}; Path=/")
    jar = f"form_token={SECOND}"
    made = f"form_token={THIRD}; Path=/"
    await scene.visit("POST /login", jar, made, status=302, location="/login")
    made = f"form_token={SECOND}; Path=/"
    await scene.visit("POST /login", f"form_token={THIRD}", made, SID, status=303)
    (login,) = scene.take(SessionWritten)
    assert (login.session, login.facts.name) == (fingerprint(FIRST), "sid · format unknown")


async def test_one_that_a_header_repeats_is_a_form_s_also_alone(scene: TrafficScene) -> None:
    await scene.visit("GET /", "", f"form_token={SECOND}; Path=/")
    scene.echoed = frozenset({"form_token"})
    made = f"form_token={THIRD}; Path=/"
    await scene.visit("POST /login", f"form_token={SECOND}", made, status=303)
    assert scene.take(SessionWritten) == []


async def test_a_readable_cookie_alone_is_the_session_of_a_login(scene: TrafficScene) -> None:
    """The near miss: nothing shows that it is a form's."""
    await scene.visit("GET /", "", f"token={SECOND}; Path=/")
    await scene.visit("POST /login", f"token={SECOND}", f"token={THIRD}; Path=/", status=303)
    assert [one.facts.name for one in scene.take(SessionWritten)] == ["token · format unknown"]


async def test_a_token_that_no_visitor_was_given_may_be_sent_in_a_header(
    scene: TrafficScene,
) -> None:
    """The near miss: a client sends its session's token so, too."""
    await scene.visit("POST /login", "", f"token={SECOND}; Path=/", status=303)
    scene.echoed = frozenset({"token"})
    await scene.visit("POST /login/otp", f"token={SECOND}", f"token={THIRD}; Path=/", status=303)
    assert len(scene.take(SessionWritten)) == 2


async def test_one_that_somebody_named_is_a_session() -> None:
    """The near miss."""
    scene = TrafficScene(named=("form_token",))
    await scene.visit("GET /", "", f"form_token={SECOND}; Path=/")
    made = f"form_token={THIRD}; Path=/"
    await scene.visit("POST /login", f"form_token={SECOND}", made, SID, status=303)
    assert scene.take(SessionWritten)[-1].facts.name == "form_token, sid · format unknown"
    scene.opener.close()
