"""Cookies made here open in the real package, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from session_inspector.devserver.cookies.jar import Jars, RequestJar
from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import CarrierSetup, Loaded, Saved
from session_inspector.devserver.session.stateful import StatefulCarrier
from session_inspector.devserver.session.stateless import StatelessCarrier
from session_inspector.devserver.session.transaction import TransactionOptions, Transactions
from tests.node.packages import running
from tests.vectors.sessions import Notebook
from tests.waiting import PATIENCE

SECRET = "a-session-secret-of-32-bytes-or-more"
NOW = int(SystemClock().now())


def session(size: int = 0) -> JsonObject:
    return {
        "user": {"sub": "u|1", "name": "Zoë 日本", "bio": "x" * size},
        "tokenSet": {"accessToken": "a", "expiresAt": NOW + 60},
        "internal": {"sid": "s", "createdAt": NOW},
    }


@pytest.fixture(scope="module")
def sdk() -> Iterator[str]:
    with running("sdk.mjs") as url:
        yield url


def ask(sdk: str, op: str, **more: object) -> Any:
    question = {"op": op, "secret": SECRET, **more}
    answer = httpx.post(f"{sdk}/op", json=question, timeout=PATIENCE).json()
    assert "error" not in answer, answer
    return answer


def cookies_of(lines: list[str]) -> dict[str, str]:
    found = [parse_set_cookie(line) for line in lines]
    return {cookie.name: cookie.value for cookie in found if not cookie.is_deletion}


def jars_with(cookies: dict[str, str]) -> Jars:
    return Jars(request=RequestJar.parse("; ".join(f"{k}={v}" for k, v in cookies.items())))


@pytest.mark.parametrize(("size", "count"), [(0, 1), (3000, 2), (9000, 4)])
async def test_stateless_both_ways(sdk: str, size: int, count: int) -> None:
    carrier = StatelessCarrier(CarrierSetup(ring=KeyRing([SECRET])))
    jars = Jars()
    await carrier.save(jars, session(size), NOW, is_new=True)
    ours = cookies_of(jars.response.lines())
    assert len(ours) == count
    opened = ask(sdk, "stateless.get", cookies=ours)["value"]
    assert {k: opened[k] for k in session()} == session(size)

    theirs = cookies_of(ask(sdk, "stateless.set", value=session(size))["lines"])
    assert sorted(theirs) == sorted(ours)
    loaded = await carrier.load(jars_with(theirs), NOW)
    assert isinstance(loaded, Loaded)
    assert {k: loaded.data[k] for k in session()} == session(size)


async def test_stateful_both_ways(sdk: str) -> None:
    store = Notebook({})
    carrier = StatefulCarrier(CarrierSetup(ring=KeyRing([SECRET])), store)
    jars = Jars()
    saved = await carrier.save(jars, session(), NOW, is_new=True)
    assert isinstance(saved, Saved)
    ours = cookies_of(jars.response.lines())
    assert ask(sdk, "stateful.get", cookies=ours, rows=store.data)["value"] == session()

    made = ask(sdk, "stateful.set", value=session())
    store.data = made["rows"]
    loaded = await carrier.load(jars_with(cookies_of(made["lines"])), NOW)
    assert isinstance(loaded, Loaded)
    assert loaded.data == session()


def test_transactions_both_ways(sdk: str) -> None:
    ours = Transactions(KeyRing([SECRET]), TransactionOptions(), SystemClock())
    value: JsonObject = {
        "nonce": "n",
        "codeVerifier": "v",
        "responseType": "code",
        "state": "st",
        "returnTo": "/x?y=ü#z",
    }
    jars = Jars()
    ours.save(jars, value)
    opened = ask(sdk, "transaction.get", cookies=cookies_of(jars.response.lines()), value="st")
    assert {k: opened["value"][k] for k in value} == value

    made = ask(sdk, "transaction.save", value=value)
    found = ours.load(jars_with(cookies_of(made["lines"])), "st")
    assert found is not None
    assert {k: found[k] for k in value} == value
