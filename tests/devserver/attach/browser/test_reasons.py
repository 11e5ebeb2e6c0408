"""Reasons in words."""

from __future__ import annotations

from session_inspector.devserver.attach.browser.reasons import explain


def test_a_reason_has_words_and_a_fix() -> None:
    assert explain(["SameSiteNoneInsecure"]) == (("SameSite=None needs Secure",), "add Secure")
    assert explain(["ExcludeSameSiteNoneInsecure"]) == explain(["SameSiteNoneInsecure"])
    assert explain(["WarnSameSiteNoneInsecure"]) == explain(["SameSiteNoneInsecure"])


def test_an_unknown_reason_is_shown_as_it_is() -> None:
    assert explain(["SomethingNew"]) == (("SomethingNew",), "")
    assert explain([]) == ((), "")
