"""One session as titled fields: what the cookie hides, what it shows, what the store holds."""

from __future__ import annotations

from session_inspector.devserver.core.values import (
    Seconds,
    Secret,
)
from session_inspector.inspector.model.facts.fact import Fact
from session_inspector.inspector.model.facts.rows import CookieRow, Field, Tone
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.fold.row_states import is_ours
from session_inspector.inspector.model.trees import describe_time, tree_fields
from session_inspector.inspector.model.views.cookies import live_cookie_rows
from session_inspector.inspector.model.views.keeping import verdicts_of
from session_inspector.inspector.model.views.selectors.cookie import UNSEEN, cookie_fact
from session_inspector.inspector.model.views.selectors.row import (
    describe_unknown,
    has_store,
    is_row_there,
    row_fact,
)
from session_inspector.inspector.model.words.text import (
    clock_text,
    safe,
    size,
)

STATELESS = "nothing: the cookie is the session, so nothing on the server can end it early"
STATELESS_APP = (
    "no row: the cookie is the session. Whether the app keeps a list of ended ones: unknown"
)
SHOWN = "; what is shown is not verified"
"""What a reason says of contents, where there are some."""
GIVE_SECRET = "start it again with --secret S"
OF_ATTACH = ", or --env FOLDER for its .env file"
"""`run` reads the file by itself."""
PARTS = ("header", "key", "iv", "ciphertext", "tag")


def pane_titles(state: State) -> tuple[str, str]:
    """Return what the panes of the browser's side and of the contents are called.

    The lab's own cookies are encrypted; an app's may only be signed, or neither.
    """
    if state.lab.upstream:
        return "In the browser", "Inside the session"
    return "In the browser, encrypted", "Decrypted"


def content_fields(state: State, session: str, now: Seconds) -> tuple[Field, ...]:
    """Return the decoded contents: user, tokens with their claims, internal, the rest."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    fields = _unverified_fields(state, known)
    for name, value in known.facts.data.items():
        fields += tree_fields(name, value, 0, now)
    return tuple(fields)


def sealed_fields(state: State, session: str, now: Seconds) -> tuple[Field, ...]:
    """Return the browser's side: each cookie, and the parts of the sealed value."""
    rows = live_cookie_rows(state, session, now)
    known = state.sessions.get(session)
    fields: list[Field] = []
    if known is not None:
        fields += _unverified_fields(state, known)
        if not rows:
            fields += _dead_fields(state, known, now)
    for row in rows:
        fields += _cookie_fields(row)
    for verdict, tone in verdicts_of(state, session, now):
        fields.append(Field(depth=0, label="", value=verdict, tone=tone))
    values = [row.value for row in rows if not row.name.startswith("__FC_")]
    if known is not None and known.facts.kind != "stateful":
        fields += _login_fields(state, known)
    return (*fields, *_segment_fields(values))


