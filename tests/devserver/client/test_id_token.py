"""The ID token is checked to the letter, and in compat mode as far as the SDK does."""

from __future__ import annotations

import pytest

from session_inspector.devserver.client.id_token import (
    check_id_token,
    find_problem,
    read_unverified_claims,
)
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.knobs import Knobs
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.keys import SigningKeys
from session_inspector.devserver.provider.tokens import Minter, Subject
from tests.devserver.client.client_scene import ClientScene
from tests.devserver.provider.provider_scene import ISSUER

SUBJECT = Subject(sub="u", claims={}, sid="s", auth_time=0)


def forge(scene: ClientScene) -> str:
    """Return an ID token that another key signed."""
    minter = Minter(ISSUER, SigningKeys(), scene.tenant.clock)
    return minter.id_token(SUBJECT, "app", "openid", 60)


async def test_the_signature_is_checked() -> None:
    scene = ClientScene()
    with pytest.raises(OAuthError, match="the ID token does not verify"):
        await check_id_token(scene.client.relying_party, forge(scene))


async def test_compat_mode_checks_the_claims_only() -> None:
    scene = ClientScene(compat="nextjs-auth0")
    token = forge(scene)
    claims = await check_id_token(scene.client.relying_party, token)
    assert claims["sub"] == "u"
    scene.tenant.clock.advance(60 + 30)
    with pytest.raises(OAuthError, match="it has expired"):
        await check_id_token(scene.client.relying_party, token)


async def test_an_answer_without_one_is_refused() -> None:
    with pytest.raises(OAuthError) as caught:
        await check_id_token(ClientScene().client.relying_party, "")
    assert caught.value.code == "no_id_token"


def test_claims_are_read_without_a_check() -> None:
    found: JsonObject = read_unverified_claims("eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIn0.AA")
    assert found == {"iss": "i"}


@pytest.mark.parametrize("token", ["", "a", "a.b", "eyJhbGciOiJub25lIn0.W10.AA", "e30.e30.AA"])
def test_what_holds_no_claims_is_refused(token: str) -> None:
    with pytest.raises(OAuthError):
        read_unverified_claims(token)


GOOD: JsonObject = {"sub": "u", "aud": "app", "exp": 99}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, ""),
        ({"sub": ""}, ""),
        ({"sub": None}, "its sub is no text"),
        ({"sub": 5}, "its sub is no text"),
        ({"exp": None}, "it has no exp"),
        ({"auth_time": 5}, ""),
        ({"auth_time": "5"}, "its auth_time is no time"),
        ({"auth_time": -1}, "its auth_time is no time"),
        ({"aud": ["app"]}, ""),
        ({"aud": ["app", "other"], "azp": "app"}, ""),
        ({"aud": ["app", "other"]}, "it is for several clients, and azp does not name this one"),
    ],
)
def test_its_own_claims_are_checked(changes: JsonObject, problem: str) -> None:
    assert find_problem({**GOOD, **changes}, "app") == problem


@pytest.mark.parametrize("compat", [None, "nextjs-auth0"])
async def test_a_token_that_does_not_count_yet_is_refused(compat: str | None) -> None:
    scene = ClientScene(compat=compat)
    scene.tenant.provider.turn_knobs(Knobs(not_before="id"))
    answer = await scene.sign_in()
    assert answer.status_code == 500
