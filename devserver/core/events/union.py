"""What can happen, as facts in the past tense; one union, `Event`.

Every event has `at` (the clock), `cause` (the exchange `x7` or the command `c3` that made it
happen; empty: the server itself), `session` (the fingerprint of a session, empty: about none)
and `seq` (given by the journal). Events carry plain values only: each survives JSON. Credentials
travel as `Secret`.
"""

from __future__ import annotations

from typing import TypeAlias

from session_inspector.devserver.core.events.browser import BrowserEvent
from session_inspector.devserver.core.events.exchange import ExchangeEvent
from session_inspector.devserver.core.events.login import LoginEvent
from session_inspector.devserver.core.events.process import ProcessEvent
from session_inspector.devserver.core.events.server import ServerEvent
from session_inspector.devserver.core.events.session import SessionEvent

Event: TypeAlias = (
    ServerEvent | ExchangeEvent | SessionEvent | LoginEvent | BrowserEvent | ProcessEvent
)
