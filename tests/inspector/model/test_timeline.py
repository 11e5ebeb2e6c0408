"""Every kind of event has its line, with what made it happen."""

from __future__ import annotations

from typing import get_args

import pytest

from session_inspector.devserver.core.events.session import SessionLoaded
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.wire import event_from_json
from session_inspector.inspector.model.facts.logs import Log
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import QUIET, fold, update
from session_inspector.inspector.model.views.timeline import line_of, timeline_rows
from session_inspector.inspector.model.words.text import clock_text, duration, moment, rough, size
from tests.inspector.sample import NOW, sample_events

STATE = fold(State(), sample_events())
SECRET = '{"$secret":{"length":3,"sha256":"abc"}}'
FACTS = '{"type":"SessionFacts","kind":"stateless","sub":"u"}'
MEMBERS = {
    "ServerStarted": '"base_url":"u","issuer":"i","kind":"stateful","store":"s"',
    "CarrierSwitched": '"kind":"stateful","store":"s"',
    "StoreStateChanged": '"store":"s","is_up":false',
    "ClockMoved": '"by":1,"offset":1',
    "KeysRotated": '"kid":"k"',
    "UpstreamStateChanged": '"upstream":"http://localhost:3000","is_up":false,"reason":"r"',
    "ExchangesSkipped": '"count":3',
    "LogoutTokenSent": '"client_id":"c","uri":"u","sub":"s","sid":"i","status":204',
    "KnobsTurned": '"told":["wrong nonce"]',
    "KnobApplied": '"knob":"latency","detail":"d"',
    "PluginFailed": '"plugin":"p","reason":"r"',
    "ExchangeStarted": '"exchange":"x1","method":"GET","path":"/","client":"c"',
    "ExchangeEnded": '"exchange":"x1","status":200,"duration":0.1',
    "CookieSet": f'"exchange":"x1","name":"n","value":{SECRET},"size":1,"line_size":1',
    "SessionLoaded": '"sub":"u"',
    "SessionRefused": '"code":"gone","reason":"r"',
    "SessionWritten": f'"reason":"roll","facts":{FACTS}',
    "SessionWriteRefused": '"reason":"r"',
    "SessionResurrected": '"destroyed_by":"x","destroyed_at":1,"reason":"r"',
    "SessionDestroyed": '"reason":"logout"',
    "ClockForced": '"clock":"absolute"',
    "SessionSeen": f'"facts":{FACTS}',
    "SessionVanished": '"reason":"r"',
    "LoginStarted": '"login":"l","transaction_cookie":"t"',
    "LoginSucceeded": '"login":"l","sub":"u"',
    "LoginFailed": '"login":"l","step":"state","code":"c","reason":"r"',
    "TokenMinted": f'"token":"id","value":{SECRET},"sub":"u"',
    "TokenRefused": '"token":"code","digest":"d","code":"c","reason":"r"',
    "TokenRevoked": '"token":"refresh","digest":"d"',
    "ProviderSessionStarted": '"sub":"u","sid":"s","expires":1',
    "ProviderSessionEnded": '"sub":"u","sid":"s"',
    "ScenarioTold": '"scenario":"logins","text":"t","is_ok":true',
    "CommandRun": '"command":"Login","is_ok":true,"message":"m"',
}


@pytest.mark.parametrize("cls", get_args(Event), ids=lambda cls: cls.__name__)
def test_each_event_has_a_line_and_folds(cls: type) -> None:
    event = event_from_json(f'{{"type":"{cls.__name__}","at":1,{MEMBERS[cls.__name__]}}}')
    mark, title, _, tone = line_of(event)
    assert (len(mark), bool(title), bool(tone)) == (1, True, True)
    assert update(State(), event).timeline == Log([event])


def test_causes_are_named_for_people() -> None:
    rows = timeline_rows(STATE)
    causes = {row.title: row.cause for row in rows}
    assert causes["rolled"] == "GET /protected (lab:alice)"
    assert causes["session ended: revoked"] == "you: revoke"
    assert causes["the lab is running"] == ""


def test_one_session_s_timeline_has_its_exchanges_too() -> None:
    titles = [row.title for row in timeline_rows(STATE, session="carol")]
    assert "GET /protected" in titles
    assert "session refused: gone" in titles
    assert "rolled" not in titles


def test_quiet_events_are_told_only_to_their_session() -> None:
    state = update(STATE, SessionLoaded(at=NOW, session="alice", cause="x5", sub="u"))
    assert "session accepted" not in [row.title for row in timeline_rows(state)]
    assert "session accepted" in [row.title for row in timeline_rows(state, session="alice")]


def test_rows_are_made_when_looked_at() -> None:
    rows = timeline_rows(STATE)
    assert len(rows) == len([e for e in STATE.timeline if not isinstance(e, QUIET)])
    assert rows[-1].title.startswith("time travel")
    assert [row.seq for row in rows[-3:]] == [row.seq for row in tuple(rows)[-3:]]


@pytest.mark.parametrize(
    ("seconds", "clock", "short"),
    [
        (0, "00:00:00", "0 s"),
        (59, "00:00:59", "59 s"),
        (86_399, "23:59:59", "23 h"),
        (86_400, "1 d 00:00:00", "1 d"),
        (-61, "-00:01:01", "61 s"),
        (129_600, "1 d 12:00:00", "36 h"),
    ],
)
def test_durations(seconds: int, clock: str, short: str) -> None:
    assert (duration(seconds), rough(seconds)) == (clock, short)


def test_moments_and_sizes() -> None:
    assert moment(NOW) == "2025-10-09 08:53:20 UTC"
    assert moment(1e300).endswith("(no date)")
    assert (clock_text(NOW + 0.1239), clock_text(float("nan"))) == ("08:53:20.123", "--:--:--.---")
    assert [size(n) for n in (0, 1023, 1024, 1024**2)] == ["0 B", "1023 B", "1.0 KB", "1.0 MB"]
