"""Options and environment make one configuration; what is impossible is refused with the fix."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.client.client import Auth0Client
from session_inspector.devserver.client.options import (
    ClientOptions,
    SessionConfiguration,
    Wiring,
    configure,
    read_secrets,
)
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.session.policy import Policy

NEEDED: ClientOptions = {"domain": "t.test", "client_id": "c"}


def test_an_option_beats_its_variable() -> None:
    env = {"AUTH0_DOMAIN": "env.test", "AUTH0_CLIENT_ID": "e", "AUTH0_CLIENT_SECRET": "s"}
    config = configure({"domain": "t.test"}, env)
    assert (config.issuer, config.client_id, config.client_secret) == ("https://t.test/", "e", "s")


def test_durations_make_the_policy() -> None:
    session = SessionConfiguration(rolling=False, absolute_duration=5, inactivity_duration=3)
    config = configure({**NEEDED, "session": session}, {})
    assert config.policy == Policy(rolling=False, absolute=5, inactivity=3)


def test_routes_come_from_the_environment_unless_given() -> None:
    env = {"NEXT_PUBLIC_LOGIN_ROUTE": "/in", "NEXT_PUBLIC_BASE_PATH": "/base/"}
    config = configure(NEEDED, env)
    assert (config.routes.login, config.routes.logout) == ("/in", "/auth/logout")
    assert config.base_path == "/base/"


@pytest.mark.parametrize(("given", "found"), [("one", ["one"]), (["new", "old"], ["new", "old"])])
def test_one_secret_or_several(given: str | list[str], found: list[str]) -> None:
    assert read_secrets({"secret": given}, {"AUTH0_SECRET": "env"}) == found
    assert read_secrets({}, {"AUTH0_SECRET": "env"}) == ["env"]


@pytest.mark.parametrize("secret", ["", [], ["new", ""]])
def test_an_empty_secret_is_none(secret: str | list[str]) -> None:
    with pytest.raises(InputError, match="no session secret is set"):
        read_secrets({"secret": secret}, {})


@pytest.mark.parametrize("buffer", [-1, float("inf"), float("nan")])
def test_a_buffer_is_finite_and_not_negative(buffer: float) -> None:
    with pytest.raises(InputError, match="token_refresh_buffer"):
        configure({**NEEDED, "token_refresh_buffer": buffer}, {})


def test_mtls_needs_a_certificate_and_no_other_proof() -> None:
    wiring = Wiring(http=httpx.AsyncClient())
    env = {"AUTH0_MTLS": "true"}
    assert configure({**NEEDED, "wiring": wiring}, env).mtls
    with pytest.raises(InputError, match="needs a client certificate"):
        configure(NEEDED, env)
    with pytest.raises(InputError, match="takes the place of client_secret"):
        configure({**NEEDED, "wiring": wiring, "client_secret": "s"}, env)
    with pytest.raises(InputError, match="cannot be used together"):
        configure({**NEEDED, "wiring": wiring, "use_dpop": True}, env)


def test_none_is_as_good_as_not_given() -> None:
    env = {"AUTH0_DOMAIN": "t.test", "AUTH0_CLIENT_ID": "c", "AUTH0_SECRET": "s" * 32}
    nothing: ClientOptions = dict.fromkeys(ClientOptions.__annotations__)  # type: ignore[assignment]  # each may be None
    given: ClientOptions = {**nothing, "env": env}
    Auth0Client(**given)
    assert configure(given, env) == configure({}, env)
    assert read_secrets(given, env) == ["s" * 32]


def test_an_option_that_there_is_not_is_refused_with_the_one_that_is_meant() -> None:
    with pytest.raises(TypeError, match=r"'sesion_store'\. Did you mean 'session_store'\?"):
        Auth0Client(sesion_store=None)  # type: ignore[call-arg]  # as a person mistypes it
    with pytest.raises(TypeError, match=r"unexpected option 'xyz'$"):
        Auth0Client(xyz=1)  # type: ignore[call-arg]  # nothing is near


def test_a_client_of_the_app_s_own_reaches_the_provider() -> None:
    own = httpx.AsyncClient()
    client = Auth0Client(domain="t.test", client_id="c", secret="s" * 32, http_client=own)
    assert client.relying_party.http is own
