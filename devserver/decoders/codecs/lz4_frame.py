"""LZ4 frames, through an extra: only oauth2-proxy needs it."""

from __future__ import annotations

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.installation import install_command
from session_inspector.devserver.decoders.codecs.limits import LARGEST


def compress_lz4(raw: bytes) -> bytes:
    """Return a frame. Raises: DecodeError (no_library)."""
    try:
        import lz4.frame  # an extra
    except ImportError as error:
        raise _missing_library() from error
    found: bytes = lz4.frame.compress(raw)
    return found


def decompress_lz4(raw: bytes) -> bytes:
    """Return what a frame holds, up to a limit.

    Raises: DecodeError (no_library, tampered).
    """
    try:
        import lz4.frame  # an extra
    except ImportError as error:
        raise _missing_library() from error
    try:
        found: bytes = lz4.frame.LZ4FrameDecompressor().decompress(raw, max_length=LARGEST)
    except (RuntimeError, ValueError, EOFError) as error:
        raise DecodeError(f"its LZ4 content is damaged: {error}", code="tampered") from error
    return found


def _missing_library() -> DecodeError:
    return DecodeError(
        f"it is packed with LZ4. Fix: {install_command('formats')}", code="no_library"
    )
