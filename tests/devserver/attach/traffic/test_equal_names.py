"""Of cookies with equal names, each family reads the one that its real package reads."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.exchange import EqualCookiesSeen
from session_inspector.devserver.core.events.session import SessionLoaded, SessionSeen
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.formats.js.express_session import sign
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.devserver.decoders.traits import WhichIsRead
from tests.devserver.attach.traffic.scene import TrafficScene

SECRET = "cat-secret"
READS: dict[str, WhichIsRead] = {
    "nextjs-auth0": "last",
    "express-openid-connect": "first",
    "authjs": "first",
    "iron-session": "",
    "auth0-server-python": "last",
    "starlette": "last",
    "flask": "first",
    "flask-session": "first",
    "django": "last",
    "rails": "first",
    "express-session": "first",
    "laravel": "first",
    "oauth2-proxy": "first",
    "authjs-database": "first",
    "better-auth": "first",
    "better-auth-login": "first",
    "clerk": "first",
    "supabase": "",
    "h3": "first",
    "react-router": "first",
    "cookie-session": "first",
    "fastify-session": "first",
    "fastify-secure-session": "first",
    "hono": "first",
    **dict.fromkeys(("jwt", "bearer"), ""),
    # tried with PHP 8.2, Go's net/http and Rack
    **dict.fromkeys(("php", "codeigniter", "symfony", "wordpress"), "first"),
    **dict.fromkeys(("scs", "gorilla", "rack-session", "rack-cookie"), "first"),
    # tried with Tornado 6.6, aiohttp 3.14, Litestar 2.25, Pyramid 2.1, Bottle 0.13, Beaker 1.14
    **dict.fromkeys(("tornado", "tornado-1", "litestar"), "last"),
    **dict.fromkeys(("aiohttp-session", "aiohttp-session-plain", "aiohttp-session-nacl"), "last"),
    **dict.fromkeys(("pyramid", "bottle", "beaker"), "last"),
    # not tried, or any of them (Spring Session)
    **dict.fromkeys(("spring-session", "quarkus", "aspnet-core", "plug", "authelia"), ""),
    **dict.fromkeys(("workos", "firebase", "pomerium", "cloudflare-access"), ""),
    **dict.fromkeys(("aws-alb", "easyauth", "paseto"), ""),
}


def signed(key: str) -> str:
    return f"s:{key}.{sign(key, SECRET)}"


def test_each_family_declares_which_one_it_reads() -> None:
    assert {decoder.name: decoder.traits.reads for decoder in load_decoders()} == READS


async def test_express_reads_the_first_and_so_does_the_tool() -> None:
    scene = TrafficScene(SECRET)
    old = signed("OLD" * 10)
    new = signed("NEW" * 10)
    arrival = await scene.ask("GET /", f"sid={old}; theme=dark; sid={new}")
    assert arrival.session == fingerprint("OLD" * 10)
    (seen,) = scene.take(EqualCookiesSeen)
    assert (seen.name, seen.reads, seen.family) == ("sid", "first", "express-session")
    assert seen.digests == (fingerprint(old), fingerprint(new))
    assert seen.session == arrival.session
    await scene.ask("GET /", f"sid={old}; theme=dark; sid={new}")
    assert len(scene.take(EqualCookiesSeen)) == 1, "the same ones are reported once"
    scene.opener.close()


async def test_django_reads_the_last_and_so_does_the_tool() -> None:
    scene = TrafficScene()
    old = "a1" * 16
    new = "b2" * 16
    arrival = await scene.ask("GET /", f"sessionid={old}; sessionid={new}")
    assert arrival.session == fingerprint(new)
    assert arrival.jar == {"sessionid": new}
    (seen,) = scene.take(EqualCookiesSeen)
    assert (seen.reads, seen.family) == ("last", "django")
    scene.opener.close()


async def test_each_name_is_read_by_the_rule_of_its_own_family() -> None:
    scene = TrafficScene(SECRET)
    names = ("OLD" * 10, "NEW" * 10)
    cookies = "; ".join(f"connect.sid={signed(key)}" for key in names)
    arrival = await scene.ask("GET /", f"{cookies}; sessionid={'a1' * 16}; sessionid={'b2' * 16}")
    sessions = {one.name for one in arrival.sessions}
    assert sessions == {fingerprint("OLD" * 10), fingerprint("b2" * 16)}
    scene.opener.close()


async def test_of_what_nobody_knows_the_first_is_shown_and_named_as_not_known() -> None:
    scene = TrafficScene()
    arrival = await scene.ask("GET /", "lang=en; lang=de")
    assert arrival.jar == {"lang": "en"}
    (seen,) = scene.take(EqualCookiesSeen)
    assert (seen.name, seen.reads, seen.family, seen.session) == ("lang", "", "", "")
    scene.opener.close()


@pytest.mark.parametrize("cookies", ["a=1; b=1", "sid=1; sid2=1", "a=1", ""])
async def test_names_that_differ_are_reported_by_nobody(cookies: str) -> None:
    scene = TrafficScene()
    await scene.ask("GET /", cookies)
    assert scene.take(EqualCookiesSeen) == []
    assert scene.take(SessionLoaded) == []
    assert scene.take(SessionSeen) == []
    scene.opener.close()
