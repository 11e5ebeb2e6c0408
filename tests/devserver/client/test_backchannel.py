"""/auth/backchannel-logout: which tokens end sessions, and what the others are answered."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.client.backchannel import LARGEST, check_logout_claims
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.events.session import SessionDestroyed
from session_inspector.devserver.core.values import LOGOUT_EVENT, JsonObject
from session_inspector.devserver.decoders.codecs.base64_text import to_base64url
from session_inspector.devserver.provider.keys import SigningKeys
from session_inspector.devserver.provider.tokens import Minter
from session_inspector.devserver.session.data_store import StoreSessions
from session_inspector.devserver.stores.memory import MemoryStore
from tests.devserver.client.client_scene import APP, ClientScene
from tests.vectors.sessions import Notebook

PATH = "/auth/backchannel-logout"


class Scene(ClientScene):
    def __init__(self, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]  # options of the client

    async def post(self, **fields: str) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=APP) as http:
            return await http.post(PATH, data=fields)

    def token(self) -> str:
        (session,) = self.tenant.provider.storage.sessions.by_sid.values()
        minter = self.tenant.provider.storage.minter
        return minter.logout_token(session.user.sub, session.sid, "app")


async def stateful() -> Scene:
    """Return a scene with a signed-in session in a store."""
    clock = ClientScene().tenant.clock
    scene = Scene(session_store=StoreSessions(MemoryStore(clock), lambda session: 4e9))
    await scene.sign_in()
    return scene


async def test_a_logout_token_ends_the_session() -> None:
    scene = await stateful()
    answer = await scene.post(logout_token=scene.token())
    assert (answer.status_code, answer.text) == (204, "")
    assert (await scene.get("/")).json() is None
    ended = [event.reason for event in scene.events if isinstance(event, SessionDestroyed)]
    assert ended == ["back-channel"]


@pytest.mark.parametrize("part", ["header", "claims"])
async def test_a_token_that_nests_deeper_than_python_reads_is_refused(part: str) -> None:
    scene = await stateful()
    deep = to_base64url(b'{"a":' * 3_000 + b"1" + b"}" * 3_000)
    header, claims, signature = scene.token().split(".")
    if part == "header":
        header = deep
    else:
        claims = deep
    answer = await scene.post(logout_token=f"{header}.{claims}.{signature}")
    assert answer.status_code == 400
    assert (await scene.get("/")).json() is not None


async def test_a_token_that_comes_again_ends_nobody_who_logged_in_since() -> None:
    scene = await stateful()
    token = scene.token()
    await scene.post(logout_token=token)
    await scene.sign_in()
    assert (await scene.post(logout_token=token)).status_code == 204
    assert (await scene.get("/")).json() is not None


@pytest.mark.parametrize("fields", [{}, {"logout_token": ""}, {"other": "x"}])
async def test_without_a_token_it_is_400(fields: dict[str, str]) -> None:
    answer = await (await stateful()).post(**fields)
    assert (answer.status_code, answer.text) == (400, "Missing `logout_token` in the request body.")


async def test_a_body_that_is_too_large_is_not_read() -> None:
    scene = await stateful()
    answer = await scene.post(pad="x" * LARGEST, logout_token=scene.token())
    assert answer.status_code == 400
    assert (await scene.get("/")).json() is not None


async def test_a_token_of_another_domain_is_403() -> None:
    scene = await stateful()
    foreign = Minter("http://other.test/", SigningKeys(), scene.tenant.clock)
    answer = await scene.post(logout_token=foreign.logout_token("u", "s", "app"))
    assert answer.status_code == 403
    assert answer.text == "Logout token issuer does not match the configured domain."


async def test_a_token_of_another_key_is_400() -> None:
    scene = await stateful()
    foreign = Minter("http://op.test/", SigningKeys(), scene.tenant.clock)
    answer = await scene.post(logout_token=foreign.logout_token("u", "s", "app"))
    assert answer.status_code == 400
    assert answer.text.startswith("Invalid logout token: the logout token does not verify")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "A session data store is not configured."),
        (
            {"session_store": Notebook({})},
            "Back-channel logout is not supported by the session data store.",
        ),
    ],
)
async def test_without_a_store_that_can_it_is_500(options: dict[str, object], text: str) -> None:
    answer = await Scene(**options).post(logout_token="x")
    assert (answer.status_code, answer.text) == (500, text)


GOOD: JsonObject = {"sub": "u", "sid": "s", "events": {LOGOUT_EVENT: {}}}


@pytest.mark.parametrize("missing", ["sub", "sid"])
def test_sub_or_sid_is_enough(missing: str) -> None:
    check_logout_claims({name: value for name, value in GOOD.items() if name != missing})


@pytest.mark.parametrize(
    ("claims", "text"),
    [
        ({"events": {LOGOUT_EVENT: {}}}, 'either "sid" or "sub"'),
        ({**GOOD, "sid": 5}, '"sid" claim must be a string'),
        ({**GOOD, "sub": None}, '"sub" claim must be a string'),
        ({**GOOD, "nonce": "n"}, '"nonce" claim is prohibited'),
        ({**GOOD, "events": None}, '"events" claim must be an object'),
        ({**GOOD, "events": []}, 'member is missing in the "events" claim'),
        ({**GOOD, "events": {}}, 'member is missing in the "events" claim'),
        ({**GOOD, "events": {LOGOUT_EVENT: None}}, "must be an object"),
    ],
)
def test_what_is_no_logout_token_is_refused(claims: JsonObject, text: str) -> None:
    with pytest.raises(OAuthError, match=text):
        check_logout_claims(claims)
