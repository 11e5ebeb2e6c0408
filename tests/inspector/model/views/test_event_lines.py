"""Every kind of event has its line."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from session_inspector.devserver.core.events.base import Origin, SessionFacts
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.session import (
    SessionRefused,
    SessionSeen,
    SessionVanished,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.wire import event_from_json
from session_inspector.inspector.model.facts.logs import Log
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import update
from session_inspector.inspector.model.views.event_lines import line_of
from tests.inspector.model.events import ended, started
from tests.inspector.sample import NOW, cookie

SECRET = '{"$secret":{"length":3,"sha256":"abc"}}'


FACTS = '{"type":"SessionFacts","kind":"stateless","sub":"u"}'


MEMBERS = {
    "AppStarted": '"command":"npm run dev","pid":7',
    "AppListening": '"upstream":"http://127.0.0.1:3000","how":"seen"',
    "AppListensElsewhere": '"ports":[3000],"wanted":5000',
    "AppOutput": '"cause":"x1","text":"ready"',
    "AppEnded": '"code":1,"is_crash":true,"last":["boom"]',
    "ServerStarted": '"base_url":"u","issuer":"i","kind":"stateful","store":"s"',
    "CarrierSwitched": '"kind":"stateful","store":"s"',
    "StoreStateChanged": '"store":"s","is_up":false',
    "ClockMoved": '"by":1,"offset":1',
    "KeysRotated": '"kid":"k"',
    "UpstreamStateChanged": '"upstream":"http://localhost:3000","is_up":false,"reason":"r"',
    "AppAddressSeen": '"base_url":"http://localhost:4000"',
    "ExchangesSkipped": '"count":3',
    "WatchFailed": '"task":"t","reason":"r","count":2',
    "LogoutTokenSent": '"client_id":"c","uri":"u","sub":"s","sid":"i","status":204',
    "KnobsTurned": '"told":["wrong nonce"]',
    "KnobApplied": '"knob":"latency","detail":"d"',
    "PluginFailed": '"plugin":"p","reason":"r"',
    "ExchangeStarted": '"exchange":"x1","method":"GET","path":"/","client":"c"',
    "ExchangeEnded": '"exchange":"x1","status":200,"duration":0.1',
    "CookieSet": f'"exchange":"x1","name":"n","value":{SECRET},"size":1,"line_size":1',
    "EqualCookiesSeen": '"exchange":"x1","name":"n","digests":["a","b"],"family":"f"',
    "CookieReused": (
        '"name":"n","digest":"d","replaced_by":"x1","replaced_at":1,"is_parallel":true,'
        '"outcome":"refused","status":401'
    ),
    "SessionShownAgain": (
        '"ended":"logout","ended_by":"x1","ended_at":1,"outcome":"accepted","status":200'
    ),
    "CookieLeft": (
        '"names":["r"],"deleted":["s"],"left_by":"x1","left_at":1,"outcome":"renewed","status":200'
    ),
    "CookieEdited": f'"client":"lab:a","name":"n","value":{SECRET},"size":1,"line_size":9',
    "CookiesForgotten": '"client":"lab:a","names":["n"]',
    "SessionLoaded": '"sub":"u"',
    "SessionRefused": '"code":"gone","reason":"r"',
    "SessionAnswered": (
        '"refused":"GET /admin/","refused_by":"x1","request":"GET /ro","status":200'
    ),
    "SessionNotOpened": '"code":"no_secret","reason":"r"',
    "SessionWritten": f'"reason":"roll","facts":{FACTS}',
    "SessionWriteRefused": '"reason":"r"',
    "SessionResurrected": '"destroyed_by":"x","destroyed_at":1,"reason":"r"',
    "SessionDestroyed": '"reason":"logout"',
    "ClockRestored": '"clock":"absolute"',
    "ClockForced": '"clock":"absolute"',
    "SessionSeen": f'"facts":{FACTS}',
    "RowRead": f'"facts":{FACTS},"before":{FACTS}',
    "SessionVanished": '"reason":"r"',
    "LoginStarted": '"login":"l","transaction_cookie":"t"',
    "LoginSucceeded": '"login":"l","sub":"u"',
    "LoginFailed": '"login":"l","step":"state","code":"c","reason":"r"',
    "StepFailed": '"step":"refresh","code":"invalid_grant","reason":"r"',
    "TokenMinted": f'"token":"id","value":{SECRET},"sub":"u"',
    "TokenRefused": '"token":"code","digest":"d","code":"c","reason":"r"',
    "TokenRevoked": '"token":"refresh","digest":"d"',
    "TokenIntrospected": '"digest":"d","client_id":"api","is_active":true',
    "RequestPushed": '"request":"r","client_id":"c","expires":1',
    "PushedRequestUsed": '"request":"r","client_id":"c"',
    "DeviceCodeIssued": (
        '"device":"d","user_code":"BCDF-GHJK","client_id":"tv","scope":"openid","expires":1'
    ),
    "DeviceCodeAnswered": '"device":"d","sub":"u","is_allowed":false',
    "SecondFactorRequired": '"client_id":"c","sub":"u","sid":"s","mfa":"m","reason":"r"',
    "SecondFactorPassed": '"sub":"u","sid":"s"',
    "LogoutFrameShown": '"client_id":"c","uri":"http://a/","sub":"u","sid":"s"',
    "ProviderSessionStarted": '"sub":"u","sid":"s","expires":1',
    "ProviderSessionEnded": '"sub":"u","sid":"s"',
    "ScenarioTold": '"scenario":"logins","text":"t","is_ok":true',
    "BrowserStateChanged": '"browser":"Chromium 156","state":"lost","reason":"r"',
    "JarSeen": '"browser":"b","cookies":[],"readable":["a"],"equal_names":["b"]',
    "CookieJudged": f'"browser":"b","url":"u","name":"n","value":{SECRET},"verdict":"dropped"',
    "CookiesNotSent": '"browser":"b","method":"GET","url":"u","cookies":[]',
    "CookieIssueSeen": '"browser":"b","name":"n","url":"u","code":"c","why":"w"',
    "CommandRun": '"command":"Login","is_ok":true,"message":"m"',
}


@pytest.mark.parametrize("cls", get_args(Event), ids=lambda cls: cls.__name__)
def test_each_event_has_a_line_and_folds(cls: type) -> None:
    event = event_from_json(f'{{"type":"{cls.__name__}","at":1,{MEMBERS[cls.__name__]}}}')
    mark, title, _, tone = line_of(event)
    assert (len(mark), bool(title), bool(tone)) == (1, True, True)
    assert update(State(), event).timeline == Log([event])


def test_a_request_says_who_sent_what() -> None:
    assert line_of(started("x1", "/a", "s")) == ("→", "GET /a", "lab:a · 1 cookie, 0 B", "dim")
    provider = started("x1", "/token", party="provider", client="httpx")
    assert line_of(provider) == ("→", "GET /token", "provider httpx · no cookie", "dim")


def test_a_row_that_has_another_name_has_not_vanished() -> None:
    gone = SessionVanished(at=NOW, session="s", reason="shown", row_of="b")
    assert line_of(gone) == ("⇢", "the row is another session's", "shown", "dim")


def test_a_request_with_a_bearer_token_says_so() -> None:
    sent = replace(started("x1", "/a", party="app", client="curl"), bearer="a1b2c3d4e5f6")
    assert line_of(sent) == ("→", "GET /a", "curl · no cookie, bearer token #a1b2c3", "dim")


def test_a_response_that_failed_is_marked() -> None:
    assert line_of(ended("x1")) == ("←", "200", "100.0 ms · 0 Set-Cookie", "dim")
    failed = replace(ended("x1", "/login"), status=401, set_cookies=2)
    assert line_of(failed) == ("←", "401", "100.0 ms · 2 Set-Cookie · → /login", "warn")


def test_a_cookie_is_set_with_its_age_or_deleted() -> None:
    event = cookie("a", NOW, "x1")
    assert isinstance(event, CookieSet)
    assert line_of(event) == ("◍", "cookie __session set", "159 B · Max-Age 1 d", "plain")
    endless = replace(event, max_age=None)
    assert line_of(endless)[2] == "159 B · browser session"
    deleted = replace(event, is_deletion=True)
    assert line_of(deleted) == ("✂", "cookie __session deleted", "Path=/", "dim")
    emptied = replace(event, is_emptied=True)
    assert line_of(emptied) == ("✂", "cookie __session emptied", "Path=/", "dim")


def test_a_session_seen_without_a_request_was_seen_in_the_store() -> None:
    seen = SessionSeen(at=NOW, session="a", facts=SessionFacts(kind="stateful", sub="u", name="A"))
    assert line_of(seen) == ("▤", "seen in the store", "0 B · A", "dim")
    assert line_of(replace(seen, cause="x1"))[1] == "seen"


@pytest.mark.parametrize(
    ("code", "origin", "title"),
    [
        ("inactivity", "told", "session refused: inactivity"),
        ("401", "seen", "session refused: 401"),
        ("gone", "read", "session over, by its row: gone"),
        ("expired", "rule", "session over, by its cookie"),
        ("not_yet", "rule", "session not valid yet, by its cookie"),
        ("wrong_secret", "rule", "session cookie not verified: no secret that was given fits"),
        ("tampered", "rule", "session cookie not opened: tampered"),
        ("chunk_gap", "rule", "session cookie not opened: chunk gap"),
        ("access_token", "told", "session refused: access token"),
        ("ERR_JWE_INVALID", "told", "session refused: ERR_JWE_INVALID"),
    ],
)
def test_only_what_an_app_or_our_engine_refused_is_told_as_refused(
    code: str, origin: Origin, title: str
) -> None:
    event = SessionRefused(at=NOW, session="a", code=code, reason="r", origin=origin)
    assert line_of(event)[1] == title


def test_a_content_that_nobody_can_read_has_no_size_beside_that_of_its_cookie() -> None:
    facts = SessionFacts(kind="unknown", sub="", name="sid", size=78)
    unknown = SessionWritten(at=NOW, session="s", reason="login", facts=facts)
    assert line_of(unknown)[2] == "unknown · sid"
    assert line_of(SessionSeen(at=NOW, session="s", facts=facts))[2] == "sid"
    known = replace(unknown, facts=replace(facts, kind="stateful"))
    assert line_of(known)[2] == "stateful · 78 B · sid"
