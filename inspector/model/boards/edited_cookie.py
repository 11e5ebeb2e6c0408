"""The cookie that a row of the cookies view is of, as a person edits it: of a session, or held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from session_inspector.devserver.cookies.edited_line import KEPT_VALUE
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.boards.cookies import COOKIE, EDITS, describe_line, find_line
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.lists.held_cookies import EDITS as HELD_EDITS
from session_inspector.inspector.model.lists.held_cookies import (
    HELD,
    describe_held,
    find_held_cookie,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedCookie:
    """One cookie, by what tells it from others."""

    name: str
    domain: str
    """Empty: the host's own."""
    path: str
    line: str
    """It as a Set-Cookie line, its value masked."""


def find_edited(state: State, session: str, row: str, now: Seconds) -> EditedCookie | None:
    """Return the cookie that a row is of; None: it is of none."""
    held = find_held_cookie(state, row)
    if held is not None:
        domain = "" if held.is_host_only else held.domain
        line = describe_held(held, KEPT_VALUE, now)
        return EditedCookie(name=held.name, domain=domain, path=held.path, line=line)
    known = find_line(state, session, row)
    if known is None:
        return None
    return EditedCookie(
        name=known.name,
        domain=known.domain.lstrip("."),
        path=known.path or "/",
        line=describe_line(known, KEPT_VALUE),
    )


def digest_cookies(fields: Sequence[Field]) -> dict[str, str]:
    """Return the fingerprint of each cookie's value in the lines of a view, by its key."""
    return {
        row.key.partition("\n")[0]: row.secret.digest
        for row in fields
        if row.key.startswith((COOKIE, HELD)) and row.secret is not None
    }


def find_written(fields: Sequence[Field], name: str, before: Mapping[str, str]) -> str:
    """Return the key of a cookie that is new, or has another value than `before`; else empty."""
    for key, digest in digest_cookies(fields).items():
        its_name = key.removeprefix(COOKIE).removeprefix(HELD).partition("\t")[0]
        if its_name == name and before.get(key) != digest:
            return key
    return ""


def forget_edits(text: str) -> str:
    """Return what a line means without the keys that edit cookies, for who may change nothing."""
    for sentence in (EDITS, HELD_EDITS):
        text = text.replace(sentence, "")
    return text.strip()


def is_jar_watched(state: State) -> bool:
    """Check whether a real browser is watched now, whose cookies can be changed."""
    return state.browser.state == "watching" and bool(state.browser.name)
