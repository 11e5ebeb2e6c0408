"""What the JavaScript families say of cookies that are lost, left over, renamed or only alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies
from tests.vectors.formats import FormatCase, load_raw_cases

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
