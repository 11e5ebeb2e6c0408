"""What `reseal` writes for the newer families opens again, here and in the real packages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies, seal_cookies
from session_inspector.inspector.decode.edits import Edit, apply_edit
from tests.vectors.formats import FormatCase, load_family_cases
from tests.vectors.makers.judges import read_with_go, read_with_python

DECODERS = load_decoders()
WRITTEN = frozenset(
    {"tornado", "aiohttp-session", "litestar", "pyramid", "bottle", "beaker", "gorilla", "plug"}
    | {"rack-session", "rack-cookie", "aspnet-core", "workos", "pomerium", "flask", "django"}
    | {"pyramid", "tornado-1", "aiohttp-session-nacl"}
)
CASES = [
    FormatCase(raw, DECODERS)
    for raw in load_family_cases()
    if raw["outcome"] == "ok" and raw["family"] in WRITTEN and raw.get("secret")
]
BY_NAME = {case.name: case for case in CASES}
STRUCTURE = ("gob", "nop", "pickle", "marshal", "bottle", "plug", "phoenix", "aspnet", "sessions")
"""In the names of those whose content is shown as structure: an edit of it is refused."""
ADDED: JsonObject = {"added": "✓ by hand"}


def opened(case: FormatCase) -> tuple[Decoded, list[str]]:
    """Return a case without its row, and the secrets to seal it with."""
    material = replace(case.material(), rows={})
    found = open_cookies(DECODERS, material)
    index = found.key_index or 0
    return found, [*material.secrets[index:], *material.secrets[:index]]


def again(case: FormatCase, found: Decoded, secrets: Sequence[str]) -> Decoded:
    material = case.material()
    cookies = seal_cookies(DECODERS, found, secrets)
    salts = [*material.salts, found.salt]
    return open_cookies(DECODERS, replace(material, cookies=cookies, salts=salts, rows={}))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_golden_cookie_seals_to_its_like(case: FormatCase) -> None:
    found, secrets = opened(case)
    sealed = again(case, found, secrets)
    assert sealed.is_verified
    assert (sealed.payload, sealed.text) == (found.payload, found.text)
    assert (sealed.issued, sealed.expires) == (found.issued, found.expires)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_edit_is_sealed_or_refused_and_never_lost(case: FormatCase) -> None:
    found, secrets = opened(case)
    if found.session_id or found.role == "token":
        return  # only an id, or a value
    edited = replace(found, payload={**found.payload, **ADDED})
    is_json = not any(word in case.name for word in STRUCTURE) or case.name == "pyramid-pickle"
    if is_json and set(found.payload) != {"value"}:
        assert again(case, edited, secrets).payload == edited.payload
    elif not is_json:
        with pytest.raises(DecodeError) as caught:
            seal_cookies(DECODERS, edited, secrets)
        assert caught.value.code == "not_sealable"


def test_an_end_is_written_into_the_properties_of_a_ticket() -> None:
    case = BY_NAME["aspnet-core-cbc-Cookies"]
    found, secrets = opened(case)
    edited = apply_edit(found, Edit(expires="2027-01-31T12:00:00Z"), found.issued or 0)
    sealed = again(case, edited, secrets)
    assert sealed.expires == edited.expires == 1_801_396_800
    properties = sealed.payload["properties"]
    assert isinstance(properties, dict)
    assert properties[".expires"] == "Sun, 31 Jan 2027 12:00:00 GMT"
    assert sealed.payload["claims"] == found.payload["claims"]


def test_a_long_ticket_is_chunked_with_its_head() -> None:
    case = BY_NAME["aspnet-core-gcm-Cookies"]
    found, secrets = opened(case)
    properties = found.payload["properties"]
    assert isinstance(properties, dict)
    long: JsonObject = {**found.payload, "properties": {**properties, ".Token.id": "x" * 9000}}
    cookies = seal_cookies(DECODERS, replace(found, payload=long), secrets)
    assert cookies[".AspNetCore.Cookies"] == f"chunks-{len(cookies) - 1}"
    assert max(map(len, cookies.values())) <= 4050
    assert again(case, replace(found, payload=long), secrets).payload == long


def resealed(name: str, *, is_edited: bool) -> tuple[JsonObject, JsonObject]:
    """Return (line for the real package, what it must read) of a case that was sealed again."""
    case = BY_NAME[name]
    found, secrets = opened(case)
    now = int(SystemClock().now())
    moved = replace(found, issued=now, expires=found.expires and now + 3600)
    if is_edited:
        moved = replace(moved, payload={**moved.payload, **ADDED})
    cookies = seal_cookies(DECODERS, moved, secrets)
    line: JsonObject = {
        "kind": str(case.raw["family"]),
        "cookies": {**cookies},
        "secret": secrets[0],
        "encrypt_key": secrets[1] if len(secrets) > 1 else None,
        "digest": str(found.header.get("digest")),
    }
    return line, moved.payload


def test_the_real_python_frameworks_read_what_is_sealed_again() -> None:
    names = {
        "tornado-_streamlit_user-0": True,
        "tornado-user-0": False,
        "tornado-user-3": False,
        "aiohttp-session-text": True,
        "aiohttp-session-bytes": True,
        "litestar-one": True,
        "litestar-many": True,
        "pyramid": True,
        "bottle-sha256": False,
        "bottle-md5": False,
        "beaker-json": True,
        "beaker-sealed": True,
    }
    asked = [resealed(name, is_edited=is_edited) for name, is_edited in names.items()]
    answers = read_with_python([line for line, _ in asked])
    for name, read, (_, payload) in zip(names, answers, asked, strict=True):
        shown = _as_object(read)
        assert without_access(shown) == without_access(payload), name


def without_access(content: object) -> object:
    """Return a session without the time of its last use: Beaker sets it when it reads."""
    if not isinstance(content, dict):
        return content
    return {name: value for name, value in content.items() if name != "_accessed_time"}


def _as_object(read: object) -> object:
    """Return what a framework reads as decode shows it: Tornado's is a text."""
    if not isinstance(read, str):
        return read
    try:
        return json.loads(read)
    except ValueError:
        return {"value": read}


def test_gorilla_reads_what_is_sealed_again() -> None:
    lines: list[JsonObject] = []
    wanted: list[object] = []
    for kind in ("gob", "json", "nop"):
        for size in (0, 16, 32):
            case = BY_NAME[f"securecookie-{kind}-{size}"]
            found, secrets = opened(case)
            moved = replace(found, issued=int(SystemClock().now()))
            if kind == "json":
                moved = replace(moved, payload={**moved.payload, **ADDED})
            ((name, value),) = seal_cookies(DECODERS, moved, secrets).items()
            block = secrets[1] if len(secrets) > 1 else ""
            lines.append(
                {"kind": kind, "name": name, "cookie": value, "hash": secrets[0], "block": block}
            )
            wanted.append(moved.text or moved.payload)
    assert read_with_go(lines) == wanted
