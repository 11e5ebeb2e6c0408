"""better-auth's signed `state` has the shape of its session token: its name makes it a login."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.registry import examine_cookies, load_decoders
from tests.node.packages import installed

DECODERS = load_decoders()


@pytest.fixture(scope="module")
def made() -> Any:
    """Return twenty logins that the real package has begun: their states look different."""
    script = Path(__file__).with_name("better-auth-login.mjs")
    command = [installed(), str(script)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout)


def opened(name: str, value: str, *secrets: str) -> Decoded:
    cookies = {name: unquote(value)}
    return examine_cookies(DECODERS, Material(cookies=cookies, secrets=secrets, now=0)).take()


@pytest.mark.parametrize("prefix", ["", "__Secure-"])
def test_each_state_is_a_transaction_whatever_letters_it_has(made: Any, prefix: str) -> None:
    for each in made["made"]:
        ((name, value),) = each["cookies"].items()
        found = opened(prefix + name, value, made["secret"])
        assert (found.format, found.role) == ("better-auth (login)", "transaction")
        assert (found.payload, found.is_verified) == ({"state": each["state"]}, True)
        assert not found.session_id


def test_under_another_name_only_a_secret_shows_it_and_it_is_no_login(made: Any) -> None:
    ((_, value),) = made["made"][0]["cookies"].items()
    assert opened("shop.state", value, made["secret"]).role == "transaction"


@pytest.mark.parametrize("name", ["better-auth.session_token", "estate", "better-auth.states"])
def test_what_is_named_otherwise_is_not_claimed(made: Any, name: str) -> None:
    ((_, value),) = made["made"][0]["cookies"].items()
    material = Material(cookies={name: unquote(value)}, now=0)
    families = {attempt.family for attempt in examine_cookies(DECODERS, material).attempts}
    assert "better-auth-login" not in families
