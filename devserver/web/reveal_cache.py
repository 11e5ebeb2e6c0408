"""Finds the text of a secret again by its digest, for the one who asks to reveal it."""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.commands import Reply
from session_inspector.devserver.core.events.exchange import CookieEdited, CookieSet
from session_inspector.devserver.core.events.login import TokenMinted
from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Secret, Shown

KEPT = 20_000
"""Secrets remembered, the newest; about two for each event the journal keeps."""


class RevealCache:
    """Stands before the journal and remembers the secrets that pass, in this process only."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._texts: Bounded[Secret] = Bounded(KEPT)

    def publish(self, event: Event) -> None:
        """Remember the event's secrets and pass it on unchanged."""
        for secret in _secrets_of_event(event):
            self._texts.put(secret.digest, secret)
        self._publish(event)

    def reveal(self, digest: str) -> str | None:
        """Return the text, None when it is not (or no longer) remembered."""
        secret = self._texts.get(digest)
        if secret is None or not secret.is_at_hand:
            return None
        return secret.reveal()

    def reply(self, digest: str) -> Reply:
        """Return the reply to a Reveal command."""
        text = self.reveal(digest)
        if text is None:
            return Reply(is_ok=False, message="that secret is no longer held; let it be set again")
        return Reply(is_ok=True, message="revealed until you leave it", value=text)


def _secrets_of_event(event: Event) -> Iterator[Secret]:
    if isinstance(event, (CookieSet, CookieEdited, TokenMinted)):
        yield event.value
    elif isinstance(event, (SessionWritten, SessionSeen)):
        yield from _secrets_of_tree(event.facts.data)
        if event.facts.key is not None:
            yield event.facts.key


def _secrets_of_tree(value: Shown) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _secrets_of_tree(member)
    elif isinstance(value, list):
        for member in value:
            yield from _secrets_of_tree(member)
