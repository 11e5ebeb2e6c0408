"""A report on session cookies as JSON."""

from __future__ import annotations

from session_inspector.devserver.attach.traffic.equal_names import EqualCookies
from session_inspector.devserver.core.values import Secret, fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.finding import Attempt
from session_inspector.inspector.cli.output import mask_tree
from session_inspector.inspector.decode.parts import Part
from session_inspector.inspector.decode.report import Report
from session_inspector.inspector.model.words.text import moment


def as_json(report: Report, *, reveal: bool) -> dict[str, object]:
    """Return a report as JSON; credentials masked unless revealed."""
    first = None
    if report.first:
        first = report.first.name
    return {
        "ok": report.verdict == "valid",
        "verdict": report.verdict,
        "verified": report.is_verified,
        "problem": report.problem or None,
        "code": report.code or None,
        "reason": report.reason or None,
        **_identity(report),
        "cookies": [_part_json(part) for part in report.parts],
        **_times(report.found),
        "clocks": [
            {"name": clock.name, "at": _iso_time(clock.at), "ends_session": clock.ends_session}
            for clock in report.clocks
        ],
        "ends_first": first,
        "notes": list(report.notes),
        "also_here": list(report.others),
        "equal_names": [_equal_json(equal) for equal in report.equal],
        **_contents(report, reveal),
    }


def _equal_json(equal: EqualCookies) -> dict[str, object]:
    """Return a name that comes more than once, and which of its values the server reads."""
    return {
        "name": equal.name,
        "values": [fingerprint(value) for value in equal.values],
        "read": equal.reads or None,
        "family": equal.family or None,
    }


def _identity(report: Report) -> dict[str, object]:
    """Return what the cookies are: format, user, and what opened them."""
    found = report.found
    opened: dict[str, object] = {"format": None, "family": None, "secret": None, "size": None}
    if found:
        opened = {
            "format": found.format,
            "family": found.family,
            "secret": found.key_index,
            "size": found.size,
        }
    return {
        "format": opened["format"],
        "family": opened["family"],
        "looks_like": [_candidate_json(attempt) for attempt in report.candidates],
        "origin": report.pasted.origin or None,
        "who": report.who or None,
        "opened_by": report.opened_by or None,
        "secret": opened["secret"],
        "size": opened["size"],
    }


def _candidate_json(attempt: Attempt) -> dict[str, object]:
    """Return a family that the cookies could be of, how sure that is, why, and what was tried."""
    return {
        "format": attempt.family,
        "likeness": min(attempt.claim.rate, 1.0),
        "certainty": attempt.claim.certainty,
        "why": attempt.claim.why,
        "tried": attempt.tried or None,
    }


def _times(found: Decoded | None) -> dict[str, object]:
    if found is None:
        return {"issued": None, "updated": None, "expires": None}
    return {
        "issued": _iso_time(found.issued),
        "updated": _iso_time(found.updated),
        "expires": _iso_time(found.expires),
    }


def _contents(report: Report, reveal: bool) -> dict[str, object]:
    found = report.found
    if found is None:
        return {"header": None, "payload": mask_tree(report.payload), "text": None}
    if reveal:
        return {"header": found.header, "payload": found.payload, "text": found.text or None}
    masked = None
    if found.text:
        masked = str(Secret.of(found.text))
    return {"header": found.header, "payload": mask_tree(report.payload), "text": masked}


def _part_json(part: Part) -> dict[str, object]:
    browsers = {
        k.browser: {"kept": k.is_kept, "what": k.what, "why": list(k.why)} for k in part.browsers
    }
    return {"name": part.name, "size": part.size, "browsers": browsers}


def _iso_time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return moment(seconds).replace(" UTC", "Z").replace(" ", "T")
