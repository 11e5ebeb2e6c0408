"""Cases of what `php/` prints."""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.devserver.core.values import JsonObject

VARIABLES: JsonObject = {
    "user_id": 4711,
    "name": "Zoë 漢",
    "admin": True,
    "none": None,
    "score": 1.25,
    "cart": {"@class": "Cart", "items": ["apple"], "total": 3.5, "owner": "zoe"},
    "roles": ["a", "b"],
    "map": {"x": -1, "7": "y"},
    "suit": "Suit:Hearts",
}
SYMFONY: JsonObject = {
    "_security_main": "token",
    "user": "zoe@example.com",
    "_symfony_flashes": {"notice": ["hello"]},
}
ROWS = {
    "php": ("PHP", VARIABLES, "PHP 8.2.36"),
    "php_serialize": ("PHP", VARIABLES, "PHP 8.2.36"),
    "symfony": ("Symfony", SYMFONY, "symfony/http-foundation 5.4.53"),
}


def to_cases(line: JsonObject) -> Iterator[JsonObject]:
    """Yield the case of one line."""
    kind = str(line["kind"])
    case: JsonObject = {"name": kind, "minted_at": line["at"], "cookies": line["cookies"]}
    if kind in ROWS:
        yield case | _describe_row(kind, line)
    elif kind == "wordpress":
        yield case | {
            "format": "wordpress",
            "family": "wordpress",
            "called": "WordPress",
            "generator": "WordPress 6.1.9",
            "secret": line["secret"],
            "salt": line["pass"],
            "readable": True,
            "session_id": line["token"],
            "exp": line["ends"],
            "expected": {"username": "zoe", "id": line["token"]},
        }
    else:
        yield case | {
            "format": "symfony-remember-me",
            "family": "symfony",
            "called": "Symfony (remember me)",
            "generator": "symfony/security-http 5.4.53",
            "secret": line["secret"],
            "readable": True,
            "exp": line["ends"],
            "expected": {"username": "zoe@example.com", "class": "App\\Entity\\User"},
        }


def _describe_row(kind: str, line: JsonObject) -> JsonObject:
    cookies = line["cookies"]
    assert isinstance(cookies, dict)
    called, expected, generator = ROWS[kind]
    session_id = str(cookies["PHPSESSID"])
    return {
        "format": f"php-{kind}",
        "family": "php",
        "called": called,
        "tags": ["unsealed", "named", "shared"],
        "generator": generator,
        "secret": None,
        "session_id": session_id,
        "expected": expected,
        "store_b64": {f"PHPREDIS_SESSION:{session_id}": line["row"]},
    }
