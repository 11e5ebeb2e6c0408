from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from session_inspector.devserver.cookies.sealed import KeyRing, seal
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.devserver.decoders.subject import find_subject
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.panel import report_fields, title_of
from session_inspector.inspector.decode.paste import Pasted, PastedCookie, read_paste
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.secrets import FoundSecret
from tests.vectors.formats import FormatCase

FILE = Path(__file__).parents[2] / "vectors" / "other-formats.json"
NOW = 1_800_000_000.0
DATE = "Date: Fri, 15 Jan 2027 08:00:00 GMT\n"
"""NOW."""
NEW = FoundSecret("n" * 32, "AUTH0_SECRET")
OLD = FoundSecret("o" * 32, "--secret")
DECODERS = load_decoders()
CASES = {raw["name"]: FormatCase(raw, DECODERS) for raw in json.loads(FILE.read_text())}


def sealed(secret: FoundSecret = NEW, **more: object) -> str:
    payload: JsonObject = {
        "user": {"sub": "auth0|1", "name": "Zoë"},
        "tokenSet": {"accessToken": "tok-tok-tok", "expiresAt": NOW + 300},
        "internal": {"sid": "s", "createdAt": NOW - 60},
        "exp": NOW + 3600,
        **more,  # type: ignore[dict-item]  # tests give JSON
    }
    return seal(payload, KeyRing([secret.text]))


def report(text: str, *secrets: FoundSecret) -> Report:
    (pasted, *_) = read_paste(text, READERS)
    return examine(pasted, Question(decoders=DECODERS, secrets=secrets or (NEW,)), NOW)


def shown(found: Report) -> str:
    return "\n".join(f"{field.label}: {field.value}" for field in report_fields(found, NOW))


def test_a_valid_one_says_all() -> None:
    found = report(f"__session={sealed()}", NEW)
    assert (found.verdict, found.code, found.opened_by) == ("valid", "", "AUTH0_SECRET")
    assert (found.who, title_of(found)) == ("auth0|1 · Zoë", "nextjs-auth0 v4 (stateless)")
    assert found.first is not None
    assert (found.first.name, found.first.at) == ("exp", NOW + 3600)
    assert [clock.name for clock in found.clocks] == ["tokenSet.expiresAt", "exp"]
    assert "tok-tok-tok" not in shown(found) + str(found.payload)


def test_an_older_secret_is_told() -> None:
    found = report(f"__session={sealed(OLD)}", NEW, OLD)
    assert found.notes[0] == "an older secret opened it: number 2, --secret"


def test_expired_names_the_clock() -> None:
    found = report(f"__session={sealed(exp=NOW - 7200)}")
    assert (found.verdict, found.reason) == ("expired", "it expired 2 h ago (exp)")


@pytest.mark.parametrize(("secrets", "verdict"), [((OLD,), "wrong secret"), ((), "unverified")])
def test_a_wrong_secret_is_a_verdict_and_none_is_another(
    secrets: tuple[FoundSecret, ...], verdict: str
) -> None:
    pasted = read_paste(f"__session={sealed()}", READERS)[0]
    found = examine(pasted, Question(decoders=DECODERS, secrets=secrets), NOW)
    assert (found.verdict, found.found, found.candidates[0].family) == (
        verdict,
        None,
        "nextjs-auth0",
    )
    assert not found.is_verified
    assert "fix: give" in shown(found)


def test_a_cut_value_is_damage() -> None:
    found = report(f"__session={sealed()[:-9]}")
    assert (found.verdict, found.code) == ("damaged", "truncated")
    assert "13 of 22 characters" in found.reason


def test_leftover_chunks_cost_and_are_named() -> None:
    found = report(f"__session={sealed()}; __session__3=old; other=1")
    assert any("__session__3" in note for note in found.notes)
    assert found.verdict == "valid"


def test_clocks_that_disagree_are_explained() -> None:
    longer = report(f"{DATE}Set-Cookie: __session={sealed()}; Path=/; Max-Age=86400")
    assert any("is logged out" in note for note in longer.notes)
    assert longer.first is not None
    assert longer.first.name == "exp"
    shorter = report(f"{DATE}Set-Cookie: __session={sealed()}; Path=/; Max-Age=60")
    assert any("a copy of it stays valid" in note for note in shorter.notes)
    equal = report(f"{DATE}Set-Cookie: __session={sealed()}; Path=/; Max-Age=3600")
    assert not any("after" in note for note in equal.notes)


