"""Why a request is, or is not, signed in, as the app's framework says in a header."""

from __future__ import annotations

from session_inspector.devserver.core.events.exchange import ExchangeEnded


def reason_text(event: ExchangeEnded) -> str:
    """Return the reason with what it means."""
    if not event.auth_meaning:
        return event.auth_reason
    return f"{event.auth_reason} ({event.auth_meaning})"
