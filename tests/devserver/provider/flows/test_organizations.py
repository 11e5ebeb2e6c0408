"""Organisations: those of the settings with their members, or any where there are none."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.provider.flows.organizations import (
    Organization,
    Organizations,
    check_membership,
)
from tests.devserver.provider.provider_scene import Scene, parameters, verified

ACME = Organization(id="org_acme", name="acme", members=("local|bob",))


@pytest.mark.parametrize("asked", ["acme", "org_acme"])
def test_an_organisation_is_found_by_its_id_and_its_name(asked: str) -> None:
    assert Organizations([ACME]).find(asked) is ACME


def test_where_none_is_configured_any_name_is_one() -> None:
    found = Organizations([]).find("globex")
    assert found == Organization(id="org_globex", name="globex")
    assert Organizations([]).find("org_globex") == found
    assert Organizations([]).find("") is None
    check_membership(found, "anybody")


@pytest.mark.parametrize(("known", "asked"), [([ACME], "globex"), ([], "a b"), ([], "<b>")])
def test_one_that_is_not_known_is_refused(known: list[Organization], asked: str) -> None:
    with pytest.raises(OAuthError, match="organization"):
        Organizations(known).find(asked)


async def test_an_unknown_one_and_a_stranger_are_told_to_the_app() -> None:
    scene = Scene(organizations=[ACME])
    unknown = parameters(await scene.ask(organization="globex"))
    assert (unknown["error"], unknown["state"]) == ("invalid_request", "st")
    stranger = parameters(await scene.sign_in(organization="acme"))
    assert (stranger["error"], "org_acme" in stranger["error_description"]) == (
        "access_denied",
        True,
    )


async def test_it_is_in_all_tokens_at_userinfo_and_after_a_refresh() -> None:
    scene = Scene()
    tokens = await scene.tokens(organization="globex")
    fresh = (await scene.refresh(tokens["refresh_token"])).json()
    for token in (tokens["id_token"], tokens["access_token"], fresh["id_token"]):
        claims = await verified(scene, token)
        assert (claims["org_id"], claims["org_name"]) == ("org_globex", "globex")
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    user = (await scene.http.get("/userinfo", headers=headers)).json()
    assert user["org_id"] == "org_globex"
    assert "org_id" not in await verified(
        scene, (await scene.tokens(prompt="login", nonce="n2"))["id_token"]
    )
