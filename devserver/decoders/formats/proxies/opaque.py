"""Sessions that only their issuer opens: recognised by name and shape, and never opened here."""

from __future__ import annotations

import re

from session_inspector.devserver.cookies.chunk_rules import ChunkRule
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material
from session_inspector.devserver.decoders.bundles import Bundle, bundles
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64, from_base64url
from session_inspector.devserver.decoders.evidence import Unverified
from session_inspector.devserver.decoders.traits import Traits

SHORTEST = 64
"""Bytes of a sealed session."""
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{86,}={0,2}")


class OpaqueDecoder:
    """A decoder of one issuer's sealed sessions; a subclass says which they are."""

    name = ""
    traits = Traits()
    format_name = ""
    why = ""
    reason = ""
    rule: ChunkRule | None = None
    notes: tuple[str, ...] = ()

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim sealed bytes under the issuer's own name."""
        return strongest(self._claim_bundle(one) for one in self._bundles(cookies))

    def decode(self, material: Material) -> Decoded:
        """Return what is known without the issuer's key. Raises: DecodeError (chunk_gap)."""
        bundle = choose(self._bundles(material.cookies), self._claim_bundle)
        if bundle.gap:
            raise DecodeError(bundle.gap, code="chunk_gap")
        return Decoded(
            format=self.format_name,
            cookies=tuple(bundle.names),
            payload={"bytes": len(_read(bundle.value) or b"")},
            unverified=Unverified("no_key", self.reason),
            size=bundle.size,
            notes=self.notes,
        )

    def _bundles(self, cookies: CookieGroup) -> list[Bundle]:
        if self.rule is None:
            return bundles(cookies)
        return bundles(cookies, self.rule)

    def _claim_bundle(self, bundle: Bundle) -> Claim | None:
        name = bundle.name
        if self.rule is not None and not bundle.parts:
            return NOT_MINE
        if name not in self.traits.cookie_names or _read(bundle.value) is None:
            return NOT_MINE
        return looks_like(self.why)


def _read(value: str) -> bytes | None:
    """Return sealed bytes, None for a value that is too short or no base64."""
    if not BASE64.fullmatch(value):
        return None
    raw = from_base64url(value)
    if raw is None:
        raw = from_base64(value)
    if raw is None or len(raw) < SHORTEST:
        return None
    return raw
