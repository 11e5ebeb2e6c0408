"""What the JavaScript families say of cookies that are lost, left over, renamed or only alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from joserfc.jwk import RSAKey

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.codecs.base64_text import to_base64, to_base64url
from session_inspector.devserver.decoders.formats.js.clerk import explain_reason
from session_inspector.devserver.decoders.formats.js.cookie_session import sign
from session_inspector.devserver.decoders.formats.js.fastify_secure_session import derive_key
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies
from session_inspector.devserver.decoders.token_keys import read_keys
from tests.vectors.formats import VALUES, FormatCase, load_raw_cases

DECODERS = load_decoders()
CASES = {str(raw["name"]): FormatCase(raw, DECODERS) for raw in load_raw_cases()}


def opened(name: str, **changes: object) -> Decoded:
    material = replace(CASES[name].material(), **changes)  # type: ignore[arg-type]  # by name
    return open_cookies(DECODERS, material)


def refused(cookies: Mapping[str, str], *secrets: str) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        open_cookies(DECODERS, Material(cookies=cookies, secrets=secrets))
    return caught.value


def without(cookies: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in cookies.items() if key != name}


@pytest.mark.parametrize("name", ["h3-2-long", "better-auth-jwe-chunked"])
def test_a_chunk_that_is_lost_is_named(name: str) -> None:
    material = CASES[name].material()
    chunks = [key for key in material.cookies if key[-1].isdigit()][:-1]
    for lost in chunks:
        error = refused(without(material.cookies, lost), *material.secrets)
        assert error.code == "chunk_gap"
        assert lost in error.message


def test_the_chunks_of_h3_are_not_read_without_their_head() -> None:
    material = CASES["h3-2-long"].material()
    error = refused(without(material.cookies, "nuxt-session"), *material.secrets)
    assert error.code == "chunk_gap"
    assert "nuxt-session is missing" in error.message


def test_a_seal_of_hapi_is_no_session_of_h3() -> None:
    found = opened("iron-session-5")
    assert (found.family, found.format) == ("iron-session", "iron-session (before v6)")


def test_max_age_counts_from_created_at_and_the_seal_from_the_last_write() -> None:
    found = opened("h3-2-idle", max_age=60)
    assert found.issued is not None
    assert (found.expires, found.ends_by) == (found.issued + 60, "createdAt + --max-age")
    assert opened("h3-2-idle").ends_by == "the seal's end"


@pytest.mark.parametrize("strategy", ["compact", "jwt", "jwe"])
def test_a_cache_that_is_over_ends_no_session_of_better_auth(strategy: str) -> None:
    name = f"better-auth-{strategy}-with-token"
    now = CASES[name].material().now
    found = opened(name, now=now + 400)
    assert (found.problem, found.ends_by) == ("", "session.expiresAt")
    assert any("the server reads the row" in note for note in found.notes)
    alone = opened(f"better-auth-{strategy}", now=now + 400)
    assert alone.problem == "expired"


def test_a_damaged_cache_is_a_note_and_the_token_is_still_good() -> None:
    material = CASES["better-auth-compact-with-token"].material()
    name = "better-auth.session_data"
    cut = {**material.cookies, name: material.cookies[name][:-20]}
    found = opened("better-auth-compact-with-token", cookies=cut)
    assert (found.format, found.is_verified) == ("better-auth (token)", True)
    assert any("does not open" in note for note in found.notes)


CLERK = sorted(name for name in CASES if name.startswith("clerk-"))


@pytest.mark.parametrize("name", CLERK)
def test_the_reason_is_the_one_that_clerks_backend_gives(name: str) -> None:
    answer = CASES[name].raw["answer"]
    assert isinstance(answer, dict)
    reason = str(answer["reason"] or "")
    said = [note for note in opened(name).notes if "x-clerk-auth-reason" in note]
    assert bool(said) == bool(reason)
    for note in said:
        named = note.partition("x-clerk-auth-reason ")[2].partition(":")[0]
        assert reason.startswith(named)
        assert explain_reason(reason) in note


def test_clerks_token_is_verified_by_its_public_key_and_by_no_other() -> None:
    material = CASES["clerk-signed-in"].material()
    keys = read_keys(json.dumps(CASES["clerk-signed-in"].raw["jwk"]), "a test")
    found = opened("clerk-signed-in", keys=keys)
    assert (found.is_verified, found.format, found.payload["sub"]) == (True, "Clerk", "user_2x")
    others = read_keys(json.dumps(RSAKey.generate_key(2048).as_dict(private=False)), "a test")
    with pytest.raises(DecodeError, match="none of the 1 keys"):
        open_cookies(DECODERS, replace(material, keys=others))


def test_clerks_other_cookies_alone_are_no_session_and_say_so() -> None:
    error = refused({"__client_uat": "0", "__clerk_db_jwt": "dvb_2abc"})
    assert error.code == "not_a_session"
    assert "session-token-and-uat-missing" in error.message
    error = refused({"__client_uat": "1795882329"})
    assert "client-uat-but-no-session-token" in error.message


def test_of_clerks_two_tokens_the_one_that_its_backend_reads_is_named() -> None:
    cookies = CASES["clerk-suffixed"].material().cookies
    (name,) = [name for name in cookies if name.startswith("__session_")]
    suffix = name.removeprefix("__session")
    both = {**cookies, "__session": cookies[name]}
    assert opened("clerk-suffixed", cookies=both).cookies[0] == name
    out = {**both, f"__client_uat{suffix}": "0"}
    assert opened("clerk-suffixed", cookies=out).cookies[0] == "__session"


@pytest.mark.parametrize("name", ["supabase-chunked", "supabase-raw-chunked"])
def test_any_lost_chunk_of_supabase_is_named(name: str) -> None:
    cookies = CASES[name].material().cookies
    for lost in [*cookies][:-1]:
        error = refused(without(cookies, lost))
        assert error.code == "chunk_gap"
        assert lost in error.message


def test_a_chunk_of_an_older_session_of_supabase_is_left_over() -> None:
    cookies = CASES["supabase-chunked"].material().cookies
    more = {**cookies, "sb-abcdefghij-auth-token.3": "eHh4eHh4"}
    assert refused(more).code == "orphan_chunks"


def test_supabase_is_verified_by_its_token_and_says_what_that_does_not_cover() -> None:
    found = opened("supabase")
    assert found.is_verified
    assert any("not signed" in note for note in found.notes)
    assert opened("supabase", secrets=["another"]).unverified is not None


def test_a_code_verifier_of_supabase_is_a_login_under_way() -> None:
    value = "base64-" + to_base64url(b'"abcdef/PASSWORD_RECOVERY"')
    cookies = {"sb-abcdefghij-auth-token-code-verifier": value}
    found = open_cookies(DECODERS, Material(cookies=cookies))
    assert (found.role, found.format) == ("transaction", "Supabase (code verifier)")


VALUES_ = sorted(name for name, case in CASES.items() if case.raw["format"] in VALUES)


@pytest.mark.parametrize("name", VALUES_)
def test_a_signed_value_is_no_session_until_its_secret_verifies_it(name: str) -> None:
    material = CASES[name].material()
    found = opened(name)
    assert found.is_verified
    assert found.role == "token" or name == "hono-signed-json"
    for secrets in ((), ("another",)):
        error = refused(material.cookies, *secrets)
        assert error.code in ("not_a_session", "not_certain")


def test_json_in_base64_without_a_signature_could_be_several_families() -> None:
    value = CASES["react-router-cookie"].material().cookies["__session"].partition(".")[0]
    error = refused({"__session": value})
    assert error.code == "not_certain"
    assert "react-router" in error.message


def test_a_renamed_cookie_of_keygrip_says_the_name_it_was_signed_with() -> None:
    cookies = CASES["cookie-session"].material().cookies
    error = refused({f"x{name}": value for name, value in cookies.items()}, "cat-secret")
    assert (error.code, error.cookie_name) == ("wrong_name", "session")


def test_keygrip_signs_any_name_and_any_digest_of_node() -> None:
    value = to_base64(b'{"a":1}')
    for digest in ("sha1", "sha256", "sha512"):
        cookies = {"app": value, "app.sig": sign("app", value, "key", digest)}
        found = open_cookies(DECODERS, Material(cookies=cookies, secrets=["key"]))
        assert (found.format, found.is_verified) == ("cookie-session", True)
    moved = {f"x{name}": text for name, text in cookies.items()}
    found = open_cookies(DECODERS, Material(cookies=moved, secrets=["key"], salts=["app"]))
    assert found.is_verified


def test_a_flashed_message_is_said_to_be_read_once() -> None:
    assert any("__flash_message__" in note for note in opened("react-router-cookie").notes)


def test_a_slow_key_is_derived_once_a_secret_and_only_for_its_shape() -> None:
    secrets = [
        "a wrong secret of at least 32 bytes, one",
        "a wrong secret of at least 32 bytes, two",
    ]
    cookies = CASES["fastify-secure-session-secret"].material().cookies
    derive_key.cache_clear()
    for _ in range(3):
        assert refused(cookies, *secrets).code == "wrong_secret"
    assert refused({"session": "hello;world"}, *secrets).code == "not_a_session"
    assert derive_key.cache_info().misses == len(secrets)


def test_a_cache_of_another_session_than_the_token_is_named() -> None:
    cases = {str(raw["name"]): FormatCase(raw) for raw in load_raw_cases()}
    pairs = [case for name, case in cases.items() if name.startswith("better-auth-jwt")]
    case = next(case for case in pairs if len(case.material().cookies) == 2)
    token = cases["better-auth-token-redis"].material()
    cookies = {**case.material().cookies, **token.cookies}
    material = replace(token, cookies=cookies, rows={}, now=case.material().now)
    found = open_cookies(load_decoders(), material)
    assert any("its cache is of another session" in note for note in found.notes)
    own = open_cookies(load_decoders(), case.material())
    assert not any("another session" in note for note in own.notes)
