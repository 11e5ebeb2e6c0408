"""Logins by their redirects: begun by one to a provider, ended by the answer to the callback."""

from __future__ import annotations

from session_inspector.devserver.attach.traffic.redirects import RedirectedLogins
from session_inspector.devserver.core.events.login import LoginFailed, LoginStarted, LoginSucceeded
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint

TO_PROVIDER = (
    "https://op.test/authorize?response_type=code&client_id=c"
    "&redirect_uri=http%3A%2F%2Flocalhost%2Fcallback&state=s1"
)
LOGIN = fingerprint("s1")


class Scene:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.logins = RedirectedLogins(self.events.append)

    def begin(self, location: str = TO_PROVIDER) -> None:
        self.logins.note_redirect("x1", 1, location)

    def end(self, target: str = "/callback?code=c&state=s1", status: int = 302) -> None:
        self.logins.note_callback("x2", 2, target, status=status, session="s")

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


def test_a_redirect_to_a_provider_begins_a_login_and_its_callback_ends_it() -> None:
    scene = Scene()
    scene.begin()
    scene.end()
    assert scene.events == [
        LoginStarted(at=1, cause="x1", login=LOGIN, transaction_cookie=""),
        LoginSucceeded(at=2, cause="x2", session="s", login=LOGIN, sub=""),
    ]


def test_a_login_that_a_cookie_has_shown_is_not_shown_again() -> None:
    scene = Scene()
    scene.logins.publish(
        LoginStarted(at=1, cause="x1", login=LOGIN, transaction_cookie="auth_verification")
    )
    scene.begin()
    scene.logins.publish(LoginSucceeded(at=2, cause="x2", login=LOGIN, sub="alice"))
    scene.end()
    assert scene.kinds() == ["LoginStarted", "LoginSucceeded"]


def test_a_callback_that_the_app_refuses_is_a_failed_login() -> None:
    scene = Scene()
    scene.begin()
    scene.end(status=400)
    failed = scene.events[-1]
    assert isinstance(failed, LoginFailed)
    assert (failed.step, failed.code) == ("callback", "400")


def test_other_redirects_and_callbacks_are_no_logins() -> None:
    scene = Scene()
    for location in (
        "",
        "/profile",
        "https://x.test/?state=s1",
        "http://[",
        PKCE_ALONE.replace("localhost", "["),
        "?" + "&a=1" * 200,
    ):
        scene.begin(location)
    scene.end()
    scene.end("//[?code=c")
    assert scene.kinds() in ([], ["LoginStarted"])


PKCE_ALONE = TO_PROVIDER.replace("&state=s1", "&code_challenge=challenge")


def test_a_login_without_a_state_ends_at_the_callback_it_named() -> None:
    scene = Scene()
    scene.begin(PKCE_ALONE)
    scene.end("/elsewhere?code=c")
    assert scene.kinds() == ["LoginStarted"]
    scene.end("/callback?code=c")
    assert scene.kinds() == ["LoginStarted", "LoginSucceeded"]


def test_of_two_logins_without_a_state_none_is_guessed() -> None:
    scene = Scene()
    scene.begin(PKCE_ALONE)
    scene.begin(PKCE_ALONE + "2")
    scene.end("/callback?code=c")
    assert scene.kinds() == ["LoginStarted", "LoginStarted"]


def test_a_callback_counts_once() -> None:
    scene = Scene()
    scene.begin()
    scene.end()
    scene.end(status=400)
    assert scene.kinds() == ["LoginStarted", "LoginSucceeded"]
