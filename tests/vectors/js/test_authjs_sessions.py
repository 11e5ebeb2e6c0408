"""Auth.js with an adapter: the token of a row, and what it keeps while a login is under way."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.registry import examine_cookies, load_decoders
from tests.node.packages import PACKAGES, installed

DECODERS = load_decoders()
UUID = "e50aa534-f89c-4bf9-b21a-c926039cdce0"


PLACES = ("@auth/core", "*/node_modules/@auth/core", "@*/*/node_modules/@auth/core")
"""Where npm may put the package, as one or several others need it."""


def find_cores() -> list[Path]:
    """Return a folder for each version that is installed, the oldest first."""
    found: dict[str, Path] = {}
    for place in PLACES:
        for folder in sorted((PACKAGES / "node_modules").glob(place)):
            found[json.loads((folder / "package.json").read_text())["version"]] = folder
    return [found[version] for version in sorted(found)]


@pytest.fixture(scope="module", params=[0, -1], ids=["oldest", "newest"])
def made(request: pytest.FixtureRequest) -> Any:
    """Return what the real package has made."""
    node = installed()
    core = find_cores()[request.param] / "index.js"
    script = Path(__file__).with_name("authjs-sessions.mjs")
    done = subprocess.run(
        [node, str(script), str(core)], capture_output=True, text=True, timeout=120, check=True
    )
    return json.loads(done.stdout)


def opened(
    cookies: dict[str, str], secret: str = "", rows: Mapping[str, bytes] | None = None
) -> Decoded:
    material = Material(cookies=cookies, secrets=[secret], now=1_795_900_000, rows=rows or {})
    return examine_cookies(DECODERS, material).take()


def test_the_token_of_a_database_session_names_its_row(made: Any) -> None:
    found = opened(made["token"])
    assert (found.format, found.session_id) == ("Auth.js (database session)", made["id"])
    assert found.unverified is not None
    assert found.unverified.code == "no_row"


def test_the_row_proves_it_and_its_end_is_the_row_s(made: Any) -> None:
    row = json.dumps(made["row"]).encode()
    found = opened(made["token"], rows={f"user:session:{made['id']}": row})
    assert found.is_verified
    assert found.payload == made["row"]
    assert found.expires == datetime.fromisoformat(made["row"]["expires"]).timestamp()
    assert found.ends_by == "expires"


@pytest.mark.parametrize("end", ["pkce.code_verifier", "state"])
def test_what_a_login_keeps_is_a_transaction_and_no_session(made: Any, end: str) -> None:
    name = f"authjs.{end}"
    found = opened({name: made["login"][name]}, made["secret"])
    assert (found.format, found.role) == ("Auth.js v5 (transaction)", "transaction")
    assert found.is_verified


def test_a_uuid_under_another_name_could_be_anybodys() -> None:
    (claim,) = [
        attempt.claim
        for attempt in examine_cookies(
            DECODERS, Material(cookies={"visitor": UUID}, now=0)
        ).attempts
        if attempt.family == "authjs-database"
    ]
    assert not claim.is_certain


@pytest.mark.parametrize("value", [UUID.upper(), "e50aa534", "x" * 64])
def test_what_is_no_token_of_its_kind_is_not_claimed(value: str) -> None:
    finding = examine_cookies(DECODERS, Material(cookies={"authjs.session-token": value}, now=0))
    assert "authjs-database" not in {attempt.family for attempt in finding.attempts}
