"""What cookies are: which format, who, what is inside, which clock ends it, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from session_inspector.devserver.cookies.browsers import Keeping, judge_browsers
from session_inspector.devserver.cookies.chunk_rules import find_left_over
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Seconds, Secret, ShownObject, mask_object
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Decoder,
    Material,
    MaxAge,
)
from session_inspector.devserver.decoders.codecs.jwe import header_of
from session_inspector.devserver.decoders.registry import chunk_rules, open_cookies, recognise
from session_inspector.devserver.decoders.subject import find_subject
from session_inspector.inspector.decode.clocks import (
    EndTime,
    describe_disagreement,
    find_clocks,
    find_first_end,
)
from session_inspector.inspector.decode.paste import Pasted, PastedCookie, to_jar
from session_inspector.inspector.decode.secrets import FoundSecret

Verdict: TypeAlias = Literal["valid", "expired", "unverified", "wrong secret", "damaged", "unknown"]
SECRETS = frozenset({"no_secret", "wrong_secret", "ERR_JWE_DECRYPTION_FAILED"})
DAMAGES = frozenset(
    {"tampered", "truncated", "chunk_gap", "orphan_chunks", "wrong_name", "ERR_JWE_INVALID"}
)
BARE_NAME = "__session"
"""The name that a bare value is tried under first, and that stands for any other."""
CLEAR = 0.3
"""Likeness from which a further cookie of the same paste counts as a session of its own."""
MOST = 8


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
    clocks: tuple[EndTime, ...]
    first: EndTime | None
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
    jar = dict(to_jar(pasted.cookies).items())
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
        found = _open_pasted(question.decoders, material)
    except DecodeError as error:
        return _report_refused(pasted, error, candidates)
    report = _report_opened(pasted, found, question, now)
    others = _open_others(question.decoders, material, found)
    return replace(report, candidates=candidates, others=others)


def _open_pasted(decoders: Sequence[Decoder], material: Material) -> Decoded:
    """Open the cookies; a bare value under the names its format may have had."""
    if "" not in material.cookies:
        return open_cookies(decoders, material)
    value = material.cookies[""]
    named = {name: text for name, text in material.cookies.items() if name}
    errors: list[DecodeError] = []
    for name in _possible_names(decoders, value):
        try:
            return open_cookies(decoders, replace(material, cookies={name: value, **named}))
        except DecodeError as error:
            errors.append(error)
    unlike = [error for error in errors if error.code != "wrong_name"]
    raise (unlike or errors)[0]


def _possible_names(decoders: Sequence[Decoder], value: str) -> list[str]:
    """Return the names to try a bare value under: those of the formats it looks like."""
    names = [BARE_NAME]
    for decoder in decoders:
        for name in decoder.traits.cookie_names:
            if decoder.likeness({name: value}) >= 0:
                names.append(name)
    return list(dict.fromkeys(names))


def _open_others(
    decoders: Sequence[Decoder], material: Material, found: Decoded
) -> tuple[str, ...]:
    """Return what the rest of the cookies hold, as far as the same secrets open it."""
    rest = _cookies_without(material.cookies, found)
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
        rest = _cookies_without(rest, other)
    return tuple(lines)


def _cookies_without(cookies: CookieGroup, found: Decoded) -> dict[str, str]:
    """Return the cookies with a name that are no part of a session."""
    return {name: v for name, v in cookies.items() if name and name not in found.cookies}


def _report_opened(pasted: Pasted, found: Decoded, question: Question, now: Seconds) -> Report:
    mine = [cookie for cookie in pasted.cookies if cookie.name in (*found.cookies, "")]
    clocks = find_clocks(found, mine, now)
    opened_by = ""
    if question.secrets:
        opened_by = question.secrets[found.key_index].source
    return Report(
        pasted=pasted,
        verdict="expired" if found.problem else "valid",
        code=found.problem,
        reason=found.reason,
        found=found,
        payload=_mask_payload(found),
        who=find_subject(found.payload),
        opened_by=opened_by,
        clocks=clocks,
        first=find_first_end(clocks),
        notes=_write_notes(pasted, found, question, clocks),
        candidates=(),
        parts=tuple(_describe_part(cookie, pasted.origin) for cookie in mine),
    )


def _write_notes(
    pasted: Pasted, found: Decoded, question: Question, clocks: Sequence[EndTime]
) -> tuple[str, ...]:
    notes = [
        _describe_key(found, question.secrets),
        *found.notes,
        _describe_left_over(pasted, found, question.decoders),
        describe_disagreement(clocks),
    ]
    return tuple(note for note in notes if note)


def _describe_key(found: Decoded, secrets: Sequence[FoundSecret]) -> str:
    """Return which older secret opened it, empty for the current one."""
    if not found.key_index or not secrets:
        return ""
    source = secrets[found.key_index].source
    return f"an older secret opened it: number {found.key_index + 1}, {source}"


def _report_refused(
    pasted: Pasted, error: DecodeError, candidates: tuple[tuple[str, float], ...]
) -> Report:
    verdict: Verdict = "unknown"
    if error.code in SECRETS:
        verdict = "wrong secret"
    elif error.code in DAMAGES:
        verdict = "damaged"
    payload = error.payload or {}
    clocks = _read_header_clocks(pasted)
    notes: tuple[str, ...] = ()
    if clocks:
        notes = ("its header is readable without a secret",)
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
        first=find_first_end(clocks),
        notes=notes,
        candidates=candidates,
        parts=tuple(_describe_part(cookie, pasted.origin) for cookie in pasted.cookies),
    )


def _read_header_clocks(pasted: Pasted) -> tuple[EndTime, ...]:
    """Return the end that a JWE has in its header, as express-openid-connect's do."""
    for cookie in pasted.cookies:
        ends = to_number((header_of(cookie.value) or {}).get("exp"))
        if ends is not None:
            return (EndTime(name="exp in its header", at=ends, ends_session=True),)
    return ()


def _mask_payload(found: Decoded) -> ShownObject:
    shown = mask_object(found.payload)
    if found.session_id and shown.get("id") == found.session_id:
        shown["id"] = Secret.of(found.session_id)
    return shown


def _describe_left_over(pasted: Pasted, found: Decoded, decoders: Sequence[Decoder]) -> str:
    """Return a sentence for chunks of the same name that are no part of the session."""
    names = [cookie.name for cookie in pasted.cookies if not cookie.line.is_deletion]
    lost = find_left_over(found.cookies, names, chunk_rules(decoders))
    if not lost:
        return ""
    return f"left over, no part of the session: {', '.join(lost)}. They cost bytes in each request"


def _describe_part(cookie: PastedCookie, origin: str) -> Part:
    line = cookie.line
    return Part(
        name=cookie.name,
        size=len(line.name.encode("utf-8", "replace")) + len(line.value.encode("utf-8", "replace")),
        browsers=judge_browsers(line, origin, is_whole=cookie.is_whole),
    )
