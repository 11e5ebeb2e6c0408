"""Lines of tokens, back-channel logouts and the provider's knobs."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.login import (
    KnobApplied,
    KnobsTurned,
    LogoutTokenSent,
)
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.views.login_lines import login_line
from tests.inspector.model.events import minted

ONE = Secret.of("one").digest
TWO = Secret.of("two").digest


def test_a_minted_token_names_its_parent() -> None:
    assert login_line(minted("one")) == ("⊕", "refresh token minted", f"#{ONE[:6]}", "dim")
    child = f"#{TWO[:6]} · child of #{ONE[:6]}"
    assert login_line(minted("two", ONE)) == ("⊕", "refresh token minted", child, "dim")


def test_a_back_channel_logout_is_sent_or_failed() -> None:
    sent = LogoutTokenSent(at=1, client_id="c", uri="http://a/b", sub="u", sid="s", status=204)
    title = "back-channel logout sent"
    assert login_line(sent) == ("⌁", title, "204 · u · http://a/b", "accent")
    failed = login_line(replace(sent, reason="refused"))
    title = "back-channel logout failed"
    assert failed == ("✕", title, "refused · u · http://a/b", "bad")


def test_knobs_are_named_and_none_is_normal() -> None:
    line = login_line(KnobsTurned(at=1, told=("wrong nonce", "clock -90 s")))
    assert line == ("⚙", "the provider misbehaves", "wrong nonce · clock -90 s", "warn")
    normal = login_line(KnobsTurned(at=1, told=()))
    assert normal == ("⚙", "the provider behaves normally", "", "good")
    applied = KnobApplied(at=1, knob="wrong_nonce", detail="d")
    assert login_line(applied) == ("⚙", "knob wrong nonce", "d", "warn")
