"""At the edges the real package does the same, byte for byte, and nothing there breaks us."""

from __future__ import annotations

import asyncio
import subprocess
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.client.client import Auth0Client
from session_inspector.devserver.client.options import ClientOptions
from session_inspector.devserver.session.carrier import CarrierSetup
from session_inspector.devserver.session.stateful import StatefulCarrier
from session_inspector.devserver.session.stateless import StatelessCarrier
from tests.node.packages import installed
from tests.vectors.case import Case, load_cases
from tests.vectors.routes import REFUSED_OPTIONS, options_of, store_of, visit
from tests.vectors.run import run_case
from tests.vectors.sessions import Notebook
from tests.vectors.tenant import Tenant

FILE = Path(__file__).with_name("nextjs-auth0-edges.json")
SCRIPTS = Path(__file__).with_name("sdk")
CASES = load_cases(FILE)
ROUTES = [
    case for case in CASES if case.op == "route" and case.raw.get("throws") not in REFUSED_OPTIONS
]
SESSIONS = [case for case in CASES if case.op in ("get", "touch", "set", "delete")]
DELIBERATE = (
    "The state parameter is",
    "An error occurred",
    "A session data store is not",
    '"code" parameter must',
    "no authorization code in",
    "Discovery failed",
    "authorization server metadata does not",
    "the request came for",
)
"""How the texts of those answers begin that are a 500 in the SDK as well; the last is ours."""


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_package_did_the_same(case: Case) -> None:
    assert run_case(case) == []


def test_there_are_all_of_them() -> None:
    assert len(CASES) == 2198
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_package_still_makes_the_same_bytes() -> None:
    done = subprocess.run(
        [installed(), "edges.mjs"], cwd=SCRIPTS, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == FILE.read_text()


def safer(case: Case) -> tuple[Auth0Client, Tenant]:
    """Return the client of a case without compat mode."""
    tenant = Tenant(case)
    options: ClientOptions = options_of(case, tenant, store_of(case))
    del options["compat"]
    return Auth0Client(**options), tenant


@pytest.mark.parametrize("case", ROUTES, ids=[case.name for case in ROUTES])
def test_outside_compat_mode_no_request_ends_in_an_error_of_ours(case: Case) -> None:
    client, _ = safer(case)
    answer: httpx.Response = asyncio.run(visit(client, case))
    assert answer.status_code < 500 or answer.text.startswith(DELIBERATE)


@pytest.mark.parametrize("case", SESSIONS, ids=[case.name for case in SESSIONS])
def test_outside_compat_mode_no_session_raises(case: Case) -> None:
    asyncio.run(operate_safely(case))


@pytest.mark.parametrize("kind", ["empty_unmerged", "granted_only_unmerged_scope"])
def test_outside_compat_mode_a_token_that_is_read_stays_as_it_is(kind: str) -> None:
    case = next(case for case in CASES if case.name == f"edge_tokens_{kind}_plain")
    client, _ = safer(case)
    answer = asyncio.run(visit(client, case))
    assert answer.json()["token"] == "old"
    assert (case.lines("set_cookie") != [], answer.headers.get_list("set-cookie")) == (True, [])


async def operate_safely(case: Case) -> None:
    setup = CarrierSetup(
        ring=case.ring(), options=case.options(), policy=case.policy(), new_iv=lambda: bytes(12)
    )
    carrier: StatelessCarrier | StatefulCarrier = StatelessCarrier(setup)
    if case.table("config").get("store") == "stateful":
        data = case.table("config").get("store_data")
        carrier = StatefulCarrier(setup, Notebook(data if isinstance(data, dict) else {}))
    jars = case.jars()
    await carrier.load(jars, case.now)
    if case.table("session"):
        await carrier.save(replace(jars), case.table("session"), case.now, is_new=False)
    await carrier.drop(jars, case.now)
