"""Logins that failed, and after which their browser has not logged in."""

from __future__ import annotations

from session_inspector.inspector.model.facts.flows import Flow, Flows

LOOKED_AT = 40
"""The newest logins; as many as their view shows."""


def count_failed_logins(flows: Flows) -> int:
    """Return how many of the newest logins have failed for good: a later success makes up for it.

    Only the newest login of each browser counts; one under way decides nothing.
    """
    decided: set[str] = set()
    count = 0
    for flow in _newest(flows):
        if flow.outcome == "under way" or flow.client in decided:
            continue
        decided.add(flow.client)
        if flow.outcome == "failed":
            count += 1
    return count


def _newest(flows: Flows) -> list[Flow]:
    names = flows.order[-LOOKED_AT:]
    return [flows.by_login[name] for name in reversed(names) if name in flows.by_login]
