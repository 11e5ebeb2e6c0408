"""Whatever a cache packs its values with, by its first bytes; a bomb is refused."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Mapping

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.codecs.deflate import inflate
from session_inspector.devserver.decoders.codecs.limits import LARGEST
from session_inspector.devserver.decoders.codecs.lz4_frame import decompress_lz4

ZSTD = b"\x28\xb5\x2f\xfd"
GZIP_WINDOW = 31
"""zlib's name for a window of 32 KB with gzip's header."""
LZMA_MEMORY = 64_000_000
"""Bytes that a stranger's dictionary may take."""


def unpack_if_compressed(raw: bytes) -> tuple[bytes, str]:
    """Return (content, what it was packed with); the bytes as they are, and "", for no packing.

    Raises: DecodeError (tampered, too_large; no_library).
    """
    if raw.startswith(ZSTD):
        raise DecodeError("it is packed with Zstandard, which is not read here", code="no_library")
    for start, (name, unpack) in PACKERS.items():
        if raw.startswith(start):
            return unpack(raw), name
    return raw, ""


def _unpack_gzip(raw: bytes) -> bytes:
    packer = zlib.decompressobj(GZIP_WINDOW)
    try:
        found = packer.decompress(raw, LARGEST)
    except zlib.error as error:
        raise DecodeError(f"its gzip is damaged: {error}", code="tampered") from error
    _check_end("gzip", packer.eof, has_more=bool(packer.unconsumed_tail))
    return found


def _unpack_xz(raw: bytes) -> bytes:
    packer = lzma.LZMADecompressor(memlimit=LZMA_MEMORY)
    try:
        found = packer.decompress(raw, LARGEST)
    except (lzma.LZMAError, EOFError) as error:
        raise DecodeError(f"its xz is damaged: {error}", code="tampered") from error
    _check_end("xz", packer.eof, has_more=not packer.needs_input)
    return found


def _unpack_bz2(raw: bytes) -> bytes:
    packer = bz2.BZ2Decompressor()
    try:
        found = packer.decompress(raw, LARGEST)
    except (OSError, EOFError) as error:
        raise DecodeError(f"its bzip2 is damaged: {error}", code="tampered") from error
    _check_end("bzip2", packer.eof, has_more=not packer.needs_input)
    return found


def _check_end(name: str, is_whole: bool, *, has_more: bool) -> None:
    """Raises: DecodeError (too_large for a bomb, tampered for what was cut)."""
    if is_whole:
        return
    if has_more:
        raise DecodeError(
            f"it unpacks to more than {LARGEST} bytes: no session, a bomb", code="too_large"
        )
    raise DecodeError(f"its {name} has no end: it was cut or changed", code="tampered")


PACKERS: Mapping[bytes, tuple[str, Callable[[bytes], bytes]]] = {
    b"\x78\x01": ("zlib", inflate),
    b"\x78\x5e": ("zlib", inflate),
    b"\x78\x9c": ("zlib", inflate),
    b"\x78\xda": ("zlib", inflate),
    b"\x1f\x8b": ("gzip", _unpack_gzip),
    b"\xfd7zXZ\x00": ("xz", _unpack_xz),
    b"BZh": ("bzip2", _unpack_bz2),
    b"\x04\x22\x4d\x18": ("LZ4", decompress_lz4),
}
"""By the bytes that a packed content starts with."""
