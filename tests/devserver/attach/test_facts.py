"""Facts of a session of any framework: from its cookie, from its row, never guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.attach.ends import InnerEnd
from session_inspector.devserver.attach.facts import (
    BY_DEFAULT,
    BY_ITS_EXPIRES,
    BY_ITS_LINE,
    CookieEnd,
    cookie_facts,
    name_row,
    row_facts,
    stable_name,
)
from session_inspector.devserver.attach.row_content import ForeignRow, RowContent
from session_inspector.devserver.core.events.base import SessionFacts, Timer
from session_inspector.devserver.core.values import JsonObject, Secret, fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.evidence import (
    NO_ROW,
    NO_SEAL,
    Unverified,
    lacking_key,
    lacking_secret,
)
from session_inspector.devserver.decoders.traits import TimeMembers, Traits

NOW = 1_760_000_000.0


def decoded(payload: JsonObject, **changes: object) -> Decoded:
    values: dict[str, object] = {"format": "x", "cookies": ("a",), "payload": payload, **changes}
    return Decoded(**values)  # type: ignore[arg-type]  # fields of Decoded


def row(
    data: JsonObject, *ends: InnerEnd, store: float | None = None, is_store_obeyed: bool = True
) -> ForeignRow:
    return ForeignRow(
        key="sess:id1",
        content=RowContent(data=data, ends=ends),
        size=9,
        store_expires=store,
        is_store_obeyed=is_store_obeyed,
    )


def inner(at: float, *, is_obeyed: bool) -> InnerEnd:
    return InnerEnd(where="cookie.expires", at=at, is_obeyed=is_obeyed)


@pytest.mark.parametrize(
    ("data", "note", "expected"),
    [
        ({"_user_id": "ann", "_permanent": True}, "permanent", "ann"),
        ({"_permanent": True}, "permanent", "no user"),
        (
            {},
            "a back-channel logout's record, no session",
            "a back-channel logout's record, no session",
        ),
        ({}, "", "no user"),
    ],
)
def test_a_note_on_a_row_is_no_user(data: JsonObject, note: str, expected: str) -> None:
    content = RowContent(data=data, note=note)
    assert name_row(ForeignRow(key="k", content=content, size=9, store_expires=None)) == expected


def test_an_id_in_a_store_is_the_name() -> None:
    assert stable_name(decoded({}, session_id="id1")) == fingerprint("id1")


def test_what_nobody_has_verified_is_not_named_by_what_stands_in_it() -> None:
    session: JsonObject = {"user": {"sub": "u"}, "internal": {"sid": "s", "createdAt": 5}}
    assert stable_name(decoded(session, problem="wrong_secret")) == ""
    assert stable_name(decoded(session, unverified=lacking_key("RS256"))) == ""


def test_a_login_is_named_by_the_provider_s_session_and_its_moment() -> None:
    session: JsonObject = {"user": {"sub": "u"}, "internal": {"sid": "s", "createdAt": 5}}
    assert stable_name(decoded(session)) == fingerprint("s|5")


@pytest.mark.parametrize(
    ("header", "name"),
    [({"iat": 7, "uat": 9}, fingerprint("u|7.0")), ({"iat": 7}, ""), ({}, "")],
)
def test_without_a_moment_of_login_there_is_no_lasting_name(header: JsonObject, name: str) -> None:
    assert stable_name(decoded({"user": {"sub": "u"}}, header=header)) == name


def test_clocks_of_a_cookie_are_those_that_were_seen() -> None:
    session: JsonObject = {"user": {"sub": "u"}, "tokenSet": {"expiresAt": NOW + 3}}
    facts = cookie_facts(decoded(session, expires=NOW + 1), NOW, CookieEnd(NOW + 2))
    assert facts.timers == (
        Timer(name="sealed", ends=NOW + 1, ends_session=True),
        Timer(name="cookie", ends=NOW + 2, ends_session=True),
        Timer(name="access_token", ends=NOW + 3),
    )
    assert (facts.kind, facts.sub, facts.key, facts.created_at) == ("stateless", "u", None, 0)


def test_a_cookie_of_the_browser_session_has_a_clock_without_an_end() -> None:
    facts = cookie_facts(decoded({}), NOW, CookieEnd(None))
    assert facts.timers == (Timer(name="cookie", ends=None, ends_session=False),)


def test_an_id_is_a_secret_wherever_it_stands() -> None:
    facts = cookie_facts(decoded({"id": "id1"}, session_id="id1"), NOW, None)
    assert (facts.kind, facts.key) == ("stateful", Secret.of("id1"))
    assert facts.data == {"id": Secret.of("id1")}


@pytest.mark.parametrize(
    ("read", "ends"),
    [
        (row({}), None),
        (row({}, store=NOW), NOW),
        (row({}, inner(NOW - 9, is_obeyed=False), store=NOW), NOW),
        (row({}, inner(NOW + 9, is_obeyed=False), store=NOW), NOW),
        (row({}, inner(NOW - 9, is_obeyed=False)), None),
        (row({}, inner(NOW - 9, is_obeyed=True), store=NOW), NOW - 9),
        (row({}, inner(NOW + 9, is_obeyed=True), store=NOW), NOW),
        (row({}, inner(NOW + 9, is_obeyed=True)), NOW + 9),
        (row({}, store=NOW, is_store_obeyed=False), None),
        (row({}, inner(NOW + 9, is_obeyed=True), store=NOW, is_store_obeyed=False), NOW + 9),
    ],
)
def test_a_row_ends_when_its_framework_refuses_it(read: ForeignRow, ends: float | None) -> None:
    assert read.expires == ends
    clocks = [
        timer.ends for timer in row_facts(read, "id1", NOW, None).timers if timer.ends_session
    ]
    assert min((at for at in clocks if at is not None), default=None) == ends


def test_an_end_that_nobody_obeys_is_a_clock_beside_the_row_s() -> None:
    facts = row_facts(row({}, inner(NOW + 1, is_obeyed=False), store=NOW + 9), "id1", NOW, None)
    assert facts.timers == (
        Timer(name="store", ends=NOW + 9, ends_session=True),
        Timer(name="inside", ends=NOW + 1, ends_session=False, where="cookie.expires"),
    )


def test_a_browser_that_deletes_the_cookie_does_not_end_a_row() -> None:
    cookie = cookie_facts(decoded({}, expires=NOW + 1), NOW, CookieEnd(NOW + 2))
    facts = row_facts(row({}, store=NOW + 5), "id1", NOW, cookie)
    assert facts.timers == (
        Timer(name="sealed", ends=NOW + 1, ends_session=True),
        Timer(name="cookie", ends=NOW + 2, ends_session=False),
        Timer(name="store", ends=NOW + 5, ends_session=True),
    )


def test_a_row_is_joined_with_the_clocks_of_its_cookie_only() -> None:
    session: JsonObject = {"tokenSet": {"expiresAt": NOW + 3}}
    cookie = cookie_facts(
        decoded(session, expires=NOW + 1, issued=NOW - 9), NOW, CookieEnd(NOW + 2)
    )
    facts = row_facts(row({"user": {"sub": "u"}}, store=NOW + 5), "id1", NOW, cookie)
    assert [timer.name for timer in facts.timers] == ["sealed", "cookie", "store"]
    assert (facts.sub, facts.created_at, facts.size) == ("u", NOW - 9, 9)


def test_the_first_access_token_and_the_ceiling_are_found_wherever_they_lie() -> None:
    data: JsonObject = {
        "auth": {"deep": {"expires_at": NOW + 1}, "session_expiry": NOW + 9},
        "other": {"expiresAt": NOW + 2},
    }
    facts = row_facts(row(data), "id1", NOW, None)
    assert facts.timers[1:] == (
        Timer(name="access_token", ends=NOW + 1),
        Timer(name="ceiling", ends=NOW + 9, ends_session=False),
    )


def test_a_login_that_was_seen_outweighs_the_time_inside_a_row() -> None:
    content = RowContent(created=NOW - 5)
    row = ForeignRow(key="k", content=content, size=1, store_expires=None)
    cookie = SessionFacts(kind="stateful", sub="", created_at=NOW)
    assert row_facts(row, "k", NOW, cookie).created_at == NOW - 5
    found = row_facts(row, "k", NOW, replace(cookie, login="x1"))
    assert (found.created_at, found.login) == (NOW, "x1")


ANEW = Traits(is_issued_anew=True)
START = Traits(
    is_issued_anew=True,
    time_members=TimeMembers(inside="meta", created="created", lifetime="lifetime"),
)


@pytest.mark.parametrize(
    ("traits", "payload", "began"),
    [
        (Traits(), {}, NOW),
        (ANEW, {"iat": NOW}, 0),
        (ANEW, {"iat": NOW, "auth_time": NOW - 60}, NOW - 60),
        (START, {"meta": {"created": NOW - 90, "lifetime": 600}}, NOW - 90),
        (START, {"meta": 1}, 0),
        (START, {}, 0),
    ],
)
def test_the_time_of_a_write_is_no_login(traits: Traits, payload: JsonObject, began: float) -> None:
    found = decoded(payload, issued=NOW, traits=traits)
    assert cookie_facts(found, NOW, None).created_at == began


MONTH = 31 * 86_400.0


def stamped(*, is_told: bool) -> Decoded:
    traits = Traits(stamp_life=MONTH, is_stamp_life_told=is_told, is_issued_anew=True)
    return decoded({}, traits=traits, issued=NOW, expires=NOW + MONTH)


def test_an_end_by_the_default_of_a_framework_is_said_to_be_assumed() -> None:
    (clock,) = cookie_facts(stamped(is_told=True), NOW, None).timers
    rule = f"31 d from its time stamp, {BY_DEFAULT}"
    assert clock == Timer(
        name="sealed", ends=NOW + MONTH, ends_session=True, rule=rule, is_assumed=True
    )
    clock, _ = cookie_facts(stamped(is_told=False), NOW, CookieEnd(NOW + 60)).timers
    assert clock.is_assumed


def test_a_line_that_has_the_life_which_its_server_checks_tells_the_end() -> None:
    clock, browser = cookie_facts(stamped(is_told=True), NOW, CookieEnd(NOW + 60)).timers
    assert (clock.ends, clock.rule, clock.is_assumed) == (NOW + 60, BY_ITS_LINE, False)
    assert browser.ends == NOW + 60


@pytest.mark.parametrize(
    ("end", "counts"),
    [
        (CookieEnd(NOW + 60, is_by_expires=True), (NOW + 60, BY_ITS_EXPIRES)),
        (CookieEnd(NOW + 60), (NOW + 99, "")),  # a Max-Age of its own
        (CookieEnd(NOW + 120, is_by_expires=True), (NOW + 99, "")),
        (CookieEnd(None), (NOW + 99, "")),
        (None, (NOW + 99, "")),
    ],
)
def test_the_expires_that_h3_checks_is_the_end_before_that_of_its_seal(
    end: CookieEnd | None, counts: tuple[float, str]
) -> None:
    found = decoded({}, traits=Traits(is_line_end_obeyed=True), expires=NOW + 99)
    clock, *_ = cookie_facts(found, NOW, end).timers
    assert (clock.ends, clock.rule) == counts
    clock, *_ = cookie_facts(decoded({}, expires=NOW + 99), NOW, end).timers
    assert (clock.ends, clock.rule) == (NOW + 99, ""), "others obey the seal"


@pytest.mark.parametrize(
    ("lack", "said"),
    [
        (None, ""),
        (NO_ROW, ""),
        (NO_SEAL, NO_SEAL.reason),
        (lacking_secret("HS256"), lacking_secret("HS256").reason),
        (
            lacking_key("RS256"),
            "RS256 is verified with the issuer's public key, and none was given",
        ),
    ],
)
def test_what_nobody_has_checked_is_said_to_be_so(lack: Unverified | None, said: str) -> None:
    assert cookie_facts(decoded({"sub": "u"}, unverified=lack), NOW, None).unverified == said


def test_a_cookie_that_no_secret_opens_is_not_verified() -> None:
    found = decoded({}, problem="wrong_secret", reason="no secret fits")
    assert cookie_facts(found, NOW, None).unverified == "no secret fits"
    assert cookie_facts(replace(found, problem="expired"), NOW, None).unverified == ""
