"""Signed text is split at its last dot and checked in both dialects of base64."""

from __future__ import annotations

from session_inspector.devserver.decoders.codecs.signed_text import (
    has_signature,
    sign_bare,
    sign_padded,
    split_bare,
    split_padded,
)


def test_each_dialect_is_split_at_the_last_dot_and_no_other_dialect_is() -> None:
    padded = sign_padded("a.b", "secret")
    bare = sign_bare("a.b", "secret")
    assert padded == f"{bare}="
    assert split_padded(padded) == ("a.b", padded.rpartition(".")[2])
    assert split_bare(bare) == ("a.b", bare.rpartition(".")[2])
    assert (split_padded(bare), split_bare(padded), split_bare("a.b")) == (None, None, None)


def test_a_signature_is_of_its_text_and_secret() -> None:
    signature = sign_padded("text", "secret").rpartition(".")[2]
    assert has_signature("text", signature, "secret")
    assert has_signature("text", signature.rstrip("="), "secret")
    assert not has_signature("text", signature, "other")
    assert not has_signature("other", signature, "secret")
