"""The stateful carrier: whose row is read, written and deleted."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace

import pytest

from session_inspector.devserver.cookies.jar import Jars, RequestJar
from session_inspector.devserver.cookies.sealed import open_sealed, seal
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import Gone, Loaded, Refused, Saved
from session_inspector.devserver.session.stateful import GONE, NO_ID, StatefulCarrier
from tests.devserver.session.session_scene import NOW, RING, SETUP, Browser, session_of
from tests.vectors.sessions import Notebook, UpdatingNotebook

IDS = replace(SETUP, new_id=lambda: "new")


def sealed_id(key: str = "k1", exp: int = NOW + 100) -> str:
    return seal({"id": key}, RING, exp=exp)


def request(value: str, name: str = "__session") -> Jars:
    return Jars(request=RequestJar([(name, value)]))


def signed_id(key: str, name: str = "appSession") -> str:
    """Return v3's cookie: HS256 over `name=id`, with an unencoded payload (RFC 7797)."""
    header = b'{"alg":"HS256","b64":false,"crit":["b64"]}'
    protected = base64.urlsafe_b64encode(header).rstrip(b"=")
    signed = protected + b"." + f"{name}={key}".encode()
    mac = hmac.digest(RING.signing_keys[0], signed, hashlib.sha256)
    return f"{key}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


async def test_the_row_of_the_cookie_s_id_is_the_session() -> None:
    carrier = StatefulCarrier(SETUP, Notebook({"k1": session_of()}))
    found = await carrier.load(request(sealed_id()), NOW)
    assert found == Loaded(data=session_of(), key="k1", names=("__session",))


async def test_a_row_that_is_gone_is_refused_by_its_id() -> None:
    found = await StatefulCarrier(SETUP, Notebook({})).load(request(sealed_id()), NOW)
    assert found == Refused(code="gone", reason=GONE, key="k1")


async def test_a_cookie_without_an_id_is_refused() -> None:
    value = seal(session_of(), RING, exp=NOW + 100)
    found = await StatefulCarrier(SETUP, Notebook({})).load(request(value), NOW)
    assert isinstance(found, Refused)
    assert (found.code, found.reason, found.data["user"]) == ("no_id", NO_ID, {"sub": "u"})


@pytest.mark.parametrize(("age", "is_refused"), [(14, False), (15, True)])
async def test_the_cookie_counts_until_15_seconds_after_its_end(age: int, is_refused: bool) -> None:
    carrier = StatefulCarrier(SETUP, Notebook({"k1": session_of()}))
    found = await carrier.load(request(sealed_id(exp=NOW - age)), NOW)
    assert isinstance(found, Refused) is is_refused
    if isinstance(found, Refused):
        assert (found.code, found.key) == ("inactivity", "k1")


async def test_a_login_deletes_the_old_row_before_it_writes_a_new_one() -> None:
    store = Notebook({"k1": session_of()})
    jars = request(sealed_id())
    outcome = await StatefulCarrier(IDS, store).save(jars, session_of("v"), NOW, is_new=True)
    assert outcome == Saved(session=session_of("v"), key="new", previous="k1")
    assert store.calls == [["delete", "k1"], ["set", "new"]]


async def test_a_first_write_without_a_cookie_takes_a_new_id() -> None:
    store = Notebook({})
    jars = Jars()
    outcome = await StatefulCarrier(IDS, store).save(jars, session_of(), NOW, is_new=False)
    assert outcome == Saved(session=session_of(), key="new")
    browser = Browser()
    browser.receive(jars)
    opened = open_sealed(browser.cookies["__session"], RING, now=NOW)
    assert opened.payload == {"id": "new", "exp": NOW + 86_400}


async def test_a_write_checks_that_the_row_is_still_there() -> None:
    store = Notebook({"k1": session_of()})
    outcome = await StatefulCarrier(SETUP, store).save(
        request(sealed_id()), session_of("v"), NOW, is_new=False
    )
    assert outcome == Saved(session=session_of("v"), key="k1")
    assert store.calls == [["get", "k1"], ["set", "k1"]]


