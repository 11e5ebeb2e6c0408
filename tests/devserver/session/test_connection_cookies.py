"""Connection tokens beside a stateless session: one cookie each, and no orphans."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.cookies.jar import Jars, RequestJar
from session_inspector.devserver.cookies.sealed import seal
from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.connection_cookies import ConnectionCookies
from tests.devserver.session.session_scene import NOW, RING, SETUP, Browser

GITHUB: JsonObject = {"accessToken": "g", "connection": "github"}
GOOGLE: JsonObject = {"accessToken": "o", "connection": "google"}
UNKNOWN_ALG = "eyJhbGciOiJub25lIiwiZW5jIjoiQTI1NkdDTSJ9...."


def written(*tokens: JsonObject) -> Browser:
    browser = Browser()
    jars = browser.request()
    ConnectionCookies(SETUP).write(jars, [*tokens], 100, NOW)
    browser.receive(jars)
    return browser


def test_tokens_are_read_back_in_order_with_their_end() -> None:
    found = ConnectionCookies(SETUP).read(written(GITHUB, GOOGLE).request(), NOW)
    assert found == [{**GITHUB, "exp": NOW + 100}, {**GOOGLE, "exp": NOW + 100}]


def test_fewer_tokens_delete_the_cookies_of_the_rest() -> None:
    browser = written(GITHUB, GOOGLE)
    jars = browser.request()
    ConnectionCookies(SETUP).write(jars, [GOOGLE], 100, NOW)
    browser.receive(jars)
    assert list(browser.cookies) == ["__FC_0"]


def test_all_are_deleted_and_no_other() -> None:
    browser = written(GITHUB, GOOGLE)
    browser.cookies |= {"__FCx": "1", "__FC_9x": "2"}
    jars = browser.request()
    ConnectionCookies(SETUP).expire(jars)
    browser.receive(jars)
    assert browser.cookies == {"__FCx": "1", "__FC_9x": "2"}


def test_a_token_that_has_expired_is_left_out() -> None:
    browser = written(GITHUB)
    assert ConnectionCookies(SETUP).read(browser.request(), NOW + 114) != []
    assert ConnectionCookies(SETUP).read(browser.request(), NOW + 115) == []


def test_a_hostile_cookie_is_left_out_and_throws_only_in_compat_mode() -> None:
    sealed = seal(GITHUB, RING, exp=NOW + 100)
    jars = Jars(request=RequestJar([("__FC_0", UNKNOWN_ALG), ("__FC_1", sealed)]))
    assert ConnectionCookies(SETUP).read(jars, NOW) == [{**GITHUB, "exp": NOW + 100}]
    with pytest.raises(SealError):
        ConnectionCookies(replace(SETUP, compat=True)).read(jars, NOW)
