"""The configuration as a JSON Schema, for editors; made from what the readers of it know."""

from __future__ import annotations

from session_inspector.devserver.settings import COOKIE, KINDS, TEXTS, TokenSettings
from session_inspector.inspector.keys import ALL
from session_inspector.inspector.preferences import THEME_NAMES

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
SECONDS = {"type": "integer", "minimum": 0, "description": "seconds"}
COUNT = {"type": "integer", "minimum": 100}
PORT = {"type": "integer", "minimum": 0, "maximum": 65535, "description": "0: a free one"}


def schema() -> dict[str, object]:
    """Return the schema of config.toml."""
    return {
        "$schema": DRAFT,
        "title": "Session Inspector configuration",
        **_table(
            {
                "lab": _table(_lab()),
                "session": _table(_session()),
                "tokens": _table(_tokens()),
                "users": {"type": "array", "items": _user()},
                "ui": _table(_ui()),
                "keys": _table({key.name: {**TEXT, "description": key.help} for key in ALL}),
            }
        ),
    }


def _ui() -> dict[str, object]:
    stores = {"type": "array", "items": {**TEXT, "pattern": "://"}}
    return {"theme": {"enum": list(THEME_NAMES)}, "compact": FLAG, "stores": stores, "keep": COUNT}


def _lab() -> dict[str, object]:
    texts = ("store", "issuer", "base_url", "client_id", "client_secret")
    return {
        "port": PORT,
        "provider_port": PORT,
        "journal": COUNT,
        "kind": {"enum": list(KINDS)},
        "secret": {**TEXT, "minLength": 32},
        "revocation": {"enum": ["", "store"]},
        **{name: TEXT for name in texts},
        **{name: FLAG for name in ("skip_consent", "create_store", "encrypt")},
    }


def _session() -> dict[str, object]:
    cookie = {name: TEXT if name in TEXTS else FLAG for name in sorted(COOKIE)}
    return {
        "rolling": FLAG,
        "absolute": SECONDS,
        "inactivity": SECONDS,
        "cookie": _table(dict(cookie)),
    }


def _tokens() -> dict[str, object]:
    return {
        name: FLAG if name == "rotate" else SECONDS for name in TokenSettings.__dataclass_fields__
    }


def _user() -> dict[str, object]:
    return {"type": "object", "required": ["sub"], "properties": {"sub": TEXT}}


def _table(properties: dict[str, object]) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "properties": properties}
