"""The ID token is checked to the letter, and in compat mode as far as the SDK does."""

from __future__ import annotations

import pytest

from session_inspector.devserver.client.id_token import check_id_token, read_unverified_claims
from session_inspector.devserver.core.errors import OAuthError
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
