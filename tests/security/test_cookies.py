"""Cookies of attackers: planted, tossed, doubled, oversized, bent, or sent by another site."""

from __future__ import annotations

import base64

import httpx
import pytest

from session_inspector.devserver.cookies.sealed import KeyRing, open_sealed, seal
from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.events.session import SessionRefused
from session_inspector.devserver.core.values import JsonObject
from tests.devserver.client.client_scene import APP, ClientScene
from tests.devserver.provider.provider_scene import Scene, verified
from tests.security.scenes import StatefulScene
from tests.security.test_tokens import b64

RING = KeyRing(["a-session-secret-of-32-bytes-or-more"])
CRLF = "x\r\nSet-Cookie: planted=1\r\n\r\n<script>"


def header(scene: ClientScene) -> str:
    return "; ".join(f"{name}={value}" for name, value in scene.browser.cookies().items())


async def test_a_login_never_takes_over_the_session_that_was_planted() -> None:
    scene = StatefulScene()
    await scene.sign_in()
    planted = header(scene)
    old = await scene.ids()
    await scene.sign_in()  # the victim, in whose browser the attacker's cookie lies
    assert not set(old) & set(await scene.ids())
    assert (await scene.get("/", cookie=planted)).json() is None


@pytest.mark.parametrize("made_up", ["a" * 32, "0" * 32, "../../x", "session:1", "%00"])
async def test_an_id_that_nobody_gave_is_never_adopted(made_up: str) -> None:
    scene = StatefulScene()
    assert (await scene.get("/", cookie=f"__session={made_up}")).json() is None
    assert await scene.ids() == []


async def test_of_equal_names_one_wins_and_chunks_are_never_mixed() -> None:
    scene = ClientScene()
    await scene.sign_in()
    mine = scene.browser.cookies()["__session"]
    half = len(mine) // 2
    tossed = [
        f"__session={mine}; __session=junk",
        f"__session__0={mine[:half]}; __session__1=junk",
        f"__session__1={mine[half:]}; __session__0=junk",
        f"__session__0={mine[:half]}; __session__2={mine[half:]}",
        f"__session={mine[:-4]}AAAA",
        f"__session=junk; __session__0={mine[:half]}; __session__1={mine[half:]}",
    ]
    for cookie in tossed:
        answer = await scene.get("/", cookie=cookie)
        assert (answer.status_code, answer.json()) == (200, None), cookie
    whole = await scene.get("/", cookie=f"__session=junk; __session={mine}")
    assert whole.json()["name"] == "Alice", "the last one counts, as in the SDK"


async def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites_posts() -> None:
    scene = ClientScene(app_base_url="https://app.test")
    answer = await scene.get("/auth/login", host="app.test")
    for line in answer.headers.get_list("set-cookie"):
        assert {"HttpOnly", "Secure", "SameSite=lax"} <= set(line.split("; "))


async def test_another_site_s_image_or_form_ends_no_session() -> None:
    """SameSite=Lax keeps the cookie at home: what arrives without it changes nothing."""
    scene = StatefulScene()
    await scene.sign_in()
    await scene.get("/auth/logout", cookie="")
    transport = httpx.ASGITransport(scene.app)
    async with httpx.AsyncClient(transport=transport, base_url=APP) as http:
        posted = await http.post("/auth/logout", headers={"cookie": header(scene)})
    assert posted.status_code in (404, 405)
    assert len(await scene.ids()) == 1


