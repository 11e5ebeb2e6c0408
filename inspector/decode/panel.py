"""A report as titled fields: the same lines for the terminal's panel and the Decode screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace

from session_inspector.devserver.core.values import Seconds, Secret
from session_inspector.inspector.decode.clocks import Clock
from session_inspector.inspector.decode.report import Part, Report
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.views.detail import tree_fields
from session_inspector.inspector.model.words.text import duration, moment, rough, safe

TONES: dict[str, Tone] = {
    "valid": "good",
    "expired": "warn",
    "wrong secret": "bad",
    "damaged": "bad",
    "unknown": "bad",
}
FIXES = {
    "no_secret": "give it: --secret S, an environment variable, or a .env file in this folder",
    "wrong_secret": "give the secret of the server that wrote it; older ones too",
    "ERR_JWE_DECRYPTION_FAILED": "give the secret of the server that wrote it; older ones too",
    "chunk_gap": "copy all chunks; when they are all there is, delete the cookies and log in again",
    "orphan_chunks": "delete the leftover chunks; the library's clean-up missed them",
    "truncated": "copy the value whole; a browser or proxy may have cut it",
    "wrong_name": "paste it as NAME=VALUE with the name it was written under",
    "not_a_session": "paste the session's cookie as NAME=VALUE; the README lists the formats",
    "no_cookie": "paste the session's cookie as NAME=VALUE",
}


def report_fields(report: Report, now: Seconds) -> tuple[Field, ...]:
    """Return all lines of a report: verdict, clocks, cookies, contents."""
    return (
        *_verdict(report),
        *_section("clocks", list(_clocks(report, now))),
        *_section("cookies", [field for part in report.parts for field in _cookie(part)]),
        *_section("inside", list(_contents(report, now))),
    )


def title_of(report: Report) -> str:
    """Return the format, or what it looks like."""
    if report.found is not None:
        return report.found.format
    return f"looks like {report.candidates[0][0]}" if report.candidates else "no known format"


def wrapped_fields(fields: Sequence[Field], width: int) -> tuple[Field, ...]:
    """Return fields whose long sentences go on below; secrets and trees stay one line."""
    lines: list[Field] = []
    for field in fields:
        start = 2 * field.depth + len(field.label) + 2
        rows = [field.value]
        if field.secret is None and width > start + 20:
            rows = textwrap.wrap(field.value, width - start) or [field.value]
        lines.append(replace(field, value=rows[0]))
        lines += [
            Field(depth=field.depth, label=" " * len(field.label), value=row, tone=field.tone)
            for row in rows[1:]
        ]
    return tuple(lines)


def _verdict(report: Report) -> Iterator[Field]:
    yield _line("verdict", report.verdict.upper(), TONES[report.verdict])
    if report.reason:
        yield _line("why", safe(report.reason), TONES[report.verdict])
    if report.code in FIXES:
        yield _line("fix", FIXES[report.code])
    yield _line("format", title_of(report))
    if report.who:
        yield _line("who", safe(report.who, 200))
    if report.opened_by:
        yield _line("opened by", safe(report.opened_by, 100))
    if report.found is not None:
        size, count = report.found.size, len(report.found.cookies)
        yield _line("size", f"{size} bytes in {count} cookie{'s' * (count > 1)}")
    elif len(report.candidates) > 1:
        names = ", ".join(name for name, _ in report.candidates[1:4])
        yield _line("or like", names, "dim")
    for note in report.notes:
        yield _line("note", safe(note, 300), "warn" if "left over" in note else "dim")
    for other in report.others:
        yield _line("also here", safe(other, 200), "dim")


def _clocks(report: Report, now: Seconds) -> Iterator[Field]:
    found = report.found
    times = (("issued", found.issued), ("updated", found.updated)) if found else ()
    for name, at in times:
        if at is not None:
            yield _line(name, f"{moment(at)}  {rough(now - at)} ago", "dim", depth=1)
    for clock in report.clocks:
        is_first = clock is report.first
        mark = "  ◀ this ends the session" if is_first else ""
        yield _line(clock.name, _when(clock, now) + mark, _tone(clock, now, is_first), depth=1)
    if found is not None and report.first is None:
        yield _line("end", "nothing here says when it ends", "warn", depth=1)


def _tone(clock: Clock, now: Seconds, is_first: bool) -> Tone:
    if clock.at <= now:
        return "warn" if clock.ends_session else "dim"
    return "good" if is_first else "plain"


def _when(clock: Clock, now: Seconds) -> str:
    left = clock.at - now
    return f"{moment(clock.at)}  {'in ' + duration(left) if left > 0 else duration(-left) + ' ago'}"


def _cookie(part: Part) -> Iterator[Field]:
    name = safe(part.name or "(no name)", 100)
    yield Field(depth=1, label=name, value=f"{part.size} of 4096 bytes", tone="plain")
    kept = [keeping.browser for keeping in part.browsers if keeping.is_kept and not keeping.why]
    if kept:
        yield Field(depth=2, label="browsers", value=f"kept by {', '.join(kept)}", tone="good")
    for keeping in part.browsers:
        if not keeping.is_kept:
            why = f"would DROP it: {'; '.join(keeping.why)}"
            yield Field(depth=2, label=keeping.browser, value=safe(why), tone="bad")
        elif keeping.why:
            yield Field(
                depth=2, label=keeping.browser, value=safe("; ".join(keeping.why)), tone="warn"
            )


def _contents(report: Report, now: Seconds) -> Iterator[Field]:
    for name, value in report.payload.items():
        yield from tree_fields(name, value, 1, now)
    if report.found is not None and report.found.text:
        secret = Secret.of(report.found.text)
        yield Field(depth=1, label="text", value=str(secret), secret=secret)


def _section(name: str, fields: list[Field]) -> list[Field]:
    return [Field(depth=0, label=name, value="", tone="accent"), *fields] if fields else []


def _line(label: str, value: str, tone: Tone = "plain", *, depth: int = 0) -> Field:
    return Field(depth=depth, label=label, value=value, tone=tone)
