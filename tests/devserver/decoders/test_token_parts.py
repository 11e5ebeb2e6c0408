"""A compact token that was cut or copied with more is named as that, whatever its key."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.token_parts import (
    SIGNATURES,
    check_parts,
    check_signature_length,
    is_public,
)


def test_a_token_with_too_few_parts_was_cut() -> None:
    check_parts("a.b.c", 3, "JWT")
    with pytest.raises(DecodeError, match=r"2 of the 3 parts of a JWT") as refused:
        check_parts("a.b", 3, "JWT")
    assert refused.value.code == "truncated"


def test_what_no_part_can_have_was_copied_along() -> None:
    with pytest.raises(DecodeError, match=r"';' at character 6") as refused:
        check_parts("a.b.c; Path=/", 3, "JWT")
    assert refused.value.code == "tampered"


@pytest.mark.parametrize(("alg", "length"), SIGNATURES.items())
def test_a_signature_is_whole_at_its_exact_length(alg: str, length: int) -> None:
    check_signature_length("a.b." + "x" * length, alg)
    with pytest.raises(DecodeError, match=f"{length - 1} of the {length}") as refused:
        check_signature_length("a.b." + "x" * (length - 1), alg)
    assert refused.value.code == "truncated"


def test_public_keys_verify_some_algorithms() -> None:
    assert [
        alg for alg in ("RS256", "PS384", "ES512", "EdDSA", "HS256", "none") if is_public(alg)
    ] == [
        "RS256",
        "PS384",
        "ES512",
        "EdDSA",
    ]