@pytest.mark.parametrize(
    "protected",
    [
        {"alg": "none", "enc": "A256GCM"},
        {"alg": "RSA-OAEP", "enc": "A256GCM"},
        {"alg": "PBES2-HS512+A256KW", "enc": "A256GCM", "p2c": 2**31, "p2s": "AAAA"},
        {"alg": "A256KW", "enc": "A256GCM"},
        {"alg": "dir", "enc": "A128CBC-HS256"},
        {"alg": "dir", "enc": "A256GCM", "crit": ["exp"]},
        {"alg": "dir", "enc": "A256GCM", "zip": "DEF"},
        {"alg": "dir"},
        {"enc": "A256GCM"},
    ],
    ids=str,
)
async def test_a_cookie_of_another_algorithm_is_refused_before_any_work(
    protected: JsonObject,
) -> None:
    sealed = seal({"user": {"sub": "x"}}, RING).split(".")
    forged = ".".join([b64(protected), *sealed[1:]])
    scene = ClientScene()
    answer = await scene.get("/", cookie=f"__session={forged}")
    assert (answer.status_code, answer.json()) == (200, None)
    assert [event for event in scene.events if isinstance(event, SessionRefused)]


def test_a_compressed_payload_is_never_inflated() -> None:
    """Even who has the key cannot make us inflate a bomb: `zip` is not in our language."""
    from zlib import compress

    cipher = RING.ciphers[0]
    protected = b64({"alg": "dir", "enc": "A256GCM", "zip": "DEF"})
    text = cipher.encrypt(b"i" * 12, compress(b"{" + b" " * 50_000_000 + b"}"), protected.encode())

    def part(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    token = f"{protected}..{part(b'i' * 12)}.{part(text[:-16])}.{part(text[-16:])}"
    with pytest.raises(SealError, match="must be a top-level JSON object"):
        open_sealed(token, RING, now=0)


@pytest.mark.parametrize(
    "value",
    ["A" * 2_000_000, "." * 100_000, seal({"a": "b" * 900_000}, RING) + "A", "%41" * 200_000],
    ids=["long", "dots", "almost", "percent"],
)
async def test_an_oversized_cookie_is_no_session(value: str) -> None:
    scene = ClientScene()
    answer = await scene.get("/", cookie=f"__session={value}")
    assert (answer.status_code, answer.json()) == (200, None)
    many = "; ".join(f"__session__{number}=A" for number in range(20_000))
    assert (await scene.get("/", cookie=many)).json() is None


async def test_an_oversized_logout_token_is_refused() -> None:
    answer = await StatefulScene().back_channel("A" * 70_000)
    assert answer.status_code == 400


def clean(answer: httpx.Response) -> bool:
    values = [*answer.headers.values(), *answer.headers.keys()]
    planted = any("planted" in line.split("=")[0] for line in answer.headers.get_list("set-cookie"))
    return not planted and not any(c in value for value in values for c in "\r\n\0")


@pytest.mark.parametrize("name", ["returnTo", "state", "scope", "login_hint", "federated", "code"])
async def test_line_breaks_never_reach_a_header_of_the_app(name: str) -> None:
    scene = ClientScene()
    await scene.sign_in()
    for path in ("/auth/login", "/auth/logout", "/auth/callback", "/auth/access-token"):
        assert clean(await scene.get(f"{path}?{httpx.QueryParams({name: CRLF})}"))


@pytest.mark.parametrize("name", ["state", "nonce", "scope", "login_hint", "redirect_uri"])
async def test_line_breaks_never_reach_a_header_of_the_provider(name: str) -> None:
    scene = Scene()
    assert clean(await scene.ask(**{name: CRLF}))
    fields = {"client_id": "app", "post_logout_redirect_uri": "http://app.test/", "state": CRLF}
    assert clean(await scene.http.get("/oidc/logout", params=fields))
    if name != "redirect_uri":
        assert clean(await scene.sign_in(CRLF, **{name: CRLF}))


async def test_a_sid_from_a_token_is_no_session_at_the_provider() -> None:
    scene = Scene()
    tokens = await scene.tokens()
    sid = str((await verified(scene, tokens["id_token"]))["sid"])
    held = scene.http.cookies["op_session"]
    for cookie in (sid, f"{sid}.", f"{sid}.{'0' * 64}", f".{held.partition('.')[2]}", held + "0"):
        scene.http.cookies.set("op_session", cookie, domain="op.test")
        assert "Who are you today?" in (await scene.ask(nonce=cookie)).text