def store_fields(state: State, session: str, now: Seconds) -> tuple[Field, ...]:
    """Return what the store holds for a session."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    if known.facts.kind == "unknown":
        return (Field(depth=0, label="store", value=describe_unknown(known), tone="dim"),)
    if known.facts.kind == "stateless" or known.facts.key is None:
        text = STATELESS_APP
        if is_ours(state):
            text = STATELESS
        return (Field(depth=0, label="store", value=text, tone="dim"),)
    row = row_fact(state, known, now)
    store = "none is watched: the app's own memory, or a database (--store URL)"
    if has_store(state):
        store = safe(state.lab.store, 100)
    fields = [
        Field(depth=0, label="store", value=store),
        _row_field(known, row),
        Field(depth=0, label="id", value=str(known.facts.key), secret=known.facts.key),
        *_login_fields(state, known),
    ]
    if row.is_alive is None:
        return tuple(fields)
    expires = "never"
    if row.ends is not None:
        expires = describe_time(row.ends, now)
    elif row.why:
        if not is_row_there(known):
            expires = "it is gone"
        fields.append(Field(depth=0, label="why", value=safe(row.why, 200), tone="dim"))
    return (
        *fields,
        Field(depth=0, label="data", value=_describe_size(known)),
        Field(depth=0, label="expires", value=expires),
        Field(depth=0, label="written", value=f"{known.writes} times since the start"),
        Field(depth=0, label="known from", value=f"{row.origin}: {row.evidence}", tone="dim"),
    )


def _describe_size(known: KnownSession) -> str:
    encoding = known.facts.encoding
    if not encoding:
        return f"{size(known.facts.size)} as the store has it"
    return f"{size(known.facts.size)} of {safe(encoding, 40)}"


def _unverified_fields(state: State, known: KnownSession) -> list[Field]:
    """Return that nobody has checked what a cookie says, and what helps; none where it is."""
    lack = known.facts.unverified
    if not lack:
        return []
    label = "not verified"
    if not known.facts.data:
        label = "not opened"
        lack = lack.removesuffix(SHOWN)
    fields = [Field(depth=0, label=label, value=safe(lack, 200), tone="warn")]
    if "secret" in lack:
        fix = GIVE_SECRET
        if state.app is None:
            fix += OF_ATTACH
        fields.append(Field(depth=0, label="fix", value=fix))
    return fields


def _login_fields(state: State, known: KnownSession) -> list[Field]:
    """Return when its login was seen on the wire; none where it was not."""
    login = known.facts.login
    if not login:
        return []
    value = f"{clock_text(known.facts.created_at)}, seen: "
    request = state.exchanges.get(login)
    if request is not None:
        value += f"{request.method} {request.path.partition('?')[0]} in "
    return [Field(depth=0, label="logged in", value=safe(value + login, 200), tone="dim")]


def _row_field(known: KnownSession, row: Fact) -> Field:
    text, tone = _describe_row(known, row)
    return Field(depth=0, label="row", value=safe(text, 200), tone=tone)


def _describe_row(known: KnownSession, row: Fact) -> tuple[str, Tone]:
    if row.is_alive is None:
        return f"not known: {row.why}", "dim"
    if row.is_alive:
        return "there", "good"
    if known.row is not None and known.row.refused:
        return f"there, but unused: {known.row.refused}", "bad"
    if is_row_there(known):
        return "expired; it stays until it is pruned, but no request can use it", "warn"
    return "gone", "bad"


def _cookie_fields(row: CookieRow) -> list[Field]:
    title = f"{size(row.size)} value, {size(row.line_size)} as a Set-Cookie line"
    return [
        Field(depth=0, label=row.name, value=title, tone="accent"),
        Field(depth=1, label="value", value=str(row.value), secret=row.value),
        Field(depth=1, label="attributes", value=row.attributes, tone="dim"),
        Field(depth=1, label="known from", value=f"{row.origin}: {row.evidence}", tone="dim"),
    ]


def _dead_fields(state: State, known: KnownSession, now: Seconds) -> list[Field]:
    """Return what became of a session's cookie that lives no more; none where none was seen."""
    if known.cookies:
        fact = cookie_fact(state, known, now)
        label = "no live cookie"
        value = fact.why or "the last one's time is over"
        source = f"{fact.origin}: {fact.evidence}"
    elif known.sent is not None:
        label = "cookie"
        value = f"sent in {known.sent.exchange}; {UNSEEN}"
        source = f"seen: {known.sent.client} sent it"
    else:
        return []
    return [
        Field(depth=0, label=label, value=safe(value, 200), tone="dim"),
        Field(depth=1, label="known from", value=safe(source, 200), tone="dim"),
    ]


def _segment_fields(values: list[Secret]) -> list[Field]:
    """Return the parts of the joined value, by their length in characters."""
    if not values or not all(value.is_at_hand for value in values):
        return []
    parts = "".join(value.reveal() for value in values).split(".")
    if len(parts) != len(PARTS):
        return []
    title = "compact JWE, dir + A256GCM"
    fields = [Field(depth=0, label="sealed value", value=title, tone="accent")]
    for name, text in zip(PARTS, parts, strict=True):
        fields.append(Field(depth=1, label=name, value=_describe_segment(name, text)))
    return fields


def _describe_segment(name: str, text: str) -> str:
    if not text:
        return "(none: dir)"
    if name == "header":
        return safe(text, 44)
    return f"{len(text)} characters"