def test_a_max_age_of_unknown_age_is_no_clock_and_raises_no_alarm() -> None:
    old = report(f"Set-Cookie: __session={sealed()}; Path=/; Max-Age=86400")
    assert [clock.name for clock in old.clocks] == ["tokenSet.expiresAt", "exp"]
    assert not any("logged out" in note for note in old.notes)
    assert any("does not say when" in note for note in old.notes)


def test_what_else_is_there_is_named() -> None:
    state = seal({"codeVerifier": "v", "state": "s"}, KeyRing([NEW.text]))
    found = report(f"__session={sealed()}; __txn_s={state}; _ga=GA1.2.3")
    assert found.others == ("nextjs-auth0 v4 (transaction): __txn_s",)


def test_a_bare_value_needs_no_name() -> None:
    assert report(sealed()).verdict == "valid"


@pytest.mark.parametrize("name", ["authjs-https", "na4-http", "o2p-single", "laravel-cbc"])
def test_a_bare_value_is_tried_under_the_names_of_its_format(name: str) -> None:
    case = CASES[name]
    (value,) = case.material().cookies.values()
    question = Question(
        decoders=DECODERS, secrets=[FoundSecret(text, "--secret") for text in case.secrets()]
    )
    bare = PastedCookie(value=value, line=SetCookie(name="", value=value, size=len(value)))
    found = examine(Pasted(kind="a bare value", cookies=(bare,)), question, case.material().now)
    assert (found.verdict, found.code) == ("valid", "")


def test_a_readable_format_shows_itself_without_a_secret() -> None:
    pasted = read_paste("session=eyJ1IjoxfQ.aWx0Zg.AAAAAAAAAAAAAAAAAAAAAAAAAAA", READERS)[0]
    found = examine(pasted, Question(decoders=DECODERS), NOW)
    assert (found.verdict, found.code, found.payload) == ("unverified", "no_secret", {"u": 1})
    assert (found.problem, found.is_verified) == ("expired", False)
    assert found.reason.startswith(
        "no secret was given; what is shown is not verified; and it ended"
    )


def test_hostile_content_is_drawn_harmlessly() -> None:
    nasty = "[red]\x1b[31m\u202e" + "x" * 5000
    found = report(f"__session={sealed(user={'sub': nasty, nasty: nasty})}")
    text = shown(found)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert max(map(len, text.splitlines())) < 2200


@pytest.mark.parametrize(
    ("payload", "who"),
    [
        ({"passport": {"user": "山田"}}, "山田"),
        ({"user": "alice"}, "alice"),
        ({"user": {"sub": "a", "email": "b"}}, "a · b"),
        ({"sub": "a", "name": "n"}, "a · n"),
        ({"_auth_user_id": "7"}, "7"),
        ({"passport": {"user": {"id": "x", "username": "n"}}}, "n"),
        ({"internal": {"x": 1}}, ""),
        ({"id": "not-a-user"}, ""),
    ],
)
def test_who(payload: JsonObject, who: str) -> None:
    assert find_subject(payload) == who


def test_a_name_that_is_no_text_is_no_traceback() -> None:
    for text in ("{'\ud800': 'x', 'b': 'y'}", "Cookie: \udc80\ud800=\ud800"):
        for pasted in read_paste(text, READERS):
            assert examine(pasted, Question(decoders=load_decoders()), 0).verdict


def test_a_value_that_is_percent_encoded_twice_is_read_with_a_word() -> None:
    case = next(case for case in CASES.values() if case.raw["format"] == "express-session")
    ((name, value),) = case.material().cookies.items()
    twice = quote(quote(value, safe=""), safe="")
    secret = FoundSecret(case.material().secrets[0], "--secret")
    found = report(f"{name}={twice}", secret)
    assert (found.verdict, found.is_verified) == ("valid", True)
    assert any("percent-encoded twice" in note for note in found.notes)
    assert report(f"{name}={quote(value, safe='')}", secret).notes == found.notes[:-1]
    assert report("theme=a%252Fb").verdict == "unknown"


def test_a_browser_that_keeps_a_cookie_with_a_change_is_said_to_keep_it() -> None:
    lines = shown(report(f"Set-Cookie: __session={sealed()}; Path=/; HttpOnly"))
    assert "browsers: kept by Firefox, Safari" in lines
    assert "Chrome: keeps it: no SameSite: treated as Lax" in lines
