"""The provider's pages escape every text, and allow one script only."""

from __future__ import annotations

from session_inspector.devserver.provider.pages import (
    consent_page,
    form_post_page,
    login_page,
    message_page,
)
from session_inspector.devserver.provider.registrations import User

EVIL = '"><script>alert(1)</script>'


def test_texts_are_escaped_on_every_page() -> None:
    user = User(sub=EVIL, claims={"name": EVIL, "email": EVIL})
    pages = (
        login_page([user], {EVIL: EVIL}, EVIL),
        consent_page(EVIL, EVIL, {EVIL: EVIL}),
        message_page(EVIL, EVIL, 400),
    )
    for page in pages:
        assert b"<script>" not in bytes(page.body)
    assert bytes(form_post_page("http://a.test/", {EVIL: EVIL}).body).count(b"<script>") == 1


def test_a_message_has_its_status_and_no_script_is_allowed() -> None:
    page = message_page("No", "because", 400)
    policy = page.headers["content-security-policy"]
    assert (page.status_code, "script-src" in policy) == (400, False)
    assert page.headers["cache-control"] == "no-store"


def test_the_form_may_go_to_the_app_only() -> None:
    policy = form_post_page("https://u@a.test:1/c;b", {}).headers["content-security-policy"]
    assert policy.endswith("form-action https://a.test:1/c%3Bb")
    policy = form_post_page("http://[::1]:1/cb", {}).headers["content-security-policy"]
    assert policy.endswith("form-action http:")


def test_an_error_is_announced_as_one() -> None:
    good = bytes(form_post_page("http://a.test/", {"code": "c"}).body)
    bad = bytes(form_post_page("http://a.test/", {"error": "e"}).body)
    assert b"You are signed in." in good
    assert b"The app gets an error." in bad
