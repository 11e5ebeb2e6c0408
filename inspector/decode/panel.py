"""A report as titled fields: the same lines for the terminal's panel and the Decode screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from session_inspector.devserver.cookies.browsers.rules import LARGEST
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import Seconds, Secret
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.inspector.decode.clocks import EndTime
from session_inspector.inspector.decode.parts import Part
from session_inspector.inspector.decode.report import Report
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.trees import tree_fields
from session_inspector.inspector.model.words.text import (
    duration,
    is_moment,
    moment,
    round_duration,
    safe,
)

TONES: dict[str, Tone] = {
    "valid": "good",
    "expired": "warn",
    "unverified": "warn",
    "wrong secret": "bad",
    "damaged": "bad",
    "unknown": "dim",
}
NOT_YET = "not valid yet"
MOST_NAMED = 4
"""Families that are named, of those that are possible."""
NARROWEST = 20
"""Columns that a sentence needs to be wrapped."""
FIXES = {
    "no_secret": "give it: --secret S, an environment variable, or a .env file in this folder",
    "wrong_secret": "give the secret of the server that wrote it; older ones too",
    "ERR_JWE_DECRYPTION_FAILED": "give the secret of the server that wrote it; older ones too",
    "chunk_gap": "copy all chunks; when they are all there is, delete the cookies and log in again",
    "orphan_chunks": "delete the leftover chunks; the library's clean-up missed them",
    "not_json": "delete the cookies and log in again; what wrote it was not JSON.stringify",
    "truncated": "copy the whole value and nothing more; a browser or proxy may have cut it",
    "wrong_name": "paste it as NAME=VALUE with the name it was written under",
    "no_key": "give the issuer's keys: --jwks FILE or URL, --key FILE",
    "no_row": "look in the store: session-inspector sessions list --store URL",
    "not_certain": "give the secret, or look for its row: sessions list --store URL",
    "not_a_session": "paste the session's cookie as NAME=VALUE; docs/formats.md lists the formats",
    "no_cookie": "paste the session's cookie as NAME=VALUE",
}


SCREEN_FIXES = {
    **FIXES,
    "no_secret": "type it into the field Secret; further ones behind ;;",
    "wrong_secret": "type the secret of the server that wrote it into the field Secret; older"
    " ones behind ;;",
    "ERR_JWE_DECRYPTION_FAILED": "type the secret of the server that wrote it into the field"
    " Secret; older ones behind ;;",
    "no_key": "give the issuer's keys to the command: session-inspector decode --jwks FILE or URL",
    "not_certain": "type its secret into the field Secret, or look for its row in the store",
    "wrong_name": "write it as NAME=VALUE into the field Cookie, with the name it was made under",
    "not_a_session": "paste the session's cookie as NAME=VALUE into the field Cookie",
    "no_cookie": "paste the session's cookie as NAME=VALUE into the field Cookie",
}
"""The same where there are fields, and no flags."""


def report_fields(
    report: Report, now: Seconds, fixes: Mapping[str, str] = FIXES
) -> tuple[Field, ...]:
    """Return all lines of a report: verdict, clocks, cookies, contents."""
    return (
        *_verdict_lines(report, fixes),
        *_section("clocks", list(_clock_lines(report, now))),
        *_section("cookies", [line for part in report.parts for line in _cookie_lines(part)]),
        *_section("inside", list(_content_lines(report, now))),
    )


def title_of(report: Report) -> str:
    """Return what it is, what it looks like, what it could be, or unknown."""
    if report.found is not None and report.is_verified:
        return report.found.format
    if report.found is not None:
        return f"looks like {report.found.format}"
    if not report.candidates:
        return "unknown"
    first = report.candidates[0]
    if first.claim.is_certain:
        return f"looks like {first.family}"
    return f"could be {' or '.join(one.family for one in report.candidates[:MOST_NAMED])}"


def name_verdict(report: Report) -> str:
    """Return the verdict in words; a token whose time has not come did not expire."""
    if report.verdict == "expired" and report.problem == "not_yet":
        return NOT_YET
    return report.verdict


def wrap_fields(fields: Sequence[Field], width: int) -> tuple[Field, ...]:
    """Return fields whose long sentences go on below; secrets and trees stay one line."""
    return tuple(line for field in fields for line in _wrap_field(field, width))


def _wrap_field(field: Field, width: int) -> Iterator[Field]:
    start = 2 * field.depth + len(field.label) + 2
    rows = [field.value]
    if field.secret is None and width > start + NARROWEST:
        rows = textwrap.wrap(field.value, width - start) or [field.value]
    yield replace(field, value=rows[0])
    indent = " " * len(field.label)
    for row in rows[1:]:
        yield Field(depth=field.depth, label=indent, value=row, tone=field.tone)


def _verdict_lines(report: Report, fixes: Mapping[str, str]) -> Iterator[Field]:
    yield _line("verdict", name_verdict(report).upper(), TONES[report.verdict])
    if report.reason:
        yield _line("why", safe(report.reason), TONES[report.verdict])
    if report.code in fixes:
        yield _line("fix", fixes[report.code])
    yield _line("format", title_of(report))
    if report.who:
        yield _line("who", safe(report.who, 200))
    if report.opened_by:
        yield _line("opened by", safe(report.opened_by, 100))
    if report.found is not None:
        yield _line("size", _describe_size(report.found))
    if not report.is_verified:
        yield from _candidate_lines(report)
    yield from _note_lines(report)


def _candidate_lines(report: Report) -> Iterator[Field]:
    """Yield what the cookies look like, or could be, each with why."""
    for attempt in report.candidates[:MOST_NAMED]:
        why = f"{attempt.family}: {attempt.claim.why}"
        yield _line(attempt.claim.certainty, safe(why, 300), "dim")


def _describe_size(found: Decoded) -> str:
    return f"{found.size} bytes in {count_noun(len(found.cookies), 'cookie')}"


def _note_lines(report: Report) -> Iterator[Field]:
    for note in report.notes:
        tone: Tone = "warn" if "left over" in note else "dim"
        yield _line("note", safe(note, 300), tone)
    for other in report.others:
        yield _line("also here", safe(other, 200), "dim")


def _clock_lines(report: Report, now: Seconds) -> Iterator[Field]:
    found = report.found
    if found is not None:
        yield from _time_line("issued", found.issued, now)
        yield from _time_line("updated", found.updated, now)
    for clock in report.clocks:
        value = _describe_clock(clock, now)
        if clock is report.first:
            value += "  ◀ this ends the session"
        yield _line(clock.name, value, _clock_tone(clock, now, clock is report.first), depth=1)
    if found is not None and report.first is None:
        yield _line("end", "nothing here says when it ends", "warn", depth=1)


def _time_line(name: str, at: Seconds | None, now: Seconds) -> Iterator[Field]:
    if at is not None and is_moment(at):
        yield _line(name, f"{moment(at)}  {round_duration(now - at)} ago", "dim", depth=1)


def _clock_tone(clock: EndTime, now: Seconds, is_first: bool) -> Tone:
    is_over = clock.at <= now
    if is_over and clock.ends_session:
        return "warn"
    if is_over:
        return "dim"
    if is_first:
        return "good"
    return "plain"


def _describe_clock(clock: EndTime, now: Seconds) -> str:
    left = clock.at - now
    if left > 0:
        return f"{moment(clock.at)}  in {duration(left)}"
    return f"{moment(clock.at)}  {duration(-left)} ago"


def _cookie_lines(part: Part) -> Iterator[Field]:
    name = safe(part.name or "(no name)", 100)
    yield _line(name, f"{part.size} of {LARGEST} bytes", depth=1)
    kept = [keeping.browser for keeping in part.browsers if keeping.is_kept and not keeping.why]
    if kept:
        yield _line("browsers", f"kept by {', '.join(kept)}", "good", depth=2)
    for keeping in part.browsers:
        why = "; ".join(keeping.why)
        if keeping.what == "deletes":
            yield _line(keeping.browser, safe(f"deletes it: {why}"), "warn", depth=2)
        elif keeping.is_dropped:
            yield _line(keeping.browser, safe(f"would DROP it: {why}"), "bad", depth=2)
        elif why:
            yield _line(keeping.browser, safe(f"keeps it: {why}"), "warn", depth=2)


def _content_lines(report: Report, now: Seconds) -> Iterator[Field]:
    for name, value in report.payload.items():
        yield from tree_fields(name, value, 1, now)
    if report.found is not None and report.found.text:
        secret = Secret.of(report.found.text)
        yield Field(depth=1, label="text", value=str(secret), secret=secret)


def _section(name: str, fields: list[Field]) -> list[Field]:
    """Return lines under their title; nothing where there are none."""
    if not fields:
        return []
    return [_line(name, "", "accent"), *fields]


def _line(label: str, value: str, tone: Tone = "plain", *, depth: int = 0) -> Field:
    return Field(depth=depth, label=label, value=value, tone=tone)
