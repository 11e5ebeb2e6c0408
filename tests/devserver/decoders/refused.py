"""Why cookies are refused."""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies

DECODERS = load_decoders()


def code_of(cookies: Mapping[str, str], secrets: tuple[str, ...]) -> str:
    """Return the code with which cookies are refused; empty: they are not."""
    try:
        open_cookies(DECODERS, Material(cookies=cookies, secrets=secrets))
    except DecodeError as error:
        return error.code
    return ""
