"""The query of a route of the client, read as `URLSearchParams.get` of the SDK does."""

from __future__ import annotations

from starlette.datastructures import QueryParams


def read_first(query: QueryParams, name: str) -> str | None:
    """Return the first value of a parameter, None without one; Starlette would take the last."""
    for value in query.getlist(name):
        return value
    return None
