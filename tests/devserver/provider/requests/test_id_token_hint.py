"""What `id_token_hint` may be: an ID token of ours, for this client, however old."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.provider.keys import SigningKeys
from session_inspector.devserver.provider.requests.id_token_hint import (
    FOREIGN,
    OTHER_CLIENT,
    OTHER_KIND,
    Hint,
    read_hint,
)
from session_inspector.devserver.provider.tokens import Minter, Subject
from tests.devserver.provider.provider_scene import Scene, parameters

SUBJECT = Subject(sub="alice", claims={}, sid="s", auth_time=900)
CLOCK = ManualClock(1000)
MINTER = Minter("http://op.test/", SigningKeys(), CLOCK)
OTHER_KEYS = Minter("http://op.test/", SigningKeys(), CLOCK)


def test_an_expired_id_token_names_its_user_session_and_client() -> None:
    token = MINTER.id_token(SUBJECT, "app", "openid", -60)
    assert read_hint(MINTER, token, "app") == Hint("alice", "s", "app")
    assert read_hint(MINTER, token) == Hint("alice", "s", "app")


@pytest.mark.parametrize(
    ("token", "client_id", "reason"),
    [
        ("rubbish", "app", FOREIGN),
        ("e30.e30.", "app", FOREIGN),
        (OTHER_KEYS.id_token(SUBJECT, "app", "openid", 60), "app", FOREIGN),
        (MINTER.access_token(SUBJECT, "app", "openid", 60), "app", OTHER_KIND),
        (MINTER.logout_token("alice", "s", "app"), "app", OTHER_KIND),
        (MINTER.id_token(SUBJECT, "app", "openid", 60), "other", OTHER_CLIENT),
    ],
    ids=["rubbish", "none", "keys", "access", "logout", "client"],
)
def test_any_other_token_is_refused_with_the_reason(
    token: str, client_id: str, reason: str
) -> None:
    with pytest.raises(OAuthError) as caught:
        read_hint(MINTER, token, client_id)
    assert caught.value.message == reason


async def test_a_hint_of_the_user_who_is_signed_in_goes_on() -> None:
    scene = Scene()
    hint = str((await scene.tokens())["id_token"])
    assert "code" in parameters(await scene.ask(id_token_hint=hint, prompt="none"))


@pytest.mark.parametrize("prompt", ["none", "login", ""])
async def test_a_rubbish_hint_is_an_error_at_the_app(prompt: str) -> None:
    scene = Scene()
    await scene.sign_in()
    found = parameters(await scene.ask(id_token_hint="rubbish", prompt=prompt))
    assert (found["error"], found["state"]) == ("invalid_request", "st")
    assert "id_token_hint" in found["error_description"]


async def test_a_hint_of_somebody_else_asks_who_it_is_and_takes_nobody_else() -> None:
    scene = Scene()
    hint = str((await scene.tokens())["id_token"])
    await scene.sign_in(user="bob", prompt="login")
    found = parameters(await scene.ask(id_token_hint=hint, prompt="none"))
    assert found["error"] == "login_required"
    assert "Who are you today?" in (await scene.ask(id_token_hint=hint)).text
    refused = parameters(await scene.sign_in(user="bob", id_token_hint=hint))
    assert refused["error"] == "login_required"
    assert "code" in parameters(await scene.sign_in(user="local|alice", id_token_hint=hint))
