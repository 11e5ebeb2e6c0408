"""Which tokens are access tokens of ours, and what revoking one changes."""

from __future__ import annotations

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.login import TokenRevoked
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.provider.keys import SigningKeys
from session_inspector.devserver.provider.presented_tokens import PresentedTokens
from session_inspector.devserver.provider.token_reports import TokenReports
from session_inspector.devserver.provider.tokens import Minter, Subject

SUBJECT = Subject(sub="alice", claims={}, sid="s", auth_time=0)
CLOCK = ManualClock(1000)
MINTER = Minter("http://op.test/", SigningKeys(), CLOCK)


def test_only_a_live_access_token_is_found() -> None:
    tokens = PresentedTokens(MINTER, TokenReports(CLOCK, lambda event: None))
    assert tokens.find("rubbish") is None
    assert tokens.find(MINTER.id_token(SUBJECT, "app", "openid", 60)) is None
    assert tokens.find(MINTER.logout_token("alice", "s", "app")) is None
    assert tokens.find(MINTER.access_token(SUBJECT, "app", "openid", 0)) is None
    found = tokens.find(MINTER.access_token(SUBJECT, "app", "openid", 60))
    assert found is not None
    assert found.client_id == "app"


def test_a_revoked_token_is_reported_and_no_other_is_revoked() -> None:
    events: list[Event] = []
    tokens = PresentedTokens(MINTER, TokenReports(CLOCK, events.append))
    texts = [MINTER.access_token(SUBJECT, "app", "openid", 60) for _ in range(2)]
    found = tokens.find(texts[0])
    assert found is not None
    tokens.revoke(found)
    assert [tokens.is_revoked(MINTER.verify(text)) for text in texts] == [True, False]
    assert events == [
        TokenRevoked(at=1000, token="access", digest=fingerprint(texts[0])),
    ]
