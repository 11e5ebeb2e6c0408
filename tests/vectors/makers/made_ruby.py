"""Cases of what `ruby/` and `beam/` print."""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.devserver.core.values import JsonObject

PLUG: JsonObject = {
    "_csrf_token": "b2-F4Ln8",
    "user_id": 4711,
    "name": "Zoë 漢",
    "cart": [1, 2.5, None, True],
    "live": [":ok", "x"],
    "big": 123456789012345678901234567890,
    "neg": -7,
    "empty": {},
}
AT = 1_795_908_724
"""When the terms were sealed; they hold no time."""


def to_cases(line: JsonObject) -> Iterator[JsonObject]:
    """Yield the case of one of rack-session's encryptors."""
    kind = str(line["kind"])
    content: JsonObject = {"expected": line["expected"]}
    if kind.endswith("marshal"):
        content = {"expected_marshal_b64": line["marshal"]}
    if kind.startswith("rack-2-"):
        yield _of_rack_2(line, content)
        return
    yield {
        "name": kind,
        "format": kind,
        "family": "rack-session",
        "called": f"Rack::Session {kind.split('-')[1]}",
        "tags": ["bound", "shared"],
        "generator": "rack-session 2.1.2",
        "secret": line["secret"],
        "minted_at": line["at"],
        "cookies": line["cookies"],
        **content,
    }


def _of_rack_2(line: JsonObject, content: JsonObject) -> JsonObject:
    return {
        "name": line["kind"],
        "format": "rack-cookie",
        "family": "rack-cookie",
        "called": f"Rack::Session::Cookie (HMAC-{line['digest']})",
        "tags": ["shared"],
        "generator": "rack 2.2.22",
        "readable": True,
        "secret": line["secret"],
        "minted_at": line["at"],
        "cookies": line["cookies"],
        **content,
    }


def to_plug_cases(line: JsonObject) -> Iterator[JsonObject]:
    """Yield the case of a session, or of what Phoenix.Token signs."""
    fields = line["fields"]
    assert isinstance(fields, list)
    kind, value, secret, salts = map(str, fields)
    content: JsonObject = {"expected": PLUG, "called": "Plug ("}
    if kind == "phoenix-token":
        content = {"expected_subset": {"data": 4711}, "called": "Plug (Phoenix.Token)"}
    yield {
        "name": kind,
        "format": kind,
        "family": "plug",
        "generator": "plug_crypto 2.1.1",
        "secret": secret,
        "salt": salts.partition(",")[0],
        "readable": kind != "plug-encrypted",
        "minted_at": AT,
        "cookies": {"_app_key": value},
        **content,
    }
