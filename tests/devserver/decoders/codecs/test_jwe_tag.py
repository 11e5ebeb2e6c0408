"""A key that the tag alone refuses is one that joserfc refuses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from session_inspector.devserver.decoders.codecs.jwe import seal_jwe
from session_inspector.devserver.decoders.codecs.jwe_tag import CBC, GCM, may_open

KEYS = {GCM: b"k" * 32, CBC: b"k" * 64}
OTHERS = {GCM: b"o" * 32, CBC: b"o" * 64}
encryptions = st.sampled_from([GCM, CBC])


def opens(value: str, key: bytes, enc: str) -> bool:
    try:
        jwe.decrypt_compact(value, OctKey.import_key(key), algorithms=["dir", enc])
    except (JoseError, ValueError):
        return False
    return True


@given(encryptions, st.binary(max_size=400))
def test_the_key_that_sealed_it_is_taken_and_another_is_not(enc: str, text: bytes) -> None:
    value = seal_jwe(text, KEYS[enc], {"alg": "dir", "enc": enc})
    assert may_open(value, KEYS[enc], enc)
    assert not may_open(value, OTHERS[enc], enc)
    assert not opens(value, OTHERS[enc], enc)


@given(encryptions, st.integers(min_value=0), st.sampled_from("Aa_-.=%é\n"))
def test_what_joserfc_opens_is_never_left_out(enc: str, place: int, letter: str) -> None:
    value = seal_jwe(b'{"sub":"u"}', KEYS[enc], {"alg": "dir", "enc": enc})
    place %= len(value)
    changed = value[:place] + letter + value[place + 1 :]
    if opens(changed, KEYS[enc], enc):
        assert may_open(changed, KEYS[enc], enc)


def test_what_is_not_told_by_the_tag_is_left_to_joserfc() -> None:
    assert may_open("a.b", b"k" * 32, GCM)
    assert may_open("é....", b"k" * 32, GCM)
    assert may_open(seal_jwe(b"{}", KEYS[GCM], {"alg": "dir", "enc": GCM}), b"k" * 32, "A128GCM")
