"""The OpenAPI 3.1 document of the control API, made from the very types it reads and writes."""

from __future__ import annotations

from typing import get_args

from session_inspector.devserver.core.commands import Command, Reply
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.core.version import __version__
from session_inspector.devserver.web.shapes import shape_of

TEXT: JsonObject = {"type": "string"}
ERRORS: dict[str, str] = {
    "400": "What was sent is no command, or no number of an event.",
    "401": "The token is missing or wrong.",
    "403": "The Host is not the lab's, or another site's page asks.",
}
BODY_ERRORS: dict[str, str] = {
    "413": "The command is too long.",
    "415": "The body is not application/json.",
}


def document() -> JsonObject:
    """Return the control API as OpenAPI 3.1, made of the command and event types."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Session Inspector control API",
            "version": __version__,
            "description": "Events go up, commands go down. Loopback only, unless asked.",
        },
        "security": [{"token": []}],
        "paths": {
            "/_inspect/commands": {"post": _commands()},
            "/_inspect/events": {"get": _events()},
            "/_inspect/openapi.json": {"get": _own()},
            "/_inspect/provider": {"get": _provider()},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **{cls.__name__: shape_of(cls) for cls in get_args(Command)},
                **{cls.__name__: shape_of(cls) for cls in get_args(Event)},
                "Command": _one_of([cls.__name__ for cls in get_args(Command)]),
                "Event": _one_of([cls.__name__ for cls in get_args(Event)]),
                "Reply": shape_of(Reply, is_tagged=False),
                "Error": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {"error": TEXT},
                },
            },
        },
    }


def _commands() -> JsonObject:
    return {
        "operationId": "command",
        "summary": "Carry out one command",
        "requestBody": {"required": True, "content": _json("Command")},
        "responses": {
            "200": {
                "description": "It was tried; is_ok is whether it worked.",
                "content": _json("Reply"),
            },
            **_errors({**ERRORS, **BODY_ERRORS}),
        },
    }


def _provider() -> JsonObject:
    """Return what GET /_inspect/provider is: of the local provider only."""
    missing = "The provider is not the lab's own."
    return {
        "operationId": "provider",
        "summary": "The local provider's knobs, and who is signed in there",
        "responses": {
            "200": {
                "description": "What it is set to.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            **_errors({"401": ERRORS["401"], "403": ERRORS["403"], "404": missing}),
        },
    }


def _events() -> JsonObject:
    number: JsonObject = {"type": "string", "pattern": "^[0-9]{1,15}$"}
    return {
        "operationId": "events",
        "summary": "Follow events, each a JSON object of the schema Event, as server-sent events",
        "parameters": [
            {"name": "since", "in": "query", "schema": number},
            {"name": "Last-Event-ID", "in": "header", "schema": number},
        ],
        "responses": {
            "200": {
                "description": "id: its number, data: the event; `event: dropped` counts losses.",
                "content": {"text/event-stream": {"schema": TEXT}},
            },
            **_errors(ERRORS),
        },
    }


def _own() -> JsonObject:
    found: JsonObject = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": "openapi",
        "summary": "This document",
        "responses": {
            "200": {"description": "OpenAPI 3.1", "content": found},
            **_errors({name: text for name, text in ERRORS.items() if name != "400"}),
        },
    }


def _errors(texts: dict[str, str]) -> JsonObject:
    return {
        status: {"description": text, "content": _json("Error")} for status, text in texts.items()
    }


def _one_of(names: list[str]) -> JsonObject:
    mapping: JsonObject = {name: f"#/components/schemas/{name}" for name in names}
    members: list[Json] = [{"$ref": where} for where in mapping.values()]
    return {"oneOf": members, "discriminator": {"propertyName": "type", "mapping": mapping}}


def _json(name: str) -> JsonObject:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
