"""Runs the cases of the session stores: set, get, touch, delete."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterator

from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.session.carrier import Carrier
from session_inspector.devserver.session.engine import SessionEngine
from session_inspector.devserver.session.stateful import StatefulCarrier
from session_inspector.devserver.session.stateless import StatelessCarrier
from tests.vectors.case import Case, browser_after, compare_loaded, difference, jars_of


class Notebook:
    """The store of a case: notes every call, as the package's test store did."""

    def __init__(self, data: JsonObject) -> None:
        self.data: dict[str, Json] = copy.deepcopy(dict(data))
        self.calls: list[list[str]] = []

    async def get(self, key: str) -> JsonObject | None:
        self.calls.append(["get", key])
        found = self.data.get(key)
        return copy.deepcopy(found) if isinstance(found, dict) else None

    async def set(self, key: str, session: JsonObject) -> None:
        self.calls.append(["set", key])
        self.data[key] = copy.deepcopy(session)

    async def delete(self, key: str) -> None:
        self.calls.append(["delete", key])
        self.data.pop(key, None)


class UpdatingNotebook(Notebook):
    async def update(self, key: str, session: JsonObject) -> bool:
        self.calls.append(["update", key])
        if key not in self.data:
            return False
        self.data[key] = copy.deepcopy(session)
        return True


class Scene:
    """The engine of a case, over its own store and clock."""

    def __init__(self, case: Case) -> None:
        config = case.table("config")
        data = config.get("store_data")
        kind = UpdatingNotebook if config.get("store_has_update") else Notebook
        self.store = kind(data if isinstance(data, dict) else {})
        clock = ManualClock(case.now)
        setup = case.setup(clock, new_ids(case, self.store))
        self.carrier: Carrier = StatelessCarrier(setup)
        if config.get("store") == "stateful":
            self.carrier = StatefulCarrier(setup, self.store)
        self.engine = SessionEngine(self.carrier, setup.policy, clock, lambda event: None)


def new_ids(case: Case, store: Notebook) -> Iterator[str]:
    """Yield the ids the package made: those that only its store afterwards knows."""
    for key in case.table("store_after"):
        if key not in store.data:
            yield key


async def operate(case: Case, scene: Scene, jars: Jars) -> JsonObject | None:
    """Run the operation; returns what it loaded."""
    session = case.table("session")
    match case.op:
        case "set":
            is_new = case.raw.get("is_new") is True
            # the package's `set` is the store's: no publishing of what a login replaces
            await scene.carrier.save(jars, session, case.now, is_new=is_new)
            return None
        case "get":
            return await scene.engine.load(jars)
        case "touch":
            found = await scene.engine.load(jars)
            if found is not None:
                await scene.engine.save(jars, found, reason="roll")
            return found
        case _:
            await scene.carrier.drop(jars, case.now)
            return None


def run_session_case(case: Case) -> list[str]:
    """Return what differs from the package."""
    jars = case.jars()
    try:
        scene = Scene(case)
        loaded = asyncio.run(operate(case, scene, jars))
    except (SealError, TypeError) as error:
        return _thrown(case, error)
    if case.raw.get("throws"):
        return [f"throws: expected {case.raw['throws']}, found nothing"]
    held = browser_after(case, jars.response.lines())
    if case.raw.get("order_unstable"):
        held = {name: str(case.table("cookies_after").get(name)) for name in held}
    return [
        *_lines(case, jars),
        *difference("cookies_after", case.table("cookies_after"), held),
        *compare_loaded(case, loaded),
        *_reloaded(case, jars_of(held)),
        *_stored(case, scene.store),
    ]


def _lines(case: Case, jars: Jars) -> list[str]:
    expected = case.lines("set_cookie")
    found = jars.response.lines()
    if case.raw.get("order_unstable"):
        # connection tokens are written concurrently: order and IVs race in the package itself
        expected = _stable(expected)
        found = _stable(found)
    return difference("set_cookie", expected, found)


def _stable(lines: list[str]) -> list[str]:
    others = [line for line in lines if not line.startswith("__FC_")]
    names = sorted(line.partition("=")[0] for line in lines if line.startswith("__FC_"))
    return [*others, *names]


def _reloaded(case: Case, jars: Jars) -> list[str]:
    if "loaded_after" not in case.raw:
        return []
    scene = Scene(case)
    after = case.table("store_after")
    scene.store.data = dict(after) if after else scene.store.data
    try:
        found = asyncio.run(scene.engine.load(jars))
    except SealError as error:
        found = {"__throws": error.code}
    if case.raw.get("order_unstable"):
        return difference("loaded_after", _sorted(case.raw["loaded_after"]), _sorted(found))
    return difference("loaded_after", case.raw["loaded_after"], found)


def _sorted(session: Json) -> Json:
    tokens = session.get("connectionTokenSets") if isinstance(session, dict) else None
    if not isinstance(session, dict) or not isinstance(tokens, list):
        return session
    return {**session, "connectionTokenSets": sorted(tokens, key=str)}


def _stored(case: Case, store: Notebook) -> list[str]:
    if "store_calls" not in case.raw:
        return []
    return [
        *difference("store_calls", case.raw["store_calls"], store.calls),
        *difference("store_after", case.table("store_after"), store.data),
    ]


def _thrown(case: Case, error: Exception) -> list[str]:
    code = error.code if isinstance(error, SealError) else type(error).__name__
    if code != case.raw.get("throws"):
        return [f"throws: expected {case.raw.get('throws')}, found {code}: {error}"]
    return difference("throws_message", case.raw.get("throws_message"), str(error))
