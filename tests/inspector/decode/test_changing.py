"""A live cookie is changed: its text, or what is inside it, sealed again."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.sealed import KeyRing, open_sealed, seal
from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.changing import ChangedCookies, change_cookies
from session_inspector.inspector.decode.secrets import FoundSecret
from tests.inspector.sample import NOW

SECRET = "a secret of thirty-two characters"
SECRETS = [FoundSecret("another secret that is long enough", "x"), FoundSecret(SECRET, "y")]
PAYLOAD = {"user": {"sub": "auth0|a", "name": "Alice"}, "exp": NOW + 900}


def cookies() -> dict[str, str]:
    return {"__session": seal(PAYLOAD, KeyRing([SECRET]), iv=b"twelve bytes")}  # type: ignore[arg-type]  # JSON


def test_the_text_of_a_cookie_is_replaced() -> None:
    changed = change_cookies({"a": "1", "b": "2"}, "b=3=4", [], NOW)
    assert changed == ChangedCookies("a=1; b=3=4")


def test_what_is_inside_is_changed_and_sealed_with_the_secret_that_opened_it() -> None:
    changed = change_cookies(cookies(), "user.name=Bob", SECRETS, NOW)
    name, _, value = changed.line.partition("=")
    assert changed.note == ""
    assert name == "__session"
    assert "Bob" in str(open_sealed(value, KeyRing([SECRET]), now=int(NOW)))


@pytest.mark.parametrize(
    ("change", "secrets", "why"),
    [
        ("nothing", SECRETS, "NAME=VALUE"),
        ("=x", SECRETS, "NAME=VALUE"),
        ("user.name=Bob", SECRETS[:1], "cannot be changed"),
        ("user.name=Bob", [], "cannot be changed"),
    ],
)
def test_what_cannot_be_changed_says_why(change: str, secrets: list[FoundSecret], why: str) -> None:
    with pytest.raises(InputError, match=why):
        change_cookies(cookies(), change, secrets, NOW)


@pytest.mark.parametrize(("change", "is_ignored"), [("user.name=Bob", True), ("id=other", False)])
def test_what_an_app_reads_from_its_store_is_said_to_be_ignored(
    change: str, is_ignored: bool
) -> None:
    sealed = seal({"id": "a row", "exp": int(NOW) + 900}, KeyRing([SECRET]), iv=b"twelve bytes")
    changed = change_cookies({"__session": sealed}, change, SECRETS, NOW)
    assert changed.line.startswith("__session=")
    assert ("user.name is sealed in, and its app ignores it" in changed.note) is is_ignored
