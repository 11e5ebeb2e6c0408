"""Finds the text of a secret again by its digest, for the one who asks to reveal it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.commands import Reply, Reveal, RevealUse
from session_inspector.devserver.core.events.exchange import CookieEdited, CookieSet
from session_inspector.devserver.core.events.login import TokenMinted
from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Secret, Shown, ShownObject

KEPT = 20_000
"""Secrets remembered, the newest; about two for each event the journal keeps."""
REVEALED: Mapping[RevealUse, str] = {
    "screen": "revealed until you leave it",
    "decode": "a cookie was read for Decode",
    "export": "a cookie was read for the file",
    "request": "a cookie was read, to be sent again",
}


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

    def reply(self, command: Reveal) -> Reply:
        """Return the reply to a command."""
        text = self.reveal(command.digest)
        if text is None:
            return Reply(is_ok=False, message="that secret is no longer held; let it be set again")
        return Reply(is_ok=True, message=REVEALED[command.use], value=text)


def _secrets_of_event(event: Event) -> Sequence[Secret]:
    if isinstance(event, (CookieSet, CookieEdited, TokenMinted)):
        return [event.value]
    if not isinstance(event, (SessionWritten, SessionSeen)):
        return ()
    found: list[Secret] = []
    _collect_secrets(event.facts.data, found)
    if event.facts.key is not None:
        found.append(event.facts.key)
    return found


def _collect_secrets(tree: ShownObject | list[Shown], found: list[Secret]) -> None:
    """Collect the secrets of a tree; most of its members are plain, and cost no call."""
    members: Iterable[Shown] = tree
    if isinstance(tree, dict):
        members = tree.values()
    for member in members:
        if isinstance(member, Secret):
            found.append(member)
        elif isinstance(member, (dict, list)):
            _collect_secrets(member, found)
