"""What cookies are: which format, who, what is inside, which clock ends it, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from session_inspector.devserver.attach.traffic.equal_names import (
    EqualCookies,
    first_of_each,
    read_jar,
)
from session_inspector.devserver.cookies.chunk_rules import find_left_over
from session_inspector.devserver.cookies.jar import Pairs, find_repeated
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Seconds, Secret, ShownObject, mask_object
from session_inspector.devserver.decoders.base import (
    Decoded,
    Decoder,
    Material,
    MaxAge,
)
from session_inspector.devserver.decoders.claims import NO_WEIGHT
from session_inspector.devserver.decoders.codecs.jwe import header_of
from session_inspector.devserver.decoders.finding import Attempt
from session_inspector.devserver.decoders.registry import (
    MOST_COOKIES,
    chunk_rules,
    refuse_many,
)
from session_inspector.devserver.decoders.subject import find_subject
from session_inspector.devserver.decoders.token_parts import is_public
from session_inspector.inspector.decode.clocks import (
    EndTime,
    describe_assumed,
    describe_disagreement,
    describe_forgotten,
    describe_unknown_age,
    find_clocks,
    find_first_end,
    find_writing,
)
from session_inspector.inspector.decode.equal_names import describe_equal, find_rules
from session_inspector.inspector.decode.looking import look_into_paste, open_others
from session_inspector.inspector.decode.parts import (
    Part,
    describe_parts,
    describe_unlisted,
)
from session_inspector.inspector.decode.paste import Pasted, PastedCookie, read_sent_pairs
from session_inspector.inspector.decode.secrets import NO_KEYS, FoundKeys, FoundSecret
from session_inspector.inspector.decode.verdicts import (
    Verdict,
    code_of_found,
    judge_error,
    judge_found,
    name_problem,
    reason_of_found,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is known of the session cookies of one site."""

    pasted: Pasted
    verdict: Verdict
    is_verified: bool
    """True: a secret, a key or a row proves what it is."""
    problem: str
    """`expired`, `not_yet`: what its server refuses it for, verified or not."""
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
    candidates: tuple[Attempt, ...]
    """The families that they could be of by structure, the strongest claim first."""
    parts: tuple[Part, ...]
    others: tuple[str, ...] = ()
    """What else of the same site opens: `nextjs-auth0 v4 (transaction): __txn_…`."""
    equal: tuple[EqualCookies, ...] = ()
    """Names that come more than once, and which one their server reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to examine cookies with."""

    decoders: Sequence[Decoder]
    secrets: Sequence[FoundSecret] = ()
    keys: FoundKeys = NO_KEYS
    salts: Sequence[str] = ()
    max_age: MaxAge = "default"
    rows: Mapping[str, bytes] | None = None


def examine(pasted: Pasted, question: Question, now: Seconds) -> Report:
    """Return the report of one site's cookies, as their server reads them; it never raises."""
    pairs = read_sent_pairs(pasted.cookies)
    if len(pairs) > MOST_COOKIES:
        return _report_refused(pasted, refuse_many(len(pairs)), ())
    repeated = find_repeated(pairs)
    if not repeated:
        return _examine_jar(pasted, dict(pairs), question, now)
    return _examine_repeated(pasted, pairs, repeated, question, now)


def _examine_repeated(
    pasted: Pasted,
    pairs: Pairs,
    repeated: Mapping[str, tuple[str, ...]],
    question: Question,
    now: Seconds,
) -> Report:
    """Return the report of cookies with equal names, with what the other ones are."""
    jars = [first_of_each(pairs), dict(pairs)]
    reports = [_examine_jar(pasted, jar, question, now) for jar in jars]
    opened = [report.found for report in reports if report.found is not None]
    equal = find_rules(question.decoders, repeated, opened)
    jar = read_jar(pairs, equal)
    if jar in jars:
        taken = jars.index(jar)
        report = reports[taken]
        other = reports[1 - taken].verdict
    else:
        report = _examine_jar(pasted, jar, question, now)
        other = report.verdict
    notes = [describe_equal(one, other if other != report.verdict else None) for one in equal]
    return replace(report, notes=(*notes, *report.notes), equal=equal)


