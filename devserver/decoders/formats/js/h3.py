"""h3, and what is built on it (Nitro, Nuxt, nuxt-auth-utils): Fe26.2 seals, in chunks where long.

h3 2 derives each key with 8192 rounds, h3 1 with one; h3 2 reads both. The seal has an end, and so
has the session inside: `createdAt` + maxAge. Each write moves the seal's end, and never createdAt.
The Expires of the cookie is createdAt + maxAge too, so that a line shows the end that counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.cookies.chunk_rules import H3
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
)
from session_inspector.devserver.decoders.bundles import (
    Bundle,
    bundles,
    open_bundle,
    open_lone,
    split_value,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.codecs.iron import (
    FEW,
    MANY,
    PREFIX,
    SKEW,
    Seal,
    is_seal,
    make_seal,
    split_seal,
)
from session_inspector.devserver.decoders.codecs.json_text import compact_json
from session_inspector.devserver.decoders.formats.js.iron import describe_end, open_seal
from session_inspector.devserver.decoders.traits import Traits

NAMES = ("h3", "nuxt-session")
STARTS = (f"{PREFIX}*", H3.head)
SEAL_END = "the seal's end"
AGE_END = "createdAt + --max-age"
MEMBERS = frozenset({"id", "createdAt", "data"})


class H3Decoder:
    """h3, nuxt-session: Fe26.2 seals of {id, createdAt, data}."""

    name = "h3"
    traits = Traits(
        json="strict", reads="first", cookie_names=NAMES, chunks=H3, is_line_end_obeyed=True
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a seal without iron-session's mark, and chunks that a head announces."""
        if not any(value.startswith(STARTS) for value in cookies.values()):
            return NOT_MINE
        return strongest(map(_claim_bundle, bundles(cookies, H3)))

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        found = choose(bundles(material.cookies, H3), _claim_bundle)
        if _has_lost_head(found):
            lone = open_lone(found.parts, lambda value: _open_value(found, value, material))
            if lone is not None:
                return lone
            raise DecodeError(
                f"{found.name} is missing: it announces how many chunks there are"
                " (__chunked__N), and h3 reads none without it",
                code="chunk_gap",
            )
        return open_bundle(found, lambda value: _open_value(found, value, material))

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session."""
        value = make_seal(
            compact_json(found.payload),
            secrets[0],
            ends=found.expires,
            password_id=str(found.header.get("password_id") or ""),
            rounds=_rounds_of(found),
        )
        if _rounds_of(found) == FEW:
            return {found.cookies[0]: value}  # h3 1 cuts nothing
        return split_value(found.cookies, value, H3)


def _rounds_of(found: Decoded) -> int:
    if found.header.get("version") == 1:
        return FEW
    return MANY


def _claim_bundle(bundle: Bundle) -> Claim | None:
    if bundle.rule is None and not _is_mine(bundle.value):
        return NOT_MINE
    if bundle.rule is not None and not _is_announced(bundle) and not is_seal(bundle.value):
        return NOT_MINE
    if _has_lost_head(bundle):
        return looks_like("the chunks of a seal, numbered from 1, without their head", 1.1)
    if bundle.rule is not None:
        return looks_like("__chunked__N, and chunks that are numbered from 1", 1.2)
    if bundle.name in NAMES:
        return looks_like(f"it starts with {PREFIX}*, without ~2, and is named {bundle.name}")
    return looks_like(f"it starts with {PREFIX}*, without ~2, as h3's seals do", 0.95)


def _is_announced(bundle: Bundle) -> bool:
    return bundle.names[0] == bundle.name


def _has_lost_head(bundle: Bundle) -> bool:
    return bundle.rule is not None and not _is_announced(bundle)


def _is_mine(value: str) -> bool:
    return is_seal(value) and "~" not in value


def _open_value(bundle: Bundle, value: str, material: Material) -> Decoded:
    seal = split_seal(value)
    payload, index = open_seal(seal, material, FEW, MANY)
    if not payload.keys() >= MEMBERS:
        raise DecodeError(
            "it opens, and holds no id, createdAt and data as h3's sessions do",
            code="not_a_session",
        )
    version = _find_version(seal, material.secrets[index])
    created = _read_milliseconds(payload, "createdAt")
    seen = _read_milliseconds(payload, "lastSeenAt")
    ends, rule = _find_end(seal, created, material)
    return Decoded(
        format=f"h3 {version}",
        cookies=bundle.names,
        header={"password_id": seal.password_id, "version": version},
        payload=payload,
        key_index=index,
        size=bundle.size,
        issued=created,
        updated=seen,
        notes=(*describe_end(seal), *_describe_version(version)),
    ).with_end(ends, rule, material.now, SKEW if rule == SEAL_END else 0)


def _find_version(seal: Seal, password: str) -> int:
    """Return which h3 sealed it: 1 derives with one round. The derivation is remembered."""
    if seal.unseal(password, FEW) is not None:
        return 1
    return 2


def _describe_version(version: int) -> tuple[str, ...]:
    if version == 1:
        return ("sealed by h3 1: h3 2 reads it, and seals it anew with 8192 rounds",)
    return ()


def _find_end(
    seal: Seal, created: Seconds | None, material: Material
) -> tuple[Seconds | None, str]:
    """Return the earlier of the seal's end and the application's maxAge, and its rule."""
    limit = material.max_age
    ends = seal.ends
    if created is None or limit is None or limit == "default":
        return ends, SEAL_END
    if ends is not None and ends <= created + limit:
        return ends, SEAL_END
    return created + limit, AGE_END


def _read_milliseconds(payload: JsonObject, name: str) -> Seconds | None:
    found = to_number(payload.get(name))
    if found is None:
        return None
    return found / 1000
