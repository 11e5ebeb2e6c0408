"""What goes on at the provider beside the code flow: each step is under the flow it belongs to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.login import (
    DeviceCodeAnswered,
    DeviceCodeIssued,
    KnobApplied,
    LogoutFrameShown,
    LogoutTokenSent,
    PushedRequestUsed,
    RequestPushed,
    SecondFactorPassed,
    SecondFactorRequired,
    StepFailed,
    TokenMinted,
    TokenRefused,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.facts.grants import GrantFlow, GrantFlows
from session_inspector.inspector.model.fold.grants import MOST_STEPS, fold_grants

PUSHED = RequestPushed(at=1, request="r", client_id="app", expires=91)
DEVICE = DeviceCodeIssued(
    at=1, device="d", user_code="BCDF-GHJK", client_id="tv", scope="openid", expires=601
)
FACTOR = SecondFactorRequired(at=1, client_id="app", sub="u", sid="s", mfa="m", reason="why")
ACCESS = TokenMinted(at=3, token="access", value=Secret.of("t"), sub="u", client_id="app")


def only(*events: Event) -> GrantFlow:
    grants = GrantFlows()
    for event in events:
        grants = fold_grants(grants, event)
    (key,) = grants.order
    return grants.by_key[key]


def texts(flow: GrantFlow) -> list[str]:
    return [step.text.partition(" #")[0].partition(":")[0] for step in flow.steps]


def test_a_pushed_request_is_done_when_a_browser_comes_with_it() -> None:
    assert only(PUSHED).outcome == "under way"
    flow = only(PUSHED, PushedRequestUsed(at=2, request="r", client_id="app"))
    assert (flow.kind, flow.outcome, flow.client_id) == ("pushed request", "done", "app")
    assert texts(flow) == ["pushed", "the browser came with its request_uri"]


def test_a_device_waits_is_allowed_and_gets_its_tokens() -> None:
    allowed = DeviceCodeAnswered(at=2, device="d", sub="u", is_allowed=True)
    flow = only(DEVICE, allowed, replace(ACCESS, flow="d", jkt="key123"))
    assert (flow.outcome, flow.expires) == ("done", 601)
    assert flow.steps[0].text == "the device shows BCDF-GHJK, and polls"
    assert flow.steps[-1].text.endswith("bound to key key123")


def test_a_device_that_is_refused_has_ended() -> None:
    flow = only(DEVICE, DeviceCodeAnswered(at=2, device="d", sub="u", is_allowed=False))
    assert (flow.outcome, flow.steps[-1].tone) == ("refused", "bad")


@pytest.mark.parametrize(
    ("refused", "outcome"), [("slow_down", "under way"), ("expired_token", "refused")]
)
def test_a_refused_poll_is_a_step(refused: str, outcome: str) -> None:
    flow = only(DEVICE, TokenRefused(at=2, token="device", digest="d", code=refused, reason="r"))
    assert (flow.outcome, flow.steps[-1].text) == (outcome, f"{refused}: r")


def test_a_second_factor_is_asked_for_failed_shown_and_exchanged() -> None:
    wrong = TokenRefused(at=2, token="mfa", digest="m", code="invalid_grant", reason="wrong")
    shown = SecondFactorPassed(at=2, sub="u", sid="s", mfa="m", method="otp")
    flow = only(FACTOR, wrong, shown, replace(ACCESS, flow="m"))
    assert (flow.kind, flow.outcome) == ("second factor", "done")
    assert texts(flow) == ["mfa_required", "invalid_grant", "shown", "access token"]


def test_on_the_page_it_is_done_when_it_is_shown() -> None:
    asked = replace(FACTOR, mfa="")
    flow = only(asked, SecondFactorPassed(at=2, sub="u", sid="s"))
    assert (texts(flow), flow.outcome) == (["asked on the page", "shown"], "done")


def test_a_client_s_own_token_is_a_flow_of_its_own() -> None:
    own = replace(ACCESS, grant="client_credentials")
    assert (only(own).kind, only(own).outcome) == ("client credentials", "done")


def test_a_nonce_that_is_asked_for_is_no_failure_and_a_bad_proof_is() -> None:
    asked = TokenRefused(at=2, token="proof", digest="d", code="use_dpop_nonce", reason="r")
    assert (only(asked).outcome, only(asked).steps[0].tone) == ("done", "dim")
    bad = replace(asked, code="invalid_dpop_proof", reason="its htu is another URL")
    assert (only(bad).outcome, only(bad).steps[0].tone) == ("refused", "bad")
    assert "its htu is another URL" in only(bad).steps[0].text


FRAME = LogoutFrameShown(at=2, client_id="front", uri="http://f/out", sub="u", sid="s")
TOLD = LogoutTokenSent(at=3, client_id="back", uri="http://b/out", sub="u", sid="s", status=204)


def test_a_logout_names_each_app_that_was_told() -> None:
    flow = only(FRAME, TOLD)
    assert (flow.kind, flow.client_id, flow.outcome) == ("logout", "u", "done")
    assert [step.text for step in flow.steps] == [
        "front: front-channel, a frame of http://f/out",
        "back: back-channel, taken (204)",
    ]


def test_an_app_that_refuses_its_logout_token_makes_the_logout_fail() -> None:
    flow = only(replace(TOLD, status=400, reason="nonce is prohibited"), FRAME)
    assert flow.outcome == "failed"
    assert flow.steps[0].text == "back: back-channel refused (400): nonce is prohibited"


def test_a_fault_of_the_provider_stands_beside_the_login_that_it_broke() -> None:
    flow = only(KnobApplied(at=2, knob="wrong_audience", detail="the ID token is for another"))
    assert (flow.kind, flow.outcome) == ("fault", "applied")
    assert flow.steps[0].text == "wrong audience: the ID token is for another"


def test_a_failed_step_has_the_provider_s_words() -> None:
    failed = StepFailed(at=2, step="refresh", code="invalid_grant", reason="it is over")
    assert only(failed).steps[0].text == "refresh: invalid_grant: it is over"
    asked = replace(failed, step="cross_origin", reason="the origin x")
    assert len(only(asked, replace(asked, seq=9)).steps) == 1
    assert (only(failed).client_id, only(asked).client_id) == ("", "a script")


def test_what_belongs_to_no_flow_changes_nothing() -> None:
    grants = GrantFlows()
    for event in (
        ACCESS,
        replace(ACCESS, flow="unknown"),
        PushedRequestUsed(at=2, request="unknown", client_id="app"),
        TokenRefused(at=2, token="code", digest="d", code="c", reason="r"),
        TokenRefused(at=2, token="device", digest="unknown", code="c", reason="r"),
        KnobApplied(at=2, knob="latency", detail="token answers after 2 s"),
    ):
        assert fold_grants(grants, event) == grants


def test_a_device_that_polls_for_hours_keeps_its_newest_steps() -> None:
    soon = TokenRefused(at=2, token="device", digest="d", code="slow_down", reason="r")
    assert len(only(DEVICE, *[soon] * 200).steps) == MOST_STEPS