def _examine_jar(
    pasted: Pasted, jar: Mapping[str, str], question: Question, now: Seconds
) -> Report:
    """Return the report of some cookies by name."""
    material = Material(
        cookies=jar,
        secrets=[secret.text for secret in question.secrets],
        keys=question.keys.keys,
        salts=question.salts,
        now=now,
        max_age=question.max_age,
        rows=question.rows or {},
    )
    try:
        finding = look_into_paste(question.decoders, material)
    except DecodeError as error:
        return _report_refused(pasted, error, ())
    try:
        found = finding.take()
    except DecodeError as error:
        return _report_refused(pasted, error, finding.possible)
    report = _report_opened(pasted, found, jar, question, now)
    others = open_others(question.decoders, material, found)
    return replace(report, candidates=finding.possible, others=others)


def weigh_report(report: Report) -> tuple[bool, bool, tuple[bool, float]]:
    """Return what orders reports: what is proved is above what is read, and that above likeness."""
    claim = NO_WEIGHT
    if report.candidates:
        claim = report.candidates[0].claim.weight
    return report.is_verified, report.found is not None, claim


def _report_opened(
    pasted: Pasted, found: Decoded, jar: Mapping[str, str], question: Question, now: Seconds
) -> Report:
    names = (*found.cookies, "")
    read = [cookie for cookie in pasted.cookies if jar.get(cookie.name) == cookie.value]
    mine = [cookie for cookie in read if cookie.name in names]
    clocks = find_clocks(found, mine)
    return Report(
        pasted=pasted,
        verdict=judge_found(found),
        is_verified=found.is_verified,
        problem=name_problem(found),
        code=code_of_found(found),
        reason=reason_of_found(found),
        found=found,
        payload=mask_payload(found),
        who=find_subject(found.payload),
        opened_by=describe_opener(found, question),
        clocks=clocks,
        first=find_first_end(clocks),
        notes=_write_notes(pasted, found, question, clocks, mine, now),
        candidates=(),
        parts=describe_parts(mine, pasted.origin),
    )


def describe_opener(found: Decoded, question: Question) -> str:
    """Return where the secret or the key was that proved it, empty when none did."""
    if found.key_index is not None and found.key_index < len(question.secrets):
        return question.secrets[found.key_index].source
    if found.is_verified and is_public(str(found.header.get("alg"))):
        return question.keys.source
    return ""


def _write_notes(
    pasted: Pasted,
    found: Decoded,
    question: Question,
    clocks: Sequence[EndTime],
    mine: Sequence[PastedCookie],
    now: Seconds,
) -> tuple[str, ...]:
    notes = [
        _describe_key(found, question.secrets),
        *found.notes,
        _describe_left_over(pasted, found, question.decoders),
        describe_assumed(found, clocks),
        describe_disagreement(clocks),
        describe_forgotten(clocks, now),
        describe_unknown_age(mine, find_writing(found)),
    ]
    return tuple(note for note in notes if note)


def _describe_key(found: Decoded, secrets: Sequence[FoundSecret]) -> str:
    """Return which older secret opened it, empty for the current one."""
    if not found.key_index or not secrets:
        return ""
    source = secrets[found.key_index].source
    return f"an older secret opened it: number {found.key_index + 1}, {source}"


def _report_refused(pasted: Pasted, error: DecodeError, candidates: tuple[Attempt, ...]) -> Report:
    is_bare = any(not cookie.name for cookie in pasted.cookies)
    payload = error.payload or {}
    clocks = _read_header_clocks(pasted)
    notes = [describe_unlisted(pasted.cookies)]
    if clocks:
        notes.append("its header is readable without a secret")
    return Report(
        pasted=pasted,
        verdict=judge_error(error, is_bare=is_bare),
        is_verified=False,
        problem="",
        code=error.code,
        reason=error.message,
        found=None,
        payload=mask_object(payload),
        who=find_subject(payload),
        opened_by="",
        clocks=clocks,
        first=find_first_end(clocks),
        notes=tuple(note for note in notes if note),
        candidates=candidates,
        parts=describe_parts(pasted.cookies, pasted.origin),
    )


def _read_header_clocks(pasted: Pasted) -> tuple[EndTime, ...]:
    """Return the end that a JWE has in its header, as express-openid-connect's do."""
    for cookie in pasted.cookies:
        ends = to_number((header_of(cookie.value) or {}).get("exp"))
        if ends is not None:
            return (EndTime(name="exp in its header", at=ends, ends_session=True),)
    return ()


def mask_payload(found: Decoded) -> ShownObject:
    """Return the content with every credential wrapped in Secret, a session's id too."""
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