async def test_a_store_that_can_update_is_asked_once() -> None:
    store = UpdatingNotebook({"k1": session_of()})
    await StatefulCarrier(SETUP, store).save(
        request(sealed_id()), session_of("v"), NOW, is_new=False
    )
    assert store.calls == [["update", "k1"]]


@pytest.mark.parametrize("kind", [Notebook, UpdatingNotebook])
async def test_a_row_that_is_gone_stays_gone_and_no_cookie_is_written(kind: type[Notebook]) -> None:
    store = kind({})
    jars = request(sealed_id())
    outcome = await StatefulCarrier(SETUP, store).save(jars, session_of(), NOW, is_new=False)
    assert outcome == Gone(key="k1")
    assert (store.data, jars.response.lines()) == ({}, [])


async def test_a_store_that_can_touch_is_not_written_by_a_roll() -> None:
    class Touching(Notebook):
        async def touch(self, key: str) -> JsonObject | None:
            self.calls.append(["touch", key])
            found = self.data.get(key)
            return found if isinstance(found, dict) else None

    store = Touching({"k1": session_of()})
    carrier = StatefulCarrier(SETUP, store)
    jars = request(sealed_id())
    found = await carrier.load(jars, NOW, rolls=True)
    assert isinstance(found, Loaded)
    assert found.is_touched
    assert await carrier.roll(jars, found, NOW) == Saved(session=session_of(), key="k1")
    assert store.calls == [["touch", "k1"]]
    assert len(jars.response.lines()) == 1


async def test_delete_removes_the_row_only_if_the_cookie_opens() -> None:
    store = Notebook({"k1": session_of()})
    carrier = StatefulCarrier(SETUP, store)
    assert await carrier.drop(request(sealed_id(exp=NOW - 15)), NOW) == ""
    assert "k1" in store.data
    assert await carrier.drop(request(sealed_id()), NOW) == "k1"
    assert store.data == {}


V3_ROW: JsonObject = {
    "header": {"iat": NOW - 50, "uat": NOW, "exp": NOW + 100},
    "data": {"user": {"sub": "u", "sid": "s3"}, "accessToken": "a"},
}


async def test_a_signed_cookie_and_row_of_v3_become_a_session_of_v4() -> None:
    store = Notebook({"k3": V3_ROW})
    carrier = StatefulCarrier(IDS, store)
    browser = Browser()
    browser.cookies["appSession"] = signed_id("k3")
    jars = browser.request()
    found = await carrier.load(jars, NOW)
    assert isinstance(found, Loaded)
    assert (found.key, found.is_legacy) == ("k3", True)
    assert found.data == {
        "user": {"sub": "u", "sid": "s3"},
        "tokenSet": {"accessToken": "a"},
        "internal": {"sid": "s3", "createdAt": NOW - 50},
    }
    await carrier.roll(jars, found, NOW)
    browser.receive(jars)
    assert list(browser.cookies) == ["__session"]
    assert store.data["new"] == found.data


async def test_the_row_that_a_signed_cookie_names_can_be_deleted() -> None:
    store = Notebook({"k3": V3_ROW})
    jars = request(signed_id("k3"), "appSession")
    assert await StatefulCarrier(SETUP, store).drop_stored(jars, NOW) == "k3"
    assert (store.data, jars.response.lines()) == ({}, [])


async def test_a_signature_of_another_cookie_is_refused() -> None:
    jars = request(signed_id("k3", "other"), "appSession")
    found = await StatefulCarrier(SETUP, Notebook({"k3": V3_ROW})).load(jars, NOW)
    assert isinstance(found, Refused)
    assert found.code == "ERR_JWE_INVALID"


@pytest.mark.parametrize("answer", ['{"user": {}}', [("user", {})], 7])
async def test_a_store_that_returns_no_dict_is_named(answer: object) -> None:
    class Odd(Notebook):
        async def get(self, key: str) -> JsonObject | None:
            return answer  # type: ignore[return-value]  # a store that forgot to decode it

    with pytest.raises(InputError, match=r"`get` returned a .*Fix: let it return"):
        await StatefulCarrier(SETUP, Odd({})).load(request(sealed_id()), NOW)
