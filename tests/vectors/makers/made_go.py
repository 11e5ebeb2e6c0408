"""Cases of what `go/` prints."""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.devserver.core.values import Json, JsonObject

USER: JsonObject = {"user": "zoe@example.com", "cart": ["apple", "pear"], "n": -3.5}
SESSION: JsonObject = {
    "user": {"Name": "Zoë 漢", "Admin": True, "Score": 1.25, "Tags": ["a", "b"]},
    "visits": 42,
    "7": "a number as key",
    "since": "2026-01-15T10:00:00Z",
    "counts": {"x": 1},
    "_flash": ["hello"],
}
STORED: JsonObject = {
    "userID": 4711,
    "email": "zoe@example.com",
    "user": {"Name": "Zoë", "Tags": ["x"]},
}


def to_cases(line: JsonObject) -> Iterator[JsonObject]:
    """Yield the case of one line."""
    kind = str(line["kind"])
    case: JsonObject = {
        "name": kind,
        "minted_at": line["at"],
        "cookies": {str(line["name"]): line["cookie"]},
    }
    if kind.startswith("scs"):
        yield case | _describe_scs(line)
    elif kind.startswith("paseto"):
        yield case | _describe_paseto(kind, line)
    else:
        yield case | _describe_gorilla(kind, line)


def _describe_gorilla(kind: str, line: JsonObject) -> JsonObject:
    secrets: list[Json] = [line["hash"]]
    if line["block"]:
        secrets.append(line["block"])
    content: JsonObject = {"expected": USER}
    if kind == "sessions":
        content = {"expected": SESSION}
    elif "nop" in kind:
        content = {"expected": "opaque text of an app"}
    return {
        "format": "gorilla-securecookie",
        "family": "gorilla",
        "called": "gorilla/securecookie",
        "tags": ["bound"],
        "generator": "gorilla/securecookie 1.1.2, gorilla/sessions 1.4.0",
        "secret": secrets,
        "iat": line["at"],
        "readable": not line["block"],
        **content,
    }


def _describe_scs(line: JsonObject) -> JsonObject:
    return {
        "format": "scs",
        "family": "scs",
        "called": "scs",
        "tags": ["unsealed", "shared"],
        "generator": "alexedwards/scs 2.9.0",
        "secret": None,
        "session_id": line["cookie"],
        "expected": STORED,
        "store_b64": {f"scs:session:{line['key']}": line["row"]},
    }


def _describe_paseto(kind: str, line: JsonObject) -> JsonObject:
    content: JsonObject = {"expected": {}}
    if kind == "paseto-public":
        content = {"expected_subset": {"sub": "zoe@example.com"}, "iat": line["at"]}
    return {
        "format": kind,
        "family": "paseto",
        "called": "PASETO v4",
        "tags": ["opaque"],
        "generator": "aidanwoods.dev/go-paseto 1.6.0",
        "secret": None,
        **content,
    }
