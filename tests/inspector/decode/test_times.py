"""Times are edited where each format keeps them, and an edit that did not take is told."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from itsdangerous import TimestampSigner

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies, seal_cookies
from session_inspector.inspector.decode.edits import Edit, apply_edit
from session_inspector.inspector.decode.times import check_taken
from tests.vectors.formats import FormatCase

FILE = Path(__file__).parents[2] / "vectors" / "other-formats.json"
DECODERS = load_decoders()
CASES = {raw["name"]: FormatCase(raw, DECODERS) for raw in json.loads(FILE.read_text())}
NOW = 1_800_000_000.0
TIMED = (
    "eoidc-single",
    "v3-single",
    "na4-http",
    "authjs-https",
    "iron-default",
    "a0py-single",
    "starlette-default",
    "star-cookie",
    "star-cookie-fernet",
    "flask-default",
    "django-expired",
    "rails7-expire-after",
    "laravel-cookie-driver",
    "o2p-single",
)
IDS = ("eoidc-store-signed", "es-signed", "flask-session-signed-id", "laravel-cbc")


def opened(name: str) -> tuple[Material, Decoded]:
    material = replace(CASES[name].material(), rows={}, now=NOW)
    return material, open_cookies(DECODERS, material)


def resealed(name: str, edit: Edit) -> Decoded:
    material, found = opened(name)
    wanted = apply_edit(found, edit, NOW)
    cookies = seal_cookies(DECODERS, wanted, material.secrets)
    return check_taken(wanted, cookies, DECODERS, material)


@pytest.mark.parametrize("name", TIMED)
def test_a_later_end_makes_it_valid_again(name: str) -> None:
    again = resealed(name, Edit(expires="+30m", sets=["added=1"]))
    assert again.expires == NOW + 1800
    assert again.problem == ""
    assert again.payload["added"] == 1
    if again.updated is not None:  # its server counts from there, too
        assert (again.issued, again.updated) == (NOW, NOW)


@pytest.mark.parametrize("name", TIMED)
def test_an_end_in_the_past_is_expired(name: str) -> None:
    assert resealed(name, Edit(expires="-2h")).problem == "expired"


@pytest.mark.parametrize("name", ["starlette-default", "flask-default", "star-cookie"])
def test_a_stamp_moves_its_end(name: str) -> None:
    _, found = opened(name)
    again = resealed(name, Edit(issued="-1m"))
    assert (found.expires, found.issued, again.expires) != (None, None, None)
    span = (found.expires or 0) - (found.issued or 0)
    assert (again.issued, again.expires) == (NOW - 60, NOW - 60 + span)


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("edit", [Edit(sets=["user=1"]), Edit(expires="+1h")])
def test_what_an_id_cannot_hold_is_told(name: str, edit: Edit) -> None:
    with pytest.raises(InputError, match=r"in a store|no such time"):
        resealed(name, edit)


@pytest.mark.parametrize("name", IDS[:2])
def test_another_id_is_signed(name: str) -> None:
    other = "0123456789abcdef0123456789abcdef"
    assert resealed(name, Edit(sets=[f"id={json.dumps(other)}"])).session_id == other


def test_one_stamp_takes_one_time() -> None:
    with pytest.raises(InputError, match="not both"):
        resealed("flask-default", Edit(expires="+1h", issued="-1h"))
    with pytest.raises(InputError, match="no such time"):
        resealed("iron-default", Edit(issued="-1h"))


@pytest.mark.parametrize("user", ["Al", "Bob", "Dora"])
def test_a_cookie_that_another_family_reads_as_well_is_read_by_its_own(user: str) -> None:
    """Starlette's value has no `=` where its JSON divides by three: Flask's looks like that."""
    secret = "a-secret-of-starlette"
    text = base64.b64encode(json.dumps({"user": "alice", "csrf": "x", "n": 1}).encode())
    signed = TimestampSigner(secret).sign(text).decode()
    material = Material(cookies={"session": signed}, secrets=[secret], now=SystemClock().now())
    found = open_cookies(DECODERS, material)
    wanted = apply_edit(found, Edit(sets=[f"user={user}"]), material.now)
    cookies = seal_cookies(DECODERS, wanted, [secret])
    again = check_taken(wanted, cookies, DECODERS, replace(material, salts=[found.salt]))
    assert (again.family, again.payload["user"]) == ("starlette", user)
