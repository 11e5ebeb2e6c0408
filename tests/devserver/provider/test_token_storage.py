"""Codes and refresh tokens at the second of their end, and what a replay revokes."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.login import TokenMinted, TokenRefused, TokenRevoked
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.provider.keys import SigningKeys
from session_inspector.devserver.provider.registrations import (
    ClientRegistration,
    Code,
    IssuedRefreshToken,
    Lifetimes,
    User,
)
from session_inspector.devserver.provider.token_storage import TokenRules, TokenStorage
from session_inspector.devserver.provider.tokens import Minter, Subject

SUBJECT = Subject(sub="alice", claims={}, sid="sid-1", auth_time=0, nonce="n")
CLIENT = ClientRegistration(client_id="app")
KEYS = SigningKeys()


class Scene:
    def __init__(self, *, rotates: bool = True, grace: float = 0) -> None:
        self.clock = ManualClock(1000)
        self.events: list[Event] = []
        rules = TokenRules(
            lifetimes=Lifetimes(code=60, refresh=500), rotates=rotates, reuse_grace=grace
        )
        minter = Minter("http://op.test/", KEYS, self.clock)
        self.storage = TokenStorage(minter, rules, self.clock, self.events.append)

    def add_code(self, text: str = "c1") -> None:
        self.storage.add_code(
            Code(
                code=text,
                client_id="app",
                redirect_uri="http://app.test/cb",
                scope="openid",
                subject=SUBJECT,
                expires=self.storage.code_expiry(),
                code_challenge=None,
                code_challenge_method=None,
            )
        )

    def issue(self, parent: IssuedRefreshToken | None = None) -> str:
        scope = "openid offline_access"
        answer = self.storage.issue_tokens(SUBJECT, CLIENT, scope, parent=parent)
        return str(answer.get("refresh_token", ""))

    def accept(self, text: str) -> IssuedRefreshToken | None:
        return self.storage.accept_refresh_token(text)

    def refusals(self) -> list[str]:
        return [event.code for event in self.events if isinstance(event, TokenRefused)]


@pytest.mark.parametrize(("age", "codes"), [(59, []), (60, ["code_expired"])])
def test_a_code_counts_until_the_exact_second(age: int, codes: list[str]) -> None:
    scene = Scene()
    scene.add_code()
    scene.clock.advance(age)
    assert (scene.storage.take_code("c1", "app") is None) is bool(codes)
    assert scene.refusals() == codes


def test_another_client_s_code_is_unknown_and_stays_usable() -> None:
    scene = Scene()
    scene.add_code()
    assert scene.storage.take_code("c1", "other") is None
    assert scene.storage.take_code("c1", "app") is not None
    assert scene.refusals() == []


def test_a_replayed_code_revokes_the_tokens_of_its_session() -> None:
    scene = Scene()
    scene.add_code()
    scene.storage.take_code("c1", "app")
    text = scene.issue()
    assert scene.storage.take_code("c1", "app") is None
    assert scene.accept(text) is None
    assert scene.refusals() == ["code_replayed", "revoked"]


def test_a_nonce_counts_once_where_an_id_token_went_through_the_browser() -> None:
    scene = Scene()
    scene.add_code()
    assert not scene.storage.is_nonce_used("app", "n")
    scene.storage.issue_front_channel_id_token(SUBJECT, "app", "openid")
    assert scene.storage.is_nonce_used("app", "n")
    assert not scene.storage.is_nonce_used("other", "n")


def test_codes_are_forgotten_an_hour_after_their_end() -> None:
    scene = Scene()
    scene.add_code("c1")
    scene.clock.advance(60 + 3600)
    scene.add_code("c2")
    assert list(scene.storage.codes) == ["c2"]


@pytest.mark.parametrize(("age", "codes"), [(499, []), (500, ["expired"])])
def test_a_refresh_token_counts_until_the_exact_second(age: int, codes: list[str]) -> None:
    scene = Scene()
    text = scene.issue()
    scene.clock.advance(age)
    assert (scene.accept(text) is None) is bool(codes)
    assert scene.refusals() == codes


@pytest.mark.parametrize(("late", "codes"), [(9, []), (10, ["refresh_reused"])])
def test_a_rotated_token_counts_within_the_grace_only(late: int, codes: list[str]) -> None:
    scene = Scene(grace=10)
    text = scene.issue()
    first = scene.accept(text)
    assert first is not None
    scene.storage.rotate(first)
    scene.clock.advance(late)
    assert (scene.accept(text) is None) is bool(codes)
    assert scene.refusals() == codes


def test_the_reuse_of_a_rotated_token_revokes_its_whole_family() -> None:
    scene = Scene()
    old = scene.issue()
    first = scene.accept(old)
    assert first is not None
    scene.storage.rotate(first)
    young = scene.issue(parent=first)
    stranger = scene.issue()
    assert scene.accept(old) is None
    assert scene.accept(young) is None
    assert scene.accept(stranger) is not None
    (revoked,) = [event for event in scene.events if isinstance(event, TokenRevoked)]
    assert (revoked.digest, revoked.family) == (fingerprint(old), 2)


def test_without_rotation_a_token_stays_and_no_new_one_is_issued() -> None:
    scene = Scene(rotates=False)
    text = scene.issue()
    found = scene.accept(text)
    assert found is not None
    scene.storage.rotate(found)
    assert scene.issue(parent=found) == ""
    assert scene.accept(text) is found


def test_a_new_token_names_the_one_it_was_exchanged_for() -> None:
    scene = Scene()
    text = scene.issue()
    scene.issue(parent=scene.accept(text))
    minted = [e for e in scene.events if isinstance(e, TokenMinted) and e.token == "refresh"]
    assert [event.parent for event in minted] == ["", fingerprint(text)]


def test_an_id_token_of_a_refresh_names_the_token_it_was_exchanged_for_and_no_new_login() -> None:
    scene = Scene()
    text = scene.issue()
    scene.storage.issue_id_token(SUBJECT, "app", "openid")
    scene.storage.issue_id_token(SUBJECT, "app", "openid", parent=scene.accept(text))
    minted = [e for e in scene.events if isinstance(e, TokenMinted) and e.token == "id"]
    assert [event.parent for event in minted] == ["", fingerprint(text)]


def test_a_token_is_found_by_text_and_by_digest() -> None:
    scene = Scene()
    text = scene.issue()
    found = scene.storage.refresh_tokens[text]
    assert scene.storage.find_refresh_token(text) is found
    assert scene.storage.find_refresh_token(fingerprint(text)) is found
    assert scene.storage.find_refresh_token("other") is None


def test_of_each_family_one_live_token_is_listed() -> None:
    scene = Scene()
    first = scene.accept(scene.issue())
    scene.issue(parent=first)
    scene.issue()
    assert len(scene.storage.live_families_of("alice")) == 2
    assert first is not None
    scene.storage.revoke_family(first)
    assert len(scene.storage.live_families_of("alice")) == 1
    assert scene.storage.live_families_of("bob") == []


def test_signing_out_revokes_the_session_s_tokens_once() -> None:
    scene = Scene()
    session = scene.storage.sign_in(User(sub="alice"))
    assert scene.storage.sign_out(session.sid) is session
    assert scene.storage.sign_out(session.sid) is None
    names = [type(event).__name__ for event in scene.events]
    assert names == ["ProviderSessionStarted", "ProviderSessionEnded"]
