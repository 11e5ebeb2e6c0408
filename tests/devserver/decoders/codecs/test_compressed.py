"""Packed values by their first bytes; a bomb is refused, and damage is no exception."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.codecs.compressed import unpack_if_compressed

PACK: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("zlib", zlib.compress),
    ("gzip", gzip.compress),
    ("xz", lzma.compress),
    ("bzip2", bz2.compress),
]


@pytest.mark.parametrize(("name", "pack"), PACK)
def test_each_packer_is_told_and_undone(name: str, pack: Callable[[bytes], bytes]) -> None:
    assert unpack_if_compressed(pack(b"hello " * 20)) == (b"hello " * 20, name)


@pytest.mark.parametrize(("name", "pack"), PACK)
def test_a_bomb_is_refused(name: str, pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(DecodeError) as caught:
        unpack_if_compressed(pack(bytes(20_000_000)))
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(("name", "pack"), PACK)
def test_damage_is_told(name: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(b"hello " * 20)
    with pytest.raises(DecodeError) as caught:
        unpack_if_compressed(packed[:12] + b"\xff\xff\xff\xff" + packed[16:])
    assert caught.value.code == "tampered"


def test_other_bytes_stay_and_zstandard_is_named() -> None:
    assert unpack_if_compressed(b'{"a": 1}') == (b'{"a": 1}', "")
    with pytest.raises(DecodeError, match="Zstandard"):
        unpack_if_compressed(b"\x28\xb5\x2f\xfdxx")
