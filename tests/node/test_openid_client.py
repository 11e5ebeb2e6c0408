"""openid-client, the certified client of npm, in every flow of our provider."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator

import pytest

from session_inspector.devserver.core.events.login import (
    DeviceCodeAnswered,
    DeviceCodeIssued,
    PushedRequestUsed,
    RequestPushed,
    SecondFactorPassed,
    SecondFactorRequired,
    TokenIntrospected,
    TokenMinted,
)
from session_inspector.devserver.core.knobs import Knobs
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.flows.dpop import ALGORITHMS
from tests.devserver.provider.flows.real_provider import APP, RealProvider, running_provider
from tests.node.packages import FOLDER, installed

MULTI_FACTOR = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"


@pytest.fixture
def op() -> Iterator[RealProvider]:
    with running_provider() as found:
        yield found


def run(
    op: RealProvider, flow: str, browse: Callable[[str], str] | None = None, **env: str
) -> JsonObject:
    """Run one flow; whenever the client needs a browser, `browse` is one."""
    process = subprocess.Popen(
        [installed(), "flows.mjs", flow],
        cwd=FOLDER,
        env={**os.environ, "ISSUER": op.issuer, "APP": APP, **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        for line in process.stdout:
            said: JsonObject = json.loads(line)
            if "result" in said:
                result = said["result"]
                assert isinstance(result, dict)
                return result
            assert "open" in said, said
            went = (browse or op.sign_in)(str(said["open"]))
            process.stdin.write(json.dumps(went)[1:-1] + "\n")
            process.stdin.flush()
    raise AssertionError("it ended without a result")


def kinds(op: RealProvider) -> set[type]:
    return {type(event) for event in op.events}


def test_a_pushed_request_is_used(op: RealProvider) -> None:
    claims = run(op, "par")["claims"]
    assert isinstance(claims, dict)
    assert (claims["sub"], claims["name"]) == ("local|alice", "Alice")
    assert {RequestPushed, PushedRequestUsed} <= kinds(op)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_tokens_are_bound_to_a_key_and_useless_without_it(op: RealProvider, alg: str) -> None:
    result = run(op, "dpop", ALG=alg)
    facts = result["facts"]
    assert isinstance(facts, dict)
    assert isinstance(result["user"], dict)
    assert (result["type"], result["fresh"], result["bearer"]) == ("dpop", "dpop", 401)
    assert (result["user"]["sub"], facts["active"], facts["token_type"]) == (
        "local|alice",
        True,
        "DPoP",
    )
    bound = {event.jkt for event in op.events if isinstance(event, TokenMinted)}
    assert bound == {facts["cnf"]["jkt"]}  # type: ignore[index, call-overload]  # JSON


def test_a_device_gets_tokens_when_its_user_allows_it(op: RealProvider) -> None:
    result = run(op, "device")
    assert isinstance(result["claims"], dict)
    assert (result["claims"]["sub"], result["refresh"]) == ("local|alice", True)
    assert {DeviceCodeIssued, DeviceCodeAnswered} <= kinds(op)
    flows = {event.flow for event in op.events if isinstance(event, TokenMinted)} - {""}
    assert flows == {event.device for event in op.events if isinstance(event, DeviceCodeIssued)}


def test_a_device_is_refused_by_its_user(op: RealProvider) -> None:
    def refuse(url: str) -> str:
        return op.sign_in(url, consent="no")

    assert run(op, "device", refuse) == {"error": "access_denied"}


def test_an_app_gets_a_token_for_itself_and_revokes_it(op: RealProvider) -> None:
    result = run(op, "client_credentials")
    facts = result["facts"]
    assert isinstance(facts, dict)
    assert (facts["sub"], facts["scope"], facts["active"]) == ("app@clients", "read:x", True)
    assert facts["aud"] == ["https://api.test"]
    assert (result["after"], result["refresh"]) == ({"active": False}, None)
    asked = [event.is_active for event in op.events if isinstance(event, TokenIntrospected)]
    assert asked == [True, False]


def test_acr_values_ask_for_a_second_factor(op: RealProvider) -> None:
    result = run(op, "step_up")
    assert (result["acr"], result["amr"]) == (MULTI_FACTOR, ["mfa"])
    assert {SecondFactorRequired, SecondFactorPassed} <= kinds(op)


def test_an_organisation_is_in_the_tokens_with_its_roles(op: RealProvider) -> None:
    result = run(op, "organization")
    facts = result["facts"]
    assert isinstance(facts, dict)
    assert (result["org_id"], result["org_name"]) == ("org_acme", "acme")
    assert (facts["org_id"], facts["roles"]) == ("org_acme", ["admin"])


def test_mfa_required_at_a_refresh_can_be_finished(op: RealProvider) -> None:
    def browse(url: str) -> str:
        if not url.startswith("about:"):
            return op.sign_in(url)
        op.turn(Knobs(second_factor="refresh"))
        return APP

    result = run(op, "mfa", browse)
    assert result == {
        "status": 403,
        "error": "mfa_required",
        "wrong": "invalid_grant",
        "acr": MULTI_FACTOR,
        "fresh": True,
    }
