"""The configuration as a JSON Schema, for editors; made from the table of settings."""

from __future__ import annotations

from dataclasses import fields

from session_inspector.devserver.core.configuration.registered import NAME, ORGANIZATION
from session_inspector.devserver.core.configuration.section import MOST, MOST_SECONDS
from session_inspector.devserver.core.configuration.setting import Section, Setting
from session_inspector.devserver.core.configuration.table import rows_in
from session_inspector.devserver.core.knobs import KnobChange
from session_inspector.devserver.run.origins import NAME as ORIGIN
from session_inspector.inspector.keys import ALL

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT = {"type": "string"}


def schema() -> dict[str, object]:
    """Return the schema of config.toml."""
    session = section_properties("session")
    session["cookie"] = table_schema(section_properties("session.cookie"))
    tables: dict[str, object] = {
        "lab": table_schema(section_properties("lab")),
        "session": table_schema(session),
        "tokens": table_schema(section_properties("tokens")),
        "users": {"type": "array", "items": user_schema()},
        "clients": {"type": "array", "items": client_schema()},
        "organizations": {"type": "array", "items": organization_schema()},
        "attach": table_schema(section_properties("attach")),
        "ui": table_schema(section_properties("ui")),
        "keys": table_schema({key.name: {**TEXT, "description": key.help} for key in ALL}),
    }
    return {
        "$schema": DRAFT,
        "title": "Session Inspector configuration",
        **table_schema(tables),
    }


def section_properties(section: Section) -> dict[str, object]:
    """Return the settings of a section by name."""
    return {row.name: {**value_schema(row), "description": row.help} for row in rows_in(section)}


def value_schema(row: Setting) -> dict[str, object]:
    """Return what values a setting takes."""
    match row.form:
        case "text":
            return text_schema(row)
        case "choice":
            return {"enum": list(row.choices)}
        case "switch":
            return {"type": "boolean"}
        case "port":
            return {"type": "integer", "minimum": 0, "maximum": 65535}
        case "seconds":
            return {"type": "integer", "minimum": row.least, "maximum": MOST_SECONDS}
        case "count":
            return {"type": "integer", "minimum": row.least, "maximum": MOST}
        case _:
            return list_schema(row)


def list_schema(row: Setting) -> dict[str, object]:
    """Return a list, or a table of names that are not ours."""
    texts: dict[str, object] = {"type": "array", "items": TEXT}
    shapes: dict[str, dict[str, object]] = {
        "urls": {"type": "array", "items": {**TEXT, "pattern": "://"}},
        "addresses": {"type": "array", "items": {**TEXT, "pattern": "^(/|https?://)"}},
        "words": {"anyOf": [{**TEXT, "minLength": 1}, {**texts, "minItems": 1}]},
        "names": texts,
        "origins": {
            "type": "object",
            "propertyNames": {"pattern": f"^{ORIGIN.pattern}$"},
            "additionalProperties": {**TEXT, "pattern": "^https?://"},
        },
        "people": {"type": "array", "items": {"anyOf": [TEXT, user_schema()]}},
        "knobs": table_schema({each.name: {} for each in fields(KnobChange)}),
    }
    return shapes[row.form]


def project_schema() -> dict[str, object]:
    """Return the schema of a project's session-inspector.toml."""
    return {
        "$schema": DRAFT,
        "title": "Session Inspector project",
        **table_schema({"run": table_schema(section_properties("run"))}),
    }


def text_schema(row: Setting) -> dict[str, object]:
    """Return a text, of some length where a setting demands one."""
    if row.least:
        return {**TEXT, "minLength": row.least}
    return {**TEXT}


def user_schema() -> dict[str, object]:
    """Return one of [[users]]: a sub, and any claims."""
    return {"type": "object", "required": ["sub"], "properties": {"sub": TEXT}}


def client_schema() -> dict[str, object]:
    """Return one of [[clients]]."""
    uris = {"type": "array", "items": TEXT}
    switch = {"type": "boolean"}
    properties: dict[str, object] = {
        "client_id": {**TEXT, "pattern": f"^{NAME.pattern}$"},
        "client_secret": TEXT,
        "redirect_uris": uris,
        "post_logout_redirect_uris": uris,
        "web_origins": uris,
        "backchannel_logout_uri": TEXT,
        "frontchannel_logout_uri": TEXT,
        "require_pushed_authorization_requests": switch,
        "dpop_bound_access_tokens": switch,
    }
    return {**table_schema(properties), "required": ["client_id"]}


def organization_schema() -> dict[str, object]:
    """Return one of [[organizations]]."""
    properties: dict[str, object] = {
        "id": {**TEXT, "pattern": f"^{ORGANIZATION}"},
        "name": {**TEXT, "pattern": f"^{NAME.pattern}$"},
        "members": {"type": "array", "items": TEXT},
    }
    return {**table_schema(properties), "required": ["id"]}


def table_schema(properties: dict[str, object]) -> dict[str, object]:
    """Return a table that has no other members."""
    return {"type": "object", "additionalProperties": False, "properties": properties}
