"""One golden case: what the real package was given, and what it did."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from session_inspector.devserver.cookies.jar import CookieOptions, Jars, RequestJar
from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.session.carrier import CarrierSetup
from session_inspector.devserver.session.policy import Policy

COOKIE_KEYS = {
    "name": "name",
    "path": "path",
    "domain": "domain",
    "secure": "secure",
    "sameSite": "same_site",
    "transient": "transient",
}


@dataclass(frozen=True)
class Case:
    """The members of a case, narrowed."""

    raw: JsonObject

    @property
    def name(self) -> str:
        return self.text("name")

    @property
    def op(self) -> str:
        return self.text("op")

    @property
    def now(self) -> float:
        found = self.raw["now"]
        assert isinstance(found, (int, float))
        return found

    def text(self, key: str) -> str:
        found = self.raw[key]
        assert isinstance(found, str)
        return found

    def table(self, key: str) -> JsonObject:
        found = self.raw.get(key)
        return found if isinstance(found, dict) else {}

    def lines(self, key: str) -> list[str]:
        found = self.raw.get(key)
        return [str(line) for line in found] if isinstance(found, list) else []

    def secrets(self) -> list[str]:
        """Return the secret; the package takes one string, and fails on a list or on none."""
        secret = self.raw["secret"]
        if not isinstance(secret, str):
            raise TypeError('"ikm"" must be an instance of Uint8Array or a string')
        if not secret:
            raise TypeError('"ikm" must be at least one byte in length')
        return [secret]

    def jars(self) -> Jars:
        return jars_of(self.table("cookies_in"))

    def ivs(self) -> Iterator[bytes]:
        """Yield the IVs the package used, in the order of the Set-Cookie lines."""
        for sealed in self.table("jwe_out").values():
            assert isinstance(sealed, dict)
            yield _from64(str(sealed["iv_b64"]))

    def policy(self) -> Policy:
        config = self.table("config")
        given = {
            name: config[key]
            for key, name in (
                ("absoluteDuration", "absolute"),
                ("inactivityDuration", "inactivity"),
            )
            if key in config
        }
        numbers = {name: value for name, value in given.items() if isinstance(value, (int, float))}
        return Policy(rolling=config.get("rolling") is not False, **numbers)

    def setup(self, clock: ManualClock, ids: Iterator[str]) -> CarrierSetup:
        ivs = self.ivs()
        return CarrierSetup(
            ring=self.ring(),
            options=self.options(),
            policy=self.policy(),
            compat=True,
            new_iv=lambda: next(ivs, bytes(12)),  # a value that is overwritten at once has none
            new_id=lambda: next(ids),
        )

    def ring(self) -> KeyRing:
        return KeyRing(self.secrets())

    def options(self) -> CookieOptions:
        return cookie_options(self.config_cookie())

    def config_cookie(self) -> JsonObject:
        found = self.table("config").get("cookie")
        return found if isinstance(found, dict) else {}


def cookie_options(given: Mapping[str, Json]) -> CookieOptions:
    options = CookieOptions()
    for key, name in COOKIE_KEYS.items():
        if key in given:
            options = _with(options, name, given[key])
    return options


def _with(options: CookieOptions, name: str, value: Json) -> CookieOptions:
    return replace(options, **{name: value})  # type: ignore[arg-type]  # a vector's own value


def _from64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jars_of(cookies: Mapping[str, Json]) -> Jars:
    """Return the jars of a request that sends these wire values."""
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return Jars(request=RequestJar.parse(header))


def load_cases(path: Path) -> list[Case]:
    return [Case(raw) for raw in json.loads(path.read_text())]


def browser_after(case: Case, lines: Sequence[str]) -> dict[str, str]:
    """Return the cookies a browser holds once it has taken the Set-Cookie lines."""
    held = {name: str(value) for name, value in case.table("cookies_in").items()}
    for cookie in map(parse_set_cookie, lines):
        if cookie.is_deletion:
            held.pop(cookie.name, None)
        else:
            held[cookie.name] = cookie.value
    return held


def difference(what: str, expected: object, found: object) -> list[str]:
    """Return a short diff, empty when equal."""
    if expected == found:
        return []
    if (
        isinstance(expected, Sequence)
        and isinstance(found, Sequence)
        and not isinstance(found, str)
    ):
        for index, pair in enumerate(zip(expected, found, strict=False)):
            if pair[0] != pair[1]:
                return [f"{what}[{index}]: expected {_short(*pair)}, found {_short(*pair[::-1])}"]
        return [f"{what}: expected {len(expected)} entries, found {len(found)}"]
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in [*expected, *found]:
            if expected.get(key) != found.get(key):
                return difference(f"{what}.{key}", expected.get(key), found.get(key))
    return [f"{what}: expected {_short(expected, found)}, found {_short(found, expected)}"]


def _short(value: object, other: object) -> str:
    """Return the text around the first character that differs."""
    text = repr(value)
    against = repr(other)
    at = next(
        (i for i, (a, b) in enumerate(zip(text, against, strict=False)) if a != b), len(against)
    )
    return text[:160] if at < 100 else "…" + text[at - 40 : at + 80]


def as_written(value: Json) -> Json:
    """Return what a JSON file keeps of a value: null for Infinity, nothing else changes."""
    found: Json = json.loads(stringify({"value": value}))["value"]
    return found


def compare_loaded(case: Case, loaded: JsonObject | None) -> list[str]:
    """Return what differs from what the package loaded."""
    if "loaded" not in case.raw:
        return []
    return difference("loaded", case.raw["loaded"], as_written(loaded))


Runner = Callable[[Case], list[str]]
