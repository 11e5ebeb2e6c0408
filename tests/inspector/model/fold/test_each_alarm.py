"""Each alarm there is: what raises it, and what comes near and must not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias, get_args

import pytest

from session_inspector.devserver.cookies.browsers.rules import SECURE_OVER_HTTP
from session_inspector.devserver.core.events.browser import (
    CookieJudged,
    CookiesNotSent,
    JudgedAs,
    UnsentCookie,
)
from session_inspector.devserver.core.events.exchange import EqualCookiesSeen
from session_inspector.devserver.core.events.login import LoginStarted, TokenRefused
from session_inspector.devserver.core.events.process import AppOutput
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import (
    CookieLeft,
    CookieReused,
    LeftOutcome,
    SessionDestroyed,
    SessionResurrected,
    SessionShownAgain,
    ShownOutcome,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.words.explanations import AlarmKind
from tests.inspector.model.fold.test_alarms import cookie, ended, kinds, started, written
from tests.inspector.model.fold.test_cookie_owners import API, APP, SID, answer

Make: TypeAlias = Callable[[], Sequence[Event]]


def login(at: float) -> LoginStarted:
    return LoginStarted(at=at, cause="a", login=f"l{at}", transaction_cookie="__txn_x")


def shown_again(outcome: ShownOutcome) -> SessionShownAgain:
    return SessionShownAgain(
        at=3,
        cause="x3",
        session="s",
        names=("sid",),
        ended="logout",
        ended_by="x2",
        ended_at=2,
        outcome=outcome,
    )


def wrote(text: str) -> AppOutput:
    return AppOutput(at=2, cause="x1", text=text, stream="stderr", is_error=True)


def refused(code: str) -> TokenRefused:
    return TokenRefused(at=2, token="refresh", digest="d", code=code, reason="r")


def equal() -> EqualCookiesSeen:
    return EqualCookiesSeen(at=3, cause="c", exchange="c", name="sid", digests=("a" * 12, "b" * 12))


def set_and_deleted(path: str) -> Sequence[Event]:
    gone = cookie("b", "sid", path=path, is_deletion=True)
    made = cookie("a", "sid", path="/app")
    return (started("a"), made, ended("a"), started("b"), gone, ended("b"))


def written_by(*writes: tuple[str, str]) -> Sequence[Event]:
    return [written("x1", "old", "login"), *(written(cause, token) for cause, token in writes)]


def shortened(*sent: str) -> Sequence[Event]:
    longer = (started("a"), cookie("a", "s__0"), cookie("a", "s__1"), ended("a"))
    shorter = (started("b"), cookie("b", "s__0"), ended("b"))
    return (*longer, *shorter, started("c", *((name, 1) for name in sent)))


def responded(cache: str) -> Sequence[Event]:
    return (started("a"), cookie("a"), ended("a", cache))


def answered_by(*offsets: float) -> Sequence[Event]:
    """Return responses of an app whose clock is so far ahead of ours."""
    return [
        event
        for number, offset in enumerate(offsets)
        for event in (started(f"c{number}"), replace(ended(f"c{number}"), clock_offset=offset))
    ]


def set_by_two(other: str) -> list[Event]:
    """Return two apps that set a cookie of one name, each for a session of its own."""
    one = answer(1, APP, SID, "one")[:-1]
    two = answer(2, other, SID, "two")[:-1]
    return [*one, ended("x1"), *two, ended("x2")]


def judged(verdict: JudgedAs = "dropped", **more: object) -> CookieJudged:
    given = {"url": "http://app.test/", "why": ("r",), **more}
    return CookieJudged(
        at=2,
        browser="Chromium 156",
        name="sid",
        value=Secret.of("v"),
        verdict=verdict,
        **given,  # type: ignore[arg-type]  # by name
    )


def old_id(outcome: Literal["accepted", "refused", "unknown"]) -> CookieReused:
    return CookieReused(
        at=4,
        session="s",
        name="sid",
        digest="d",
        replaced_by="x1",
        replaced_at=1,
        is_parallel=False,
        outcome=outcome,
        renews=False,
    )


def left(outcome: LeftOutcome, *deleted: str) -> CookieLeft:
    return CookieLeft(
        at=4,
        session="s",
        names=("remember",),
        deleted=deleted,
        left_by="x1",
        left_at=1,
        outcome=outcome,
        request="GET /me",
        status=200,
    )


def unsent(url: str, *, domain: str = "", top: str = "") -> CookiesNotSent:
    cookie = UnsentCookie(name="sid", why="w", reasons=(), domain=domain, is_third_party=bool(top))
    return CookiesNotSent(
        at=2,
        browser="Chromium 156",
        method="GET",
        url=url,
        cookies=(cookie,),
        top=top,
    )


RAISED: Mapping[AlarmKind, Make] = {
    "resurrection": lambda: [
        SessionResurrected(at=2, session="s", destroyed_by="x1", destroyed_at=1, reason="r")
    ],
    "copy accepted": lambda: [shown_again("accepted")],
    "logout incomplete": lambda: [left("accepted", "sid")],
    "lost update": lambda: written_by(("x2", "new"), ("x3", "old")),
    "refresh reuse": lambda: [refused("refresh_reused")],
    "old id accepted": lambda: [old_id("accepted")],
    "cacheable": lambda: responded("public"),
    "redirect loop": lambda: [started("a"), login(1), login(2), login(3)],
    "useless deletion": lambda: set_and_deleted("/"),
    "header too large": lambda: [started("a", ("x", 8191))],
    "cookie too large": lambda: [started("a"), cookie("a", size=4088), ended("a")],
    "missing chunk": lambda: [started("a", ("s__0", 1), ("s__2", 1))],
    "orphan chunk": lambda: shortened("s__0", "s__1"),
    "mixed chunks": lambda: [started("a", ("s", 1), ("s__0", 1))],
    "equal names": lambda: [started("c"), equal()],
    "across ports": lambda: set_by_two(API),
    "third party": lambda: [judged(top="http://shop.test", is_third_party=True)],
    "localhost sites": lambda: [judged(url="http://app.localhost/", domain="localhost")],
    "loopback names": lambda: [unsent("http://127.0.0.1:3000/", domain="localhost")],
    "secure on http": lambda: [judged(why=(SECURE_OVER_HTTP,))],
    "store away": lambda: [StoreStateChanged(at=2, store="s", is_up=False, reason="r")],
    "setting missing": lambda: [wrote("[auth][error] UntrustedHost"), wrote("UntrustedHost: y")],
    "clocks apart": lambda: answered_by(-90, -90),
}
NEAR: Mapping[AlarmKind, Make] = {
    "resurrection": lambda: [
        SessionDestroyed(at=1, session="s", reason="logout"),
        written("x2", "new", "login"),  # another login under the same name
    ],
    "copy accepted": lambda: [
        shown_again(outcome) for outcome in ("refused", "unknown", "answered", "public")
    ],
    "logout incomplete": lambda: [left("renewed", "sid"), left("unknown"), left("silent")],
    "lost update": lambda: written_by(("x2", "new"), ("x3", "newer")),
    "refresh reuse": lambda: [refused("invalid_grant")],
    "old id accepted": lambda: [old_id("refused"), old_id("unknown")],
    "cacheable": lambda: responded("no-cache"),
    "redirect loop": lambda: [started("a"), login(1), login(2), login(12)],
    "useless deletion": lambda: set_and_deleted("/app"),
    "header too large": lambda: [started("a", ("x", 8190))],
    "cookie too large": lambda: [started("a"), cookie("a", size=4087), ended("a")],
    "missing chunk": lambda: [started("a", ("s__0", 1), ("s__1", 1))],
    "orphan chunk": lambda: shortened("s__0"),
    "mixed chunks": lambda: [started("a", ("s", 1), ("t__0", 1))],
    "equal names": lambda: [started("c", ("sid", 1), ("SID", 1))],
    "across ports": lambda: set_by_two("http://api.localhost:4101"),
    "third party": lambda: [judged(top="http://shop.test")],  # it has another fault
    "localhost sites": lambda: [
        judged("kept", url="http://web.app.localhost/", domain="app.localhost")
    ],
    "loopback names": lambda: [unsent("http://127.0.0.1:3000/")],  # its own, for its Path
    "secure on http": lambda: [judged("kept", url="http://localhost:3000/")],
    "store away": lambda: [StoreStateChanged(at=2, store="s", is_up=True)],
    "setting missing": lambda: [wrote("[auth][error] MissingCSRF")],
    "clocks apart": lambda: answered_by(0, 0),
}


def test_each_alarm_is_raised_here_and_nearly_raised() -> None:
    assert set(RAISED) == set(NEAR) == set(get_args(AlarmKind))


@pytest.mark.parametrize("kind", get_args(AlarmKind))
def test_what_an_alarm_is_about_raises_it_and_no_other(kind: AlarmKind) -> None:
    assert kinds(*RAISED[kind]()) == [kind]


@pytest.mark.parametrize("kind", get_args(AlarmKind))
def test_what_comes_near_raises_nothing(kind: AlarmKind) -> None:
    assert kinds(*NEAR[kind]()) == []
