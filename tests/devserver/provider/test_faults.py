"""Each knob does what it says, says so in an event, and reset puts the provider in order."""

from __future__ import annotations

import base64
import json
from base64 import urlsafe_b64decode

import httpx
import pytest
from joserfc.errors import BadSignatureError

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.login import KnobApplied, KnobsTurned, LogoutTokenSent
from session_inspector.devserver.core.knobs import (
    LOGOUT_FAULTS,
    KnobChange,
    Knobs,
    SpoiltToken,
    WrongLogout,
    turn_knobs,
)
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.end_session import Delivery
from session_inspector.devserver.provider.faults import WRONG_ISSUER, WRONG_NONCE, WRONG_TYPES
from session_inspector.devserver.provider.provider import Provider
from tests.devserver.provider.provider_scene import ISSUER, Scene, verified


class Turned(Scene):
    """A scene whose provider misbehaves; sleeping is noted, not done."""

    def __init__(self, knobs: Knobs, **changes: object) -> None:
        super().__init__(**changes)
        self.slept: list[float] = []
        provider = Provider(
            self.settings, self.clock, self.events.append, self._deliver, self._sleep
        )
        self.provider = provider
        transport = httpx.ASGITransport(provider.app)
        self.http = httpx.AsyncClient(transport=transport, base_url=ISSUER)
        self.provider.turn_knobs(knobs, cause="c1")

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def _deliver(self, uri: str, token: str) -> Delivery:
        self.sent.append((uri, token))
        return Delivery(status=500, reason="no store")

    def applied(self) -> list[str]:
        return [event.knob for event in self.events if isinstance(event, KnobApplied)]


async def test_latency_is_of_one_endpoint_or_of_all() -> None:
    scene = Turned(Knobs(latency={"token": 2.0, "all": 0.5}))
    await scene.http.get("/.well-known/jwks.json")
    await scene.exchange("unknown")
    await scene.http.get("/no/such/page")
    assert scene.slept == [0.5, 2.0]
    assert scene.applied() == ["latency", "latency"]


async def test_errors_are_counted_down() -> None:
    scene = Turned(Knobs(errors={"jwks": 2}))
    found = [(await scene.http.get("/.well-known/jwks.json")).status_code for _ in range(3)]
    assert found == [500, 500, 200]
    assert scene.provider.faults.knobs.errors == {}


async def test_errors_without_end() -> None:
    scene = Turned(Knobs(errors={"all": -1}))
    found = [(await scene.http.get("/.well-known/jwks.json")).status_code for _ in range(3)]
    assert found == [500, 500, 500]


async def test_an_id_token_is_spoilt() -> None:
    scene = Turned(
        Knobs(
            wrong_issuer="id_token",
            wrong_nonce=True,
            expired_token="id",
            claims={"local|alice": {"role": "admin", "email": None}},
        )
    )
    claims = await verified(scene, (await scene.tokens())["id_token"])
    assert (claims["iss"], claims["nonce"]) == (WRONG_ISSUER, WRONG_NONCE)
    assert int(str(claims["exp"])) < scene.clock.now() - 3600
    assert (claims["role"], "email" in claims, claims["name"]) == ("admin", False, "Alice")
    assert set(scene.applied()) == {"wrong_issuer", "wrong_nonce", "expired_token"}


@pytest.mark.parametrize("kind", ["id", "access"])
async def test_a_token_has_a_wrong_audience_a_wrong_type_and_is_not_valid_yet(
    kind: SpoiltToken,
) -> None:
    scene = Turned(Knobs(wrong_audience=kind, wrong_type=kind, not_before=kind))
    tokens = await scene.tokens()
    token = str(tokens[f"{kind}_token"])
    claims = await verified(scene, token)
    assert (claims["aud"], claims["nbf"]) == ("another-client", scene.clock.now() + 3600)
    assert header_of(token)["typ"] == WRONG_TYPES[kind]
    assert set(scene.applied()) == {"wrong_audience", "wrong_type", "not_before"}
    (other,) = {"id", "access"} - {kind}
    assert "nbf" not in await verified(scene, tokens[f"{other}_token"])
    assert (
        header_of(str(tokens[f"{other}_token"]))["typ"] == {"id": "JWT", "access": "at+jwt"}[other]
    )


