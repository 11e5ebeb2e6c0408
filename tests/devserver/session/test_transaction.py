"""Logins under way: what is kept, what is read back, and which are evicted."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.jar import Jars, RequestJar
from session_inspector.devserver.cookies.sealed import open_sealed, seal
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InspectorError, SealError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.transaction import (
    BUDGET,
    TransactionOptions,
    Transactions,
)
from tests.devserver.session.session_scene import NOW, RING, Browser

UNKNOWN_ALG = "eyJhbGciOiJub25lIiwiZW5jIjoiQTI1NkdDTSJ9...."


class Scene:
    def __init__(self, *, compat: bool = False, **options: object) -> None:
        self.clock = ManualClock(NOW)
        found = TransactionOptions(**options)  # type: ignore[arg-type]  # the test's own options
        self.transactions = Transactions(RING, found, self.clock, compat=compat)
        self.browser = Browser()

    def save(self, state: str = "st", **members: str) -> int:
        jars = self.browser.request()
        evicted = self.transactions.save(jars, {"state": state, **members})
        self.browser.receive(jars)
        return evicted

    def load(self, state: str = "st") -> JsonObject | None:
        return self.transactions.load(self.browser.request(), state)


def test_a_transaction_is_read_back_by_its_state() -> None:
    scene = Scene()
    scene.save(nonce="n")
    assert scene.load() == {"state": "st", "nonce": "n", "exp": NOW + 3600}
    assert scene.load("other") is None


def test_the_value_is_the_time_and_a_jwe() -> None:
    scene = Scene()
    scene.save()
    stamp, _, sealed = scene.browser.cookies["__txn_st"].partition("%3A")
    assert stamp == str(NOW)
    assert open_sealed(sealed, RING, now=NOW).payload["state"] == "st"


def test_a_bare_jwe_of_older_versions_is_read() -> None:
    scene = Scene()
    sealed = seal({"state": "st"}, RING, exp=NOW + 10)
    jars = Jars(request=RequestJar([("__txn_st", sealed)]))
    assert scene.transactions.load(jars, "st") == {"state": "st", "exp": NOW + 10}


@pytest.mark.parametrize(("age", "is_there"), [(3614, True), (3615, False)])
def test_a_transaction_lasts_an_hour_and_the_tolerance(age: int, is_there: bool) -> None:
    scene = Scene()
    scene.save()
    scene.clock.advance(age)
    assert (scene.load() is not None) is is_there


def test_a_lifetime_of_zero_is_the_default() -> None:
    scene = Scene(max_age=0)
    scene.save()
    assert (scene.load() or {})["exp"] == NOW + 3600


@pytest.mark.parametrize("transaction", [{}, {"state": ""}, {"state": 5}])
def test_without_a_state_nothing_is_kept(transaction: JsonObject) -> None:
    with pytest.raises(InspectorError, match="Transaction state is required"):
        Scene().transactions.save(Jars(), transaction)


def test_a_hostile_cookie_is_no_transaction_and_throws_only_in_compat_mode() -> None:
    jars = Jars(request=RequestJar([("__txn_st", f"1:{UNKNOWN_ALG}")]))
    assert Scene().transactions.load(jars, "st") is None
    with pytest.raises(SealError):
        Scene(compat=True).transactions.load(jars, "st")


def test_one_login_at_a_time_uses_the_bare_prefix() -> None:
    scene = Scene(is_parallel=False)
    scene.save("one")
    scene.save("two")
    assert list(scene.browser.cookies) == ["__txn_"]


def test_the_oldest_logins_go_when_the_budget_is_full() -> None:
    scene = Scene()
    evicted = []
    for number in range(30):
        evicted.append(scene.save(f"s{number}"))
        scene.clock.advance(1)
    held = list(scene.browser.cookies)
    assert held == [f"__txn_s{number}" for number in range(30 - len(held), 30)]
    assert sum(evicted) == 30 - len(held)


@pytest.mark.parametrize(("missing", "evicted"), [(1, 0), (0, 1)])
def test_the_budget_counts_name_and_value_to_the_byte(missing: int, evicted: int) -> None:
    own = Scene()
    own.save()
    new = len("__txn_st=") + len(own.browser.cookies["__txn_st"].replace("%3A", ":"))
    name = "__txn_a"
    other = "x" * (BUDGET - new - len(f"{name}=") - missing)
    jars = Jars(request=RequestJar([(name, other)]))
    assert own.transactions.save(jars, {"state": "st"}) == evicted


def test_a_login_may_be_kept_without_evicting_others() -> None:
    scene = Scene()
    jars = Jars(request=RequestJar([("__txn_a", "x" * BUDGET)]))
    assert scene.transactions.save(jars, {"state": "st"}, may_evict=False) == 0


def test_all_logins_are_deleted_and_no_other_cookie() -> None:
    scene = Scene()
    scene.save("one")
    scene.save("two")
    scene.browser.cookies["other"] = "1"
    jars = scene.browser.request()
    scene.transactions.delete_all(jars)
    scene.browser.receive(jars)
    assert scene.browser.cookies == {"other": "1"}


def test_one_login_is_deleted_by_its_state() -> None:
    scene = Scene()
    scene.save("one")
    scene.save("two")
    jars = scene.browser.request()
    scene.transactions.delete(jars, "one")
    scene.browser.receive(jars)
    assert list(scene.browser.cookies) == ["__txn_two"]
