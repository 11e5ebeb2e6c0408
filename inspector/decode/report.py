"""What cookies are: which format, who, what is inside, which clock ends it, and why not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from session_inspector.devserver.cookies.browsers import Keeping, keepings
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Seconds, Secret, ShownObject, mask_object
from session_inspector.devserver.decoders.base import Decoded, Decoder, Material, MaxAge
from session_inspector.devserver.decoders.codecs.jwe import header_of
from session_inspector.devserver.decoders.registry import open_cookies, recognise
from session_inspector.devserver.decoders.subject import find_subject
from session_inspector.inspector.decode.clocks import Clock, clocks_of, disagreement, first_end
from session_inspector.inspector.decode.paste import Pasted, Seen, as_jar
from session_inspector.inspector.decode.secrets import FoundSecret

Verdict: TypeAlias = Literal["valid", "expired", "wrong secret", "damaged", "unknown"]
SECRETS = frozenset({"no_secret", "wrong_secret", "ERR_JWE_DECRYPTION_FAILED"})
DAMAGES = frozenset(
    {"tampered", "truncated", "chunk_gap", "orphan_chunks", "wrong_name", "ERR_JWE_INVALID"}
)
NAMELESS = (
    "__session",
    "appSession",
    "authjs.session-token",
    "__Secure-authjs.session-token",
    "_oauth2_proxy",
    "session",
    "laravel_session",
    "_app_session",
)
"""Names a bare value is tried under: some formats bind the name into the key."""
CLEAR = 0.3
"""Likeness from which a further cookie of the same paste counts as a session of its own."""
MOST = 8
_CHUNK = re.compile(r"(?:\.|__|_)[0-9]{1,3}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One cookie of the session."""

    name: str
    size: int
    """Bytes of name and value."""
    browsers: tuple[Keeping, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is known of the session cookies of one site."""

    pasted: Pasted
    verdict: Verdict
    code: str
    """Stable; empty for a valid one."""
    reason: str
    """Why not, in a sentence; empty for a valid one."""
    found: Decoded | None
    payload: ShownObject
    """The content with every credential masked."""
    who: str
    opened_by: str
    """Where the secret was that opened it; empty when none was needed."""
    clocks: tuple[Clock, ...]
    first: Clock | None
    notes: tuple[str, ...]
    candidates: tuple[tuple[str, float], ...]
    """(format, likeness) by shape alone."""
    parts: tuple[Part, ...]
    others: tuple[str, ...] = ()
    """What else of the same site opens: `nextjs-auth0 v4 (transaction): __txn_…`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to examine cookies with."""

    decoders: Sequence[Decoder]
    secrets: Sequence[FoundSecret] = ()
    salts: Sequence[str] = ()
    max_age: MaxAge = "default"
    rows: Mapping[str, bytes] | None = None


def examine(pasted: Pasted, question: Question, now: Seconds) -> Report:
    """Return the report of one site's cookies; it never raises."""
    jar = dict(as_jar(pasted.cookies).items())
    material = Material(
        cookies=jar,
        secrets=[secret.text for secret in question.secrets],
        salts=question.salts,
        now=now,
        max_age=question.max_age,
        rows=question.rows or {},
    )
    candidates = tuple(recognise(question.decoders, jar))
    try:
        found = _opened(question.decoders, material)
    except DecodeError as error:
        return _refused(pasted, error, candidates)
    others = _others(question.decoders, material, found)
    return replace(_reported(pasted, found, question, now), candidates=candidates, others=others)


def _opened(decoders: Sequence[Decoder], material: Material) -> Decoded:
    """Open the cookies; a bare value under the names its format may have had."""
    if "" not in material.cookies:
        return open_cookies(decoders, material)
    errors: list[DecodeError] = []
    for name in NAMELESS:
        jar = {name: material.cookies[""], **{n: v for n, v in material.cookies.items() if n}}
        try:
            return open_cookies(decoders, replace(material, cookies=jar))
        except DecodeError as error:
            errors.append(error)
    unlike = [error for error in errors if error.code != "wrong_name"]
    raise (unlike or errors)[0]


def _others(decoders: Sequence[Decoder], material: Material, found: Decoded) -> tuple[str, ...]:
    """Return what the rest of the cookies hold, as far as the same secrets open it."""
    rest = {n: v for n, v in material.cookies.items() if n and n not in found.cookies}
    lines: list[str] = []
    while rest and len(lines) < MOST:
        rated = recognise(decoders, rest)
        if not rated or rated[0][1] < CLEAR:
            break
        try:
            other = open_cookies(decoders, replace(material, cookies=rest))
        except DecodeError:
            break
        lines.append(f"{other.format}: {', '.join(other.cookies)}")
        rest = {n: v for n, v in rest.items() if n not in other.cookies}
    return tuple(lines)


def _reported(pasted: Pasted, found: Decoded, question: Question, now: Seconds) -> Report:
    mine = [cookie for cookie in pasted.cookies if cookie.name in (*found.cookies, "")]
    clocks = clocks_of(found, mine, now)
    secret = question.secrets[found.key_index] if question.secrets else None
    notes = [*found.notes, *_leftovers(pasted, found), *filter(None, [disagreement(clocks)])]
    if found.key_index and secret:
        notes.insert(0, f"an older secret opened it: number {found.key_index + 1}, {secret.source}")
    return Report(
        pasted=pasted,
        verdict="expired" if found.problem else "valid",
        code=found.problem,
        reason=found.reason,
        found=found,
        payload=_masked(found),
        who=find_subject(found.payload),
        opened_by=secret.source if secret else "",
        clocks=clocks,
        first=first_end(clocks),
        notes=tuple(notes),
        candidates=(),
        parts=tuple(_part(cookie, pasted.origin) for cookie in mine),
    )


def _refused(
    pasted: Pasted, error: DecodeError, candidates: tuple[tuple[str, float], ...]
) -> Report:
    verdict: Verdict = "unknown"
    if error.code in SECRETS:
        verdict = "wrong secret"
    elif error.code in DAMAGES:
        verdict = "damaged"
    payload = error.payload or {}
    clocks = _readable(pasted)
    return Report(
        pasted=pasted,
        verdict=verdict,
        code=error.code,
        reason=error.message,
        found=None,
        payload=mask_object(payload),
        who=find_subject(payload),
        opened_by="",
        clocks=clocks,
        first=first_end(clocks),
        notes=("its header is readable without a secret",) if clocks else (),
        candidates=candidates,
        parts=tuple(_part(cookie, pasted.origin) for cookie in pasted.cookies),
    )


def _readable(pasted: Pasted) -> tuple[Clock, ...]:
    """Return the end that a JWE tells in its header, as express-openid-connect's do."""
    for cookie in pasted.cookies:
        ends = to_number((header_of(cookie.value) or {}).get("exp"))
        if ends is not None:
            return (Clock(name="exp in its header", at=ends, ends_session=True),)
    return ()


def _masked(found: Decoded) -> ShownObject:
    shown = mask_object(found.payload)
    if found.session_id and shown.get("id") == found.session_id:
        shown["id"] = Secret.of(found.session_id)
    return shown


def _leftovers(pasted: Pasted, found: Decoded) -> list[str]:
    """Return a sentence for chunks of the same name that are no part of the session."""
    bases = {_CHUNK.sub("", name) for name in found.cookies}
    lost = [
        cookie.name
        for cookie in pasted.cookies
        if cookie.name not in found.cookies
        and any(_CHUNK.fullmatch(cookie.name.removeprefix(base)) for base in bases)
        and not cookie.line.is_deletion
    ]
    if not lost:
        return []
    return [
        f"left over, no part of the session: {', '.join(lost)}. They cost bytes in each request"
    ]


def _part(cookie: Seen, origin: str) -> Part:
    line = cookie.line
    return Part(
        name=cookie.name,
        size=len(line.name.encode()) + len(line.value.encode("utf-8", "replace")),
        browsers=keepings(line, origin, is_whole=cookie.is_whole),
    )