@pytest.mark.parametrize("knob", ["not_before", "expired_token"])
async def test_userinfo_refuses_an_access_token_out_of_its_time(knob: str) -> None:
    scene = Turned(turn_knobs(Knobs(), KnobChange(**{knob: "access"})))  # type: ignore[arg-type]  # by name
    token = (await scene.tokens())["access_token"]
    answer = await scene.http.get("/userinfo", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


@pytest.mark.parametrize("fault", LOGOUT_FAULTS)
async def test_each_fault_of_a_logout_token_is_refused_by_a_client(fault: WrongLogout) -> None:
    """Judged by the checks of OpenID Connect Back-Channel Logout §2.6, on each of two tokens."""
    scene = Turned(Knobs(wrong_logout=fault))
    for number in range(2):
        await scene.tokens(nonce=f"n{number}")
        await scene.provider.revoke_user("local|alice")
    assert scene.applied()
    assert set(scene.applied()) <= {"wrong_logout", "wrong_type"}
    seen: set[object] = set()
    problems = [await find_problem(scene, token, seen) for _, token in scene.sent]
    assert problems[-1] == fault
    scene.provider.turn_knobs(Knobs())
    await scene.tokens(nonce="last")
    await scene.provider.revoke_user("local|alice")
    assert await find_problem(scene, scene.sent[-1][1], seen) == ""


async def find_problem(scene: Scene, token: str, seen: set[object]) -> str:
    """Return which rule a logout token breaks; empty: none."""
    try:
        claims = await verified(scene, token)
    except BadSignatureError:
        return "signature"
    broken = {
        "type": header_of(token)["typ"] != "logout+jwt",
        "events": "events" not in claims,
        "nonce": "nonce" in claims,
        "subject": "sub" not in claims and "sid" not in claims,
        "audience": claims["aud"] != "app",
        "issuer": claims["iss"] != ISSUER,
        "expired": int(str(claims["exp"])) <= scene.clock.now(),
        "replayed": claims["jti"] in seen,
    }
    seen.add(claims["jti"])
    return "".join(name for name, is_broken in broken.items() if is_broken)


def header_of(token: str) -> JsonObject:
    header: JsonObject = json.loads(urlsafe_b64decode(token.split(".")[0] + "=="))
    return header


async def test_lifetimes_are_turned_and_put_back() -> None:
    scene = Turned(Knobs(access_ttl=20, id_ttl=30, refresh_ttl=40))
    tokens = await scene.tokens()
    now = int(scene.clock.now())
    assert tokens["expires_in"] == 20
    assert (await verified(scene, tokens["access_token"]))["exp"] == now + 20
    assert (await verified(scene, tokens["id_token"]))["exp"] == now + 30
    scene.clock.advance(40)
    assert (await scene.refresh(tokens["refresh_token"])).status_code == 400
    scene.provider.turn_knobs(Knobs(id_ttl=5))
    tokens = await scene.tokens(nonce="next", prompt="login")
    assert tokens["expires_in"] == scene.settings.lifetimes.access


async def test_an_expired_access_token_is_refused_at_userinfo() -> None:
    scene = Turned(Knobs(expired_token="access", claims={"local|alice": {"role": "admin"}}))
    token = (await scene.tokens())["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    assert (await scene.http.get("/userinfo", headers=headers)).status_code == 401
    scene.provider.turn_knobs(Knobs(claims={"local|alice": {"role": "admin"}}))
    fresh = (await scene.tokens(prompt="login", nonce="another"))["access_token"]
    answer = await scene.http.get("/userinfo", headers={"authorization": f"Bearer {fresh}"})
    assert answer.json()["role"] == "admin"


async def test_discovery_names_a_wrong_issuer_and_then_the_right_one() -> None:
    scene = Turned(Knobs(wrong_issuer="discovery"))
    path = "/.well-known/openid-configuration"
    assert (await scene.http.get(path)).json()["issuer"] == WRONG_ISSUER
    scene.provider.turn_knobs(Knobs())
    assert (await scene.http.get(path)).json()["issuer"] == ISSUER
    told = [event.told for event in scene.events if isinstance(event, KnobsTurned)]
    assert told == [("wrong issuer in discovery",), ()]


@pytest.mark.parametrize(("grace", "status"), [(0, 400), (30, 200)])
async def test_rotation_and_grace_are_turned_and_put_back(grace: float, status: int) -> None:
    scene = Turned(Knobs(rotate=True, grace=grace), rotates=False)
    old = (await scene.tokens())["refresh_token"]
    assert (await scene.refresh(old)).status_code == 200
    assert (await scene.refresh(old)).status_code == status
    scene.provider.turn_knobs(Knobs())
    assert scene.provider.storage.rules.rotates is False


async def test_a_user_is_revoked_and_the_app_is_told() -> None:
    scene = Turned(Knobs())
    tokens = await scene.tokens()
    assert await scene.provider.revoke_user("local|alice", cause="c7") == (1, 1)
    assert (await scene.refresh(tokens["refresh_token"])).status_code == 400
    (sent,) = [event for event in scene.events if isinstance(event, LogoutTokenSent)]
    assert (sent.status, sent.reason, sent.cause) == (500, "no store", "c7")
    assert len(scene.sent) == 1
    assert await scene.provider.revoke_user("local|alice") == (0, 0)


async def test_a_token_is_revoked_by_its_text() -> None:
    scene = Turned(Knobs())
    token = str((await scene.tokens())["refresh_token"])
    assert scene.provider.revoke_token(token)
    assert not scene.provider.revoke_token("v1.unknown")
    assert (await scene.refresh(token)).status_code == 400


async def test_a_client_may_say_its_secret_in_the_header() -> None:
    scene = Scene()
    code = await scene.code()
    header = base64.b64encode(b"app:secret").decode()
    scene.http.headers["authorization"] = f"Basic {header}"
    answer = await scene.exchange(code, client_id="", client_secret="")
    assert answer.status_code == 200, answer.text


def test_knobs_are_laid_over_each_other_and_taken_away() -> None:
    knobs = turn_knobs(Knobs(), KnobChange(latency={"token": 2}, claims={"a": {"x": 1}}, skew=-60))
    knobs = turn_knobs(knobs, KnobChange(latency={"jwks": 1}, errors={"token": -1}))
    assert knobs.describe() == (
        "jwks answers after 1 s",
        "token answers after 2 s",
        "token answers 500",
        "clock -60 s",
        "claims of a: x",
    )
    off = KnobChange(latency={"jwks": 0, "token": 0}, errors={"token": 0}, claims={"a": {}}, skew=0)
    knobs = turn_knobs(knobs, off)
    assert knobs == Knobs()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"latency": {"tokens": 1}}, "it must be one of: discovery, jwks"),
        ({"latency": {"token": 601}}, "latency.token is 601; it must be seconds, 0 to 600"),
        ({"latency": {"token": "2"}}, "latency.token is '2'"),
        ({"errors": {"token": 1.5}}, "it must be a whole number"),
        ({"errors": {"token": True}}, "errors.token is True"),
        ({"grace": -1}, "grace is -1"),
        ({"skew": 1e12}, "skew is 1000000000000.0"),
        ({"skew": float("nan")}, "skew is nan"),
        ({"access_ttl": -1}, "access_ttl is -1; it must be whole seconds"),
        ({"id_ttl": 1.5}, "id_ttl is 1.5; it must be whole seconds"),
        ({"refresh_ttl": True}, "refresh_ttl is True"),
        ({"claims": {"a": []}}, "they must be a JSON object"),
    ],
)
def test_a_wrong_knob_is_one_line(given: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as error:
        turn_knobs(Knobs(), KnobChange(**given))  # type: ignore[arg-type]  # what JSON may hold
    assert said in error.value.message
    assert "\n" not in error.value.message
