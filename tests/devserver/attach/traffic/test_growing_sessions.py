"""A session that grows into chunks, and shrinks back, is one session: no logout, and no login."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionNotOpened,
    SessionWritten,
)
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies, seal_cookies
from session_inspector.devserver.session.policy import part
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.vectors.formats import FormatCase, load_family_cases, load_raw_cases

DECODERS = load_decoders()
CASES = {str(raw["name"]): raw for raw in (*load_raw_cases(), *load_family_cases())}
NAMES = (
    *("eoidc-single", "v3-single", "na4-http", "authjs-http", "a0py-single", "o2p-single"),
    *("better-auth-compact", "better-auth-jwt", "better-auth-jwe", "h3-2", "supabase"),
    *("litestar-one", "nextjs-auth0"),
)
LONG = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9000))
"""Content that no compression makes short."""


def material_of(name: str) -> Material:
    if name != "nextjs-auth0":
        return FormatCase(CASES[name], DECODERS).material()
    file = Path(__file__).parents[3] / "vectors" / "nextjs-auth0.json"
    case = next(one for one in json.loads(file.read_text()) if one["name"] == "tiny_get")
    return Material(cookies=case["cookies_in"], secrets=[case["secret"]], now=case["now"])


def header(jar: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def lines_of(jar: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """Return the lines of a write; it deletes what it does not use, as the libraries do."""
    made = [f"{name}={value}; Path=/; HttpOnly" for name, value in jar.items()]
    return made + [f"{name}=; Path=/; Max-Age=0" for name in before if name not in jar]


def seal(found: Decoded, secrets: Sequence[str], **more: str) -> dict[str, str]:
    """Return the cookies of a session with further members."""
    payload: JsonObject = {**found.payload, **more}
    cookies = seal_cookies(DECODERS, replace(found, payload=payload), secrets)
    if not found.traits.is_percent_encoded:
        return dict(cookies)
    return {name: quote(value, safe="") for name, value in cookies.items()}


def names_of(scene: TrafficScene) -> set[str]:
    """Return the sessions that anything was said of."""
    kinds = (SessionWritten, SessionLoaded, SessionNotOpened)
    return {event.session for event in scene.events if isinstance(event, kinds)}


@pytest.mark.parametrize("is_known", [True, False], ids=["with its secret", "without"])
@pytest.mark.parametrize("name", NAMES)
async def test_a_session_that_grows_into_chunks_and_shrinks_back_is_one(
    name: str, is_known: bool
) -> None:
    material = material_of(name)
    found = open_cookies(DECODERS, material)
    small = seal(found, material.secrets)
    big = seal(found, material.secrets, note=LONG)
    after = seal(replace(found, cookies=tuple(big)), material.secrets, note="short")
    assert len(big) > 1
    assert len(after) == 1
    scene = TrafficScene(*(material.secrets if is_known else ()))
    scene.clock.advance(material.now - NOW)
    await scene.visit("POST /login", "", *lines_of(small, {}), status=303)
    await scene.visit("POST /big", header(small), *lines_of(big, small))
    await scene.visit("GET /me", header(big))
    await scene.visit("POST /small", header(big), *lines_of(after, big))
    await scene.visit("GET /me", header(after))
    assert len(names_of(scene)) == 1
    writes = scene.take(SessionWritten)
    assert [(one.reason == "login", one.previous) for one in writes] == [
        (True, ""),
        (False, ""),
        (False, ""),
    ]
    assert scene.take(SessionDestroyed) == []


async def test_a_ticket_whose_head_counts_chunks_is_one_session_too() -> None:
    """ASP.NET Core: what only its keys open is told by its shape."""
    name = ".AspNetCore.Cookies"
    value = str(part(CASES["aspnet-core-cbc-Cookies"], "cookies")[name])
    small = {name: value}
    big = {name: "chunks-2", f"{name}C1": value + LONG[:3000], f"{name}C2": LONG[:2000]}
    scene = TrafficScene()
    await scene.visit("POST /login", "", *lines_of(small, {}))
    await scene.visit("POST /big", header(small), *lines_of(big, small))
    await scene.visit("POST /small", header(big), *lines_of(small, big))
    assert len(names_of(scene)) == 1
    assert scene.take(SessionDestroyed) == []


# -- near misses -------------------------------------------------------------------------------


def litestar(name: str, user: str, note: str = "") -> dict[str, str]:
    """Return the cookies of a session of Litestar's."""
    material = material_of("litestar-one")
    found = replace(open_cookies(DECODERS, material), cookies=(name,), expires=NOW + 3600)
    payload: JsonObject = {"user": user, "note": note}
    return dict(seal_cookies(DECODERS, replace(found, payload=payload), material.secrets))


def litestar_scene() -> TrafficScene:
    return TrafficScene(*material_of("litestar-one").secrets)


async def test_chunks_that_are_deleted_are_a_logout() -> None:
    scene = litestar_scene()
    small = litestar("session", "ann")
    big = litestar("session", "ann", LONG)
    await scene.visit("POST /login", "", *lines_of(small, {}))
    await scene.visit("POST /big", header(small), *lines_of(big, small))
    await scene.visit("POST /logout", header(big), *lines_of({}, big))
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.session, ended.reason) == (scene.take(SessionWritten)[0].session, "logout")


async def test_another_user_s_login_over_chunks_is_another_session_and_no_logout() -> None:
    scene = litestar_scene()
    first = litestar("session", "ann")
    second = litestar("session", "bob", LONG)
    await scene.visit("POST /login", "", *lines_of(first, {}))
    await scene.visit("POST /login", header(first), *lines_of(second, first))
    ann, bob = scene.take(SessionWritten)
    assert (bob.reason, bob.previous, bob.facts.sub) == ("login", ann.session, "bob")
    assert ann.session != bob.session
    assert scene.take(SessionDestroyed) == []


@pytest.mark.parametrize("names", [("app", "web"), ("app", "app_0"), ("app-0", "web-0")])
async def test_cookies_whose_names_only_look_like_chunks_of_one_are_two(
    names: tuple[str, str],
) -> None:
    scene = litestar_scene()
    first, second = ({name: litestar("session", "ann")["session"]} for name in names)
    await scene.visit("POST /login", "", *lines_of(first, {}))
    await scene.visit("POST /other", header(first), *lines_of(second, first))
    written = scene.take(SessionWritten)
    assert len({one.session for one in written}) == 2
    (ended,) = scene.take(SessionDestroyed)
    assert (ended.session, ended.reason) == (written[0].session, "logout")
