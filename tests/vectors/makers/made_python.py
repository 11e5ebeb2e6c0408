"""Cases of what `python/` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.json_text import parse_object

NAMES = {
    "_streamlit_user": "Tornado (Streamlit)",
    "username-localhost-8888": "Tornado (Jupyter Server)",
    "jupyterhub-session-id": "Tornado (JupyterHub)",
}

GENERATORS = {"quart": "Quart 0.22.0", "flask-fallback": "Flask 3.1.3"}


def to_cases(line: JsonObject) -> Iterator[JsonObject]:
    """Yield the case of one line."""
    kind = str(line["kind"])
    family = kind.partition("-")[0]
    case: JsonObject = {
        "name": f"{kind}-{line['at']}",
        "minted_at": line["at"],
        "cookies": line["cookies"],
        "secret": line.get("secret"),
    }
    found = DESCRIPTIONS[family](kind, line)
    secret = found.pop("more_secrets", None)
    if secret:
        found["secret"] = [line["secret"], secret]
    yield {**case, **found}


def _tornado(kind: str, line: JsonObject) -> JsonObject:
    (name,) = _cookies(line)
    value = str(line["value"])
    shown: Json = parse_object(value)
    if shown is None:
        shown = {"value": value}
    version = line.get("key_version", "0")
    return {
        "name": f"tornado-{name}-{version}",
        "format": "tornado",
        "family": "tornado",
        "called": NAMES.get(name, "Tornado"),
        "tags": ["bound"],
        "generator": "tornado 6.6.1",
        "readable": True,
        "iat": line["at"],
        "header": {"name": name, "key_version": version},
        "expected_subset": shown,
    }


def _aiohttp(kind: str, line: JsonObject) -> JsonObject:
    is_bytes = " " in str(line["secret"])
    return {
        "name": f"aiohttp-session-{'bytes' if is_bytes else 'text'}",
        "format": "aiohttp-session",
        "family": "aiohttp-session",
        "called": "aiohttp-session",
        "tags": ["shared"],
        "generator": "aiohttp-session 2.12.1",
        "iat": line["created"],
        "expected": line["expected"],
    }


def _litestar(kind: str, line: JsonObject) -> JsonObject:
    return {
        "name": kind,
        "format": "litestar",
        "family": "litestar",
        "called": "Litestar",
        "generator": "litestar 2.25.0",
        "chunks": len(_cookies(line)),
        "expected": line["expected"],
    }


def _pyramid(kind: str, line: JsonObject) -> JsonObject:
    return {
        "name": kind,
        "format": "pyramid",
        "family": "pyramid",
        "called": "Pyramid",
        "generator": "pyramid 2.1",
        "readable": True,
        "iat": line["created"],
        "expected": line["expected"],
    }


def _bottle(kind: str, line: JsonObject) -> JsonObject:
    return {
        "name": kind.replace("openssl_", ""),
        "format": "bottle",
        "family": "bottle",
        "called": "Bottle",
        "tags": ["bound"],
        "generator": "bottle 0.13.4",
        "readable": True,
        "cookies": {name: f'"{value}"' for name, value in _cookies(line).items()},
        "expected": line["expected"],
    }


def _beaker(kind: str, line: JsonObject) -> JsonObject:
    expected = line["expected"]
    assert isinstance(expected, dict)
    content: JsonObject = {"expected_subset": {"user": expected["user"], "n": 3}}
    if kind == "beaker-id":
        content = {"expected": {"id": line["id"]}, "tags": ["shared"]}
    return {
        "name": kind,
        "format": kind,
        "family": "beaker",
        "called": "Beaker",
        "generator": "Beaker 1.14.1",
        "readable": kind != "beaker-sealed",
        "more_secrets": line["encrypt_key"],
        **content,
    }


def _flask(kind: str, line: JsonObject) -> JsonObject:
    return {
        "name": kind,
        "format": "flask-session-cookie",
        "family": "flask",
        "called": "Flask",
        "generator": GENERATORS.get(kind, kind.replace("flask-", "Flask ")),
        "readable": True,
        "expected": line["expected"],
    }


def _signed(kind: str, line: JsonObject) -> JsonObject:
    return {
        "name": kind,
        "format": "django-signed-cookies",
        "family": "django",
        "called": "Django (signed cookies)",
        "generator": kind.replace("signed-django-", "Django "),
        "readable": True,
        "iat": line["at"],
        "expected": line["expected"],
    }


def _django(kind: str, line: JsonObject) -> JsonObject:
    (session_id,) = _cookies(line).values()
    return {
        "name": kind,
        "format": "django-redis-rows",
        "family": "django",
        "called": "Django (cache)",
        "tags": ["unsealed", "shared"],
        "generator": "Django 5.2.19, django-redis 7.0.0",
        "session_id": session_id,
        "expected": line["expected"],
        "store_b64": {str(line["key"]): line["row"]},
    }


def _cookies(line: JsonObject) -> JsonObject:
    found = line["cookies"]
    assert isinstance(found, dict)
    return found


DESCRIPTIONS: dict[str, Callable[[str, JsonObject], JsonObject]] = {
    "tornado": _tornado,
    "aiohttp": _aiohttp,
    "litestar": _litestar,
    "pyramid": _pyramid,
    "bottle": _bottle,
    "beaker": _beaker,
    "quart": _flask,
    "flask": _flask,
    "django": _django,
    "signed": _signed,
}
