"""Each step of a login is done, failed with the reason, or waiting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.login import (
    DeviceCodeIssued,
    LoginFailed,
    LoginStarted,
    LoginSucceeded,
    RequestPushed,
    TokenRefused,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.login_steps import CAUSES, NO_CODE
from session_inspector.inspector.model.boards.logins import login_fields
from tests.inspector.model.events import ended, minted, started, state_of
from tests.inspector.sample import server

BEGAN = LoginStarted(at=1, cause="x1", login="L", transaction_cookie="__txn_a", return_to="/x")


TO = "http://op/authorize?state=•••&nonce=•••&code_challenge=•••&code_challenge_method=S256"


def steps(*events: Event) -> dict[str, str]:
    fields = login_fields(state_of(started("x1"), BEGAN, ended("x1", TO), *events))
    return {field.lead[1][0].strip(): field.lead[0][0].strip() for field in fields[1:]}


def test_a_good_login_has_each_step() -> None:
    done = LoginSucceeded(at=2, cause="x5", login="L", sub="u")
    found = steps(
        started("x3", "/authorize?state=•••", party="provider"),
        ended("x3"),
        started("x5", "/auth/callback?code=•••", "__txn_a"),
        minted("one"),
        done,
    )
    assert found == {
        "transaction cookie set": "·",
        "sent to the provider": "✓",
        "answered by the provider": "✓",
        "callback with the same state": "✓",
        "transaction cookie came back": "✓",
        "code exchanged for tokens": "✓",
        "ID token verified": "✓",
        "session created": "✓",
    }


@pytest.mark.parametrize(
    ("step", "broken"),
    [
        ("state", "callback with the same state"),
        ("transaction", "transaction cookie came back"),
        ("exchange", "code exchanged for tokens"),
        ("id_token", "ID token verified"),
    ],
)
def test_the_failing_step_is_marked_and_the_rest_waits(step: str, broken: str) -> None:
    failed = LoginFailed(at=2, cause="x5", login="L", step=step, code="c", reason="why")  # type: ignore[arg-type]  # a literal
    found = steps(started("x5", "/auth/callback?code=•••"), failed)
    assert found[broken] == "✕"
    assert found["session created"] == "·"


def test_a_callback_without_a_login_is_a_row_of_its_own() -> None:
    failed = LoginFailed(at=2, cause="x5", login="", step="state", code="c", reason="why")
    fields = login_fields(state_of(started("x5", "/auth/callback?code=•••"), failed))
    assert (fields[0].value, fields[0].tone) == ("failed at the check of state, 0.00 s", "bad")


def test_a_callback_without_its_cookie_has_failed_by_itself() -> None:
    fields = login_fields(state_of(started("x1"), BEGAN, started("x5", "/auth/callback?code=•••")))
    failed = next(field for field in fields if "transaction cookie came back" in field.lead[-1][0])
    assert (failed.lead[0][0], failed.value, failed.tone) == (
        "✕ ",
        "the browser did not send it",
        "bad",
    )
    assert failed.explain == CAUSES


def test_the_head_says_who_and_how_it_ended() -> None:
    head = login_fields(state_of(started("x1"), BEGAN))[0]
    assert (head.lead, head.label, head.value, head.tone) == (
        (("lab:a", "accent"),),
        "  at 00:00:01",
        "under way",
        "warn",
    )


def test_of_an_app_s_login_nobody_saw_its_token_exchanged_or_verified() -> None:
    app = replace(server(1), upstream="http://localhost:3000")
    done = LoginSucceeded(at=2, cause="x5", login="L", sub="u")
    callback = started("x5", "/auth/callback?code=•••", "__txn_a")
    state = state_of(app, started("x1"), BEGAN, ended("x1", TO), callback, done)
    lines = {field.lead[1][0].strip(): field for field in login_fields(state)[1:]}
    for name in ("code exchanged for tokens", "ID token verified"):
        assert lines[name].lead[0][0] == "? "
        assert lines[name].value.startswith("not seen")
    ours = state_of(started("x1"), BEGAN, ended("x1", TO), callback, done)
    told = {field.lead[1][0].strip(): field.value for field in login_fields(ours)[1:]}
    assert told["ID token verified"].startswith("checked by our client: signature")


def test_a_login_without_a_code_is_said_to_have_none() -> None:
    asked = f"{TO}&response_mode=form_post&response_type=id_token"
    done = LoginSucceeded(at=2, cause="x5", login="L", sub="u")
    callback = started("x5", "/callback", "__txn_a")
    state = state_of(started("x1"), BEGAN, ended("x1", asked), callback, minted("one"), done)
    lines = {field.lead[1][0].strip(): field for field in login_fields(state)[1:]}
    assert lines["callback with the same state"].value == "x5: ID token and state arrived"
    assert lines["code exchanged for tokens"].lead[0][0] == "? "
    assert lines["code exchanged for tokens"].value == NO_CODE
    hybrid = state_of(started("x1"), BEGAN, ended("x1", f"{asked}%20code"), callback)
    told = {field.lead[1][0].strip(): field.value for field in login_fields(hybrid)[1:]}
    assert told["callback with the same state"] == "x5: code and state arrived"


def test_devices_and_pushed_requests_stand_between_the_logins_by_time() -> None:
    device = DeviceCodeIssued(
        at=5, device="d", user_code="BCDF-GHJK", client_id="tv\x1b", scope="", expires=605
    )
    refused = TokenRefused(at=6, token="device", digest="d", code="expired_token", reason="late")
    pushed = RequestPushed(at=0.5, request="r1", client_id="app", expires=90.5)
    fields = login_fields(state_of(pushed, started("x1"), BEGAN, device, refused))
    heads = [field.value for field in fields if field.depth == 0]
    assert heads == [
        "device login, refused",
        "under way",
        "pushed request, under way, until 00:01:30",
    ]
    assert [field.lead[0][0] for field in fields[1:3]] == ["✓ ", "✕ "]
    assert "\x1b" not in fields[0].lead[0][0]
    assert "RFC 8628" in fields[0].explain
