"""What a store's row is: whose, what is inside, and which end its framework obeys.

A row has no seal that proves its framework: it looks like the layout that reads it. Django's rows
are signed, and are the exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch

from session_inspector.devserver.attach.layouts import (
    LAYOUTS,
    foreign_row,
    is_ours,
)
from session_inspector.devserver.attach.row_content import (
    ForeignRow,
    RowContent,
    refused_content,
)
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject, Seconds, mask_object
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.claims import looks_like
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.evidence import NO_SECRET
from session_inspector.devserver.decoders.finding import Attempt
from session_inspector.devserver.decoders.no_json import CODE as NOT_JSON
from session_inspector.devserver.decoders.no_json import check_row
from session_inspector.devserver.decoders.subject import find_subject
from session_inspector.devserver.stores.querying.sampling import OURS
from session_inspector.inspector.decode.clocks import EndTime, find_first_end
from session_inspector.inspector.decode.paste import Pasted, PastedRow
from session_inspector.inspector.decode.report import Question, Report
from session_inspector.inspector.decode.verdicts import Verdict
from session_inspector.inspector.model.words.text import round_duration

NO_SEAL = "it is a row of a store, which has no seal: whoever writes there decides what is in it"
UNKNOWN_ROW = (
    "it is a row of no known layout. Fix: give the row with its key and its end, as the client"
    " prints them"
)
NOT_OPENED = ("wrong_secret", "no_secret", "unsafe_serialisation", NOT_JSON)
"""Codes of a row that is of a layout, and is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """A row, and whose it is."""

    name: str
    row: ForeignRow
    error: DecodeError | None = None
    """Why it is not read."""


def examine_row(pasted: Pasted, row: PastedRow, question: Question, now: Seconds) -> Report:
    """Return the report of one row; it never raises."""
    material = Material(
        cookies={},
        secrets=[secret.text for secret in question.secrets],
        now=now,
        max_age=question.max_age,
    )
    raw = RawRow(key=row.key, value=row.value, expires=row.expires)
    found = _read_row(raw, row.layout, material)
    if found is None:
        return _report(pasted, "unknown", "not_a_session", UNKNOWN_ROW)
    clocks = tuple(_clocks_of(found.row))
    verdict, code, reason = _judge(found, question)
    ends = found.row.expires
    problem = ""
    if ends is not None and ends <= now:
        over = f"its framework refuses it since {round_duration(now - ends)}"
        reason = f"{reason}; {over}".lstrip("; ")
        problem = "expired"
        if verdict == "valid":
            verdict = "expired"
            code = "expired"
    return _report(
        pasted,
        verdict,
        code,
        reason,
        problem=problem,
        name=found.name,
        row=found.row,
        clocks=clocks,
    )


def _judge(found: FoundRow, question: Question) -> tuple[Verdict, str, str]:
    """Return verdict, code and reason of a row, whatever its clocks say."""
    content = found.row.content
    if found.error is not None and found.error.code == "wrong_secret":
        if not question.secrets:
            return "unverified", NO_SECRET.code, found.error.message
        return "wrong secret", found.error.code, found.error.message
    if found.error is not None and found.error.code == NOT_JSON:
        return "damaged", NOT_JSON, content.refused
    if not content.is_signed:
        return "unverified", "no_seal", NO_SEAL
    if content.is_verified:
        return "valid", "", ""
    return "unverified", NO_SECRET.code, NO_SECRET.reason


def _read_row(raw: RawRow, hint: str, material: Material) -> FoundRow | None:
    """Return whose row it is, and what is in it; None: no layout reads it."""
    data = parse_object(raw.value)
    if is_ours(raw) and data is not None:
        return _read_ours(raw, data)
    for layout in _likely_layouts(raw, hint):
        problem = None
        try:
            layout.read(raw, material)
        except DecodeError as error:
            if error.code not in NOT_OPENED:
                continue
            problem = error
        row = foreign_row(raw, layout, material)
        return FoundRow(name=layout.name, row=row, error=problem)
    return None


def _read_ours(raw: RawRow, data: JsonObject) -> FoundRow:
    problem = None
    content = RowContent(data=data)
    try:
        check_row(data, "strict")
    except DecodeError as error:
        problem = error
        content = refused_content(error)
    row = ForeignRow(key=raw.key, content=content, size=len(raw.value), store_expires=raw.expires)
    return FoundRow(name=OURS, row=row, error=problem)


def _likely_layouts(raw: RawRow, hint: str) -> Iterator[RowLayout]:
    """Yield the layouts of a row's columns or key; without either those that know their own."""
    named = [layout for layout in LAYOUTS if layout.name == hint]
    if named:
        yield from named
        return
    for layout in LAYOUTS:
        if raw.key and any(fnmatch(raw.key, pattern) for pattern in layout.places.redis):
            yield layout
    for layout in LAYOUTS:
        if layout.may_be(raw):
            yield layout


def _clocks_of(row: ForeignRow) -> Iterator[EndTime]:
    if row.store_expires is not None:
        yield EndTime(
            name="the store's end", at=row.store_expires, ends_session=row.is_store_obeyed
        )
    for end in row.content.ends:
        yield EndTime(name=end.where, at=end.at, ends_session=end.is_obeyed)


def _report(
    pasted: Pasted,
    verdict: Verdict,
    code: str,
    reason: str,
    *,
    problem: str = "",
    name: str = "",
    row: ForeignRow | None = None,
    clocks: tuple[EndTime, ...] = (),
) -> Report:
    data = row.content.data if row else {}
    notes = [row.content.note] if row and row.content.note else []
    if row and row.store_expires is None:
        notes.append("the store's own end of it was not given (redis-cli: PTTL key)")
    candidates: tuple[Attempt, ...] = ()
    if name:
        claim = looks_like(f"its members are those that {name} writes")
        candidates = (Attempt(family=f"a row of {name}", claim=claim),)
    return Report(
        pasted=pasted,
        verdict=verdict,
        is_verified=verdict in ("valid", "expired"),
        problem=problem,
        code=code,
        reason=reason,
        found=None,
        payload=mask_object(data),
        who=find_subject(data),
        opened_by="",
        clocks=clocks,
        first=find_first_end(clocks),
        notes=tuple(notes),
        candidates=candidates,
        parts=(),
    )
