"""What a store's row is: whose, what is inside, and which end its framework obeys.

A row has no seal that proves its framework: it looks like the layout that reads it. Django's rows
are signed, and are the exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch

from session_inspector.devserver.attach.layouts import (
    LAYOUTS,
    OURS,
    foreign_row,
    is_ours,
)
from session_inspector.devserver.attach.row_content import ForeignRow, RowContent
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Seconds, mask_object
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.claims import looks_like
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.finding import Attempt
from session_inspector.devserver.decoders.subject import find_subject
from session_inspector.inspector.decode.clocks import EndTime, find_first_end
from session_inspector.inspector.decode.paste import Pasted, PastedRow
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.verdicts import Verdict
from session_inspector.inspector.model.words.text import round_duration

NO_SEAL = "it is a row of a store, which has no seal: whoever writes there decides what is in it"
UNKNOWN_ROW = (
    "it is a row of no known layout. Fix: give the row with its key and its end, as the client"
    " prints them"
)
BY_KEY_ALONE = frozenset({"flask-session", "authjs", "better-auth"})
"""Layouts that would read almost anything: only their own key or columns tell of them."""


def examine_pasted(pasted: Pasted, question: Question, now: Seconds) -> list[Report]:
    """Return the report of a site's cookies, or one of each row; it never raises."""
    if not pasted.rows:
        return [examine(pasted, question, now)]
    return [_examine_row(pasted, row, question, now) for row in pasted.rows]


def _examine_row(pasted: Pasted, row: PastedRow, question: Question, now: Seconds) -> Report:
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
    name, read = found
    clocks = tuple(_clocks_of(read))
    verdict: Verdict = "unverified"
    if read.content.created is not None and name == "django":
        verdict = "valid"  # its signature was checked: only then the stamp is read
    ends = read.expires
    reason = ""
    problem = ""
    if verdict == "unverified":
        reason = NO_SEAL
    if ends is not None and ends <= now:
        over = f"its framework refuses it since {round_duration(now - ends)}"
        reason = f"{reason}; {over}".lstrip("; ")
        problem = "expired"
        if verdict == "valid":
            verdict = "expired"
    return _report(
        pasted,
        verdict,
        _code_of(verdict),
        reason,
        problem=problem,
        name=name,
        row=read,
        clocks=clocks,
    )


def _code_of(verdict: Verdict) -> str:
    if verdict == "unverified":
        return "no_seal"
    if verdict == "expired":
        return "expired"
    return ""


def _read_row(raw: RawRow, hint: str, material: Material) -> tuple[str, ForeignRow] | None:
    """Return whose row it is, and what is in it; None: no layout reads it."""
    data = parse_object(raw.value)
    if is_ours(raw) and data is not None:
        row = ForeignRow(
            key=raw.key,
            content=RowContent(data=data),
            size=len(raw.value),
            store_expires=raw.expires,
        )
        return OURS, row
    for layout in _likely_layouts(raw.key, hint):
        try:
            content = layout.parse(raw, material)
        except DecodeError as error:
            if error.code not in ("wrong_secret", "no_secret", "unsafe_serialisation"):
                continue
        else:
            is_guessed = data is not None and not hint and not raw.key
            if is_guessed and not _has_own_members(layout, content):
                continue
        return layout.name, foreign_row(raw, layout, material)
    return None


def _has_own_members(layout: RowLayout, content: RowContent) -> bool:
    """Check that JSON is of a layout: Django's caches and PHP's handlers keep any as it is."""
    if layout.name == "django":
        return any(name.startswith("_auth_") for name in content.data)
    return layout.name != "php"


def _likely_layouts(key: str, hint: str) -> Iterator[RowLayout]:
    """Yield the layouts of a row's columns or key; without either those that know their own."""
    named = [layout for layout in LAYOUTS if layout.name == hint]
    if named:
        yield from named
        return
    for layout in LAYOUTS:
        if key and any(fnmatch(key, pattern) for pattern in layout.places.redis):
            yield layout
    for layout in LAYOUTS:
        if layout.name not in BY_KEY_ALONE:
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
