"""Asks the stores of this machine whether they are there: all at once, shortly, reading only."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import InspectorError, MissingTable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.scratch import scratch_url
from session_inspector.devserver.stores.urls import availability, open_store
from session_inspector.inspector.compare.places import (
    ALWAYS,
    STANDARD_PORTS,
    Place,
    address_of,
    candidates,
    may_be_looked_at,
    parse_places,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a server of this machine may take."""

    connect: Seconds = 0.3
    """Until it takes a connection, if it is there."""
    greet: Seconds = 3.0
    """Until it answers its driver, which is imported in that time, too."""


LIMITS = Limits()


def find_places(
    named: Sequence[str],
    env: Mapping[str, str],
    ports: Mapping[str, int] = STANDARD_PORTS,
    *,
    limits: Limits = LIMITS,
) -> list[Place]:
    """Return what can be measured, and with a reason what cannot.

    What was named is not asked: measuring shows it. `ports` are where servers stand unless the
    environment says otherwise.
    """
    own = parse_places(named)
    sought = candidates(env, own, ports)
    found = asyncio.run(_look_for(sought, limits))
    there = [place for place in found if place.source == "found"]
    return [*ALWAYS, *own, *there, *(place for place in found if place.source == "absent")]


async def _look_for(places: Sequence[Place], limits: Limits) -> list[Place]:
    fixes = {kind.scheme: kind.fix for kind in availability()}
    return await asyncio.gather(*(_look_at(place, fixes, limits) for place in places))


async def _look_at(place: Place, fixes: Mapping[str, str], limits: Limits) -> Place:
    """Return a place as it is: found, or absent and why."""
    if not may_be_looked_at(place.url):
        return _absent(place, "not on this machine; it is measured when you name it")
    why = await _connect(place.url, limits.connect)
    kind = address_of(place.url)[0]
    if not why and fixes.get(kind):
        why = f"something listens; its driver is not installed. Fix: {fixes[kind]}"
    why = why or await _greet(place.url, limits.greet)
    if why:
        return _absent(place, why)
    return place


async def _connect(url: str, limit: Seconds) -> str:
    """Return why there is no connection; empty: there is one."""
    _, host, port = address_of(url)
    try:
        async with asyncio.timeout(limit):
            _, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        return f"no answer in {limit * 1000:.0f} ms"
    except ConnectionRefusedError:
        return "nothing listens"
    except (OSError, ValueError, OverflowError) as error:
        return getattr(error, "strerror", None) or str(error)
    writer.close()
    return ""


async def _greet(url: str, limit: Seconds) -> str:
    """Return why a server is not the store it should be; empty: it is, and lets us in."""
    try:
        async with asyncio.timeout(limit):
            store = await open_store(scratch_url(url, "question"), SystemClock(), may_create=False)
            await store.close()
    except MissingTable:
        return ""  # it knows what it has: it is a store
    except TimeoutError:
        return f"it takes connections and says nothing in {limit:.0f} s"
    except InspectorError as error:
        return _explain_refusal(" ".join(error.message.split())[:160])
    return ""


def _explain_refusal(reason: str) -> str:
    if re.search(r'(?i)auth|password|role "', reason):
        return f"it asks who you are: name its whole URL to measure it ({reason})"
    return reason


def _absent(place: Place, why: str) -> Place:
    return replace(place, source="absent", problem=why)
