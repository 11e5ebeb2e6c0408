"""A family of thousands of refreshes shows its beginning, its end, and all that was refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.login import (
    TokenIntrospected,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.boards.access_lines import name_grant
from session_inspector.inspector.model.boards.tokens import FIRST, LAST, token_fields
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from tests.inspector.model.events import minted, state_of
from tests.inspector.sample import NOW


def family(count: int) -> list[Event]:
    values = [Secret.of(f"token {number}") for number in range(count)]
    return [
        TokenMinted(
            at=NOW + number,
            cause=f"x{number}",
            token="refresh",
            value=value,
            sub="alice",
            sid="s",
            expires=NOW + 9000,
            parent=values[number - 1].digest if number else "",
        )
        for number, value in enumerate(values)
    ]


def tokens(events: list[Event]) -> list[str]:
    return [field.label for field in token_fields(fold(State(), events), NOW)]


def test_the_middle_of_a_long_family_is_one_line() -> None:
    count = 2000
    fields = token_fields(fold(State(), family(count)), NOW)
    gaps = [field.value for field in fields if field.key.startswith("gap")]
    assert gaps == [f"{count - FIRST - LAST:,} more, exchanged one after the other"]
    assert f"{count} tokens" in fields[0].value
    marks = [label for label in (field.label for field in fields) if label.startswith("#")]
    assert len(marks) == FIRST + LAST
    assert len({field.key for field in fields}) == len(fields)


def test_a_family_just_too_short_for_a_gap_is_shown_whole() -> None:
    marks = [label for label in tokens(family(FIRST + LAST)) if label.startswith("#")]
    assert len(marks) == FIRST + LAST


def test_a_refused_token_in_the_middle_is_shown_between_two_gaps() -> None:
    reused = Secret.of("token 1000").digest
    refusal = TokenRefused(
        at=NOW + 5000,
        cause="thief",
        token="refresh",
        code="refresh_reused",
        digest=reused,
        reason="presented again",
    )
    fields = token_fields(fold(State(), [*family(2000), refusal]), NOW)
    keys = [field.key for field in fields]
    place = keys.index(reused)
    assert (keys[place - 1], fields[place].value) == (f"gap {reused}", "reused")
    assert sum(key.startswith("gap") for key in keys) == 2
    assert "the family is DEAD" in fields[0].value


def labelled(fields: tuple[Field, ...], text: str) -> Field:
    return next(field for field in fields if text in whole(field))


def whole(field: Field) -> str:
    """All that a line shows."""
    return f"{''.join(piece for piece, _ in field.lead)}{field.label} {field.value}"


def test_a_family_is_a_tree_and_reuse_kills_it() -> None:
    first = Secret.of("one").digest
    second = Secret.of("two").digest
    alive = state_of(minted("one"), minted("two", first))
    fates = {d: token.fate for d, token in alive.families.by_digest.items()}
    assert fates == {first: "exchanged", second: "current"}
    assert "2 tokens" in token_fields(alive, NOW)[0].value
    reused = TokenRefused(
        at=2, cause="x3", token="refresh", digest=first, code="refresh_reused", reason="r"
    )
    dead = state_of(minted("one"), minted("two", first), reused)
    fates = {d: token.fate for d, token in dead.families.by_digest.items()}
    assert fates == {first: "reused", second: "revoked"}
    shown = token_fields(dead, NOW)
    assert (shown[0].tone, "DEAD" in shown[0].value) == ("bad", True)
    assert "· from x3" in labelled(shown, "refused").value


def access(name: str, grant: str, jkt: str = "", organization: str = "") -> TokenMinted:
    return TokenMinted(
        at=NOW,
        token="access",
        value=Secret.of(name),
        sub="alice",
        client_id="app",
        expires=NOW + 60,
        grant=grant,
        jkt=jkt,
        organization=organization,
    )


def lines(*events: Event) -> list[str]:
    fields = token_fields(fold(State(), events), NOW)
    return [field.value for field in fields if field.key.startswith("access")]


def test_a_plain_access_token_is_not_listed_and_one_that_is_more_is() -> None:
    assert lines(access("a", grant="authorization_code"), access("b", grant="refresh_token")) == []
    own = access("c", grant="client_credentials")
    bound = access("d", grant="authorization_code", jkt="key123456", organization="org_acme")
    assert lines(own, bound) == [
        "2",
        "alice · authorization_code · ends in 1 min · bound to key key12345 · org_acme",
        "alice · client_credentials · ends in 1 min",
    ]


@pytest.mark.parametrize(
    ("grant", "name"),
    [
        ("", "login"),
        ("refresh_token", "refresh_token"),
        ("urn:ietf:params:oauth:grant-type:device_code", "device_code"),
        ("http://auth0.com/oauth/grant-type/mfa-otp", "mfa-otp"),
    ],
)
def test_a_grant_is_named_by_its_last_word(grant: str, name: str) -> None:
    assert name_grant(grant) == name


def test_introspection_and_revocation_are_lines_of_their_token() -> None:
    token = access("a", grant="authorization_code")
    digest = token.value.digest
    asked = TokenIntrospected(at=NOW, cause="x9", digest=digest, client_id="api", is_active=True)
    revoked = TokenRevoked(at=NOW, cause="x10", token="access", digest=digest)
    stranger = replace(asked, digest="unknown")
    assert lines(token, asked, revoked, replace(asked, is_active=False), stranger) == [
        "1",
        "alice · authorization_code · revoked",
        "active: api asked",
        "revoked",
        "not active: api asked",
    ]


def test_a_family_says_what_it_is_bound_to() -> None:
    (first,) = family(1)
    assert isinstance(first, TokenMinted)
    bound = replace(first, jkt="key123456", organization="org_acme")
    assert "bound to key key12345 · org_acme" in token_fields(fold(State(), [bound]), NOW)[0].value
