"""docs/python.md in a project of its own: its examples run, and pass mypy --strict.

Each runs where only the wheel and its framework are installed, against the lab as tenant.
"""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.lab.browser import LoginForm
from tests.devserver.client.api.browsing import Tenant, running_tenant
from tests.install.pages import examples, serving, write_project
from tests.install.wheel import Environment, build_wheel
from tests.waiting import PATIENCE

ALICE = "Alice Archer"
WHOLE = """
from cart import add
from fastapi import Request
from login import send_to_login
from members import router
from stored import app, client

app.include_router(router)
send_to_login(app)

@app.get("/add/{item}")
async def add_item(request: Request, item: str) -> list[str]:
    await add(client, request, item)
    session = await client.get_session(request)
    return session["cart"]
"""
"""The pieces for FastAPI in one app."""
OWN = """
from own_store import client
from starlette_app import Route, Starlette, home

app = client.middleware(Starlette(routes=[Route("/", home)]))
"""
"""The store of one's own behind Starlette's app."""
MISTAKES = """
from session_inspector import Auth0Client, SessionData

def read_name(session: SessionData) -> str:
    return session["usr"]["name"]

Auth0Client(sesion_store=None)
"""
FOUND = [
    'mistakes.py:5: error: Returning Any from function declared to return "str"',
    'mistakes.py:5: error: TypedDict "SessionData" has no key "usr"',
    'mistakes.py:7: error: Unexpected keyword argument "sesion_store" for "Auth0Client"',
]
TESTS = "import test_main as it; it.test_nobody_is_refused(); it.test_alice_is_greeted()"

Environments = Callable[[str], Environment]


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Environments:
    """Return what gives the environment of a framework; several names: all of them in one."""
    folder = tmp_path_factory.mktemp("environments")
    wheel = build_wheel(folder)
    made: dict[str, Environment] = {}

    def find(names: str) -> Environment:
        if names not in made:
            made[names] = Environment(folder / (names or "none"), wheel, names.split())
        return made[names]

    return find


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    with running_tenant(tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_project(tmp_path, {"whole.py": WHOLE, "own.py": OWN})
    return tmp_path


@pytest.fixture
def person(tenant: Tenant) -> Iterator[httpx.Client]:
    context = ssl.create_default_context(cafile=tenant.ca)
    with httpx.Client(verify=context, follow_redirects=True, timeout=PATIENCE) as http:
        yield http


def sign_in(person: httpx.Client, url: str) -> httpx.Response:
    """Log in where the app sends a person, and come back."""
    page = person.get(f"{url}/auth/login")
    form = LoginForm.found_in(page.text)
    assert form is not None, f"{page.status_code} {page.url}: {page.text[:300]}"
    return person.post(page.url.join(form.action), data=form.fill_in("local|alice"))


@pytest.mark.parametrize(
    ("framework", "module", "nobody"),
    [
        ("fastapi", "main", (401, '{"detail":"Nobody is logged in."}')),
        ("", "starlette_app", (200, '{"hello":"stranger"}')),
        ("", "own", (200, '{"hello":"stranger"}')),
        ("litestar", "litestar_app", (200, "Hello, stranger")),
        ("django", "django_app", (200, "Hello, stranger")),
    ],
)
def test_an_example_logs_in_and_out(
    framework: str,
    module: str,
    nobody: tuple[int, str],
    environments: Environments,
    tenant: Tenant,
    project: Path,
    person: httpx.Client,
) -> None:
    with serving(environments(framework), module, project, tenant.env) as url:
        first = person.get(url)
        assert (first.status_code, first.text) == nobody
        assert ALICE in sign_in(person, url).text
        person.get(f"{url}/auth/logout", follow_redirects=False)
        last = person.get(url)
        assert (last.status_code, last.text) == nobody
    log = (project / f"{module}.log").read_text()
    assert "Traceback" not in log, log


def test_the_pieces_for_fastapi_work_together(
    environments: Environments, tenant: Tenant, project: Path, person: httpx.Client
) -> None:
    with serving(environments("fastapi"), "whole", project, tenant.env) as url:
        assert person.get(f"{url}/hello").json() == "Hello, stranger"
        sent = person.get(f"{url}/me", follow_redirects=False)
        assert (sent.status_code, sent.headers["location"]) == (307, "/auth/login?returnTo=/me")
        sign_in(person, url)
        assert person.get(f"{url}/hello").json() == f"Hello, {ALICE}"
        assert person.get(f"{url}/me").json()["sub"] == "local|alice"
        assert person.get(f"{url}/add/tea").json() == ["tea"]
        assert person.get(f"{url}/add/milk").json() == ["tea", "milk"]
    assert (project / "sessions.db").stat().st_size > 0


def test_litestar_keeps_claims_that_no_type_names(
    environments: Environments, tenant: Tenant, project: Path, person: httpx.Client
) -> None:
    with serving(environments("litestar"), "litestar_app", project, tenant.env) as url:
        assert person.get(f"{url}/me").status_code == 401
        sign_in(person, url)
        profile = person.get(f"{url}/auth/profile").json()
        assert person.get(f"{url}/me").json() == {"user": profile}


@pytest.mark.parametrize(
    "code",
    [
        TESTS,
        "from fastapi.testclient import TestClient as T; import lifespan as it\n"
        "with T(it.app) as browser: assert browser.get('/members/').status_code == 404",
    ],
    ids=["tests", "lifespan"],
)
def test_what_needs_no_provider_runs(
    code: str, environments: Environments, tenant: Tenant, project: Path
) -> None:
    done = subprocess.run(
        [str(environments("fastapi").python), "-W", "ignore", "-c", code],
        cwd=project,
        env={**tenant.env, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_all_of_the_page_passes_mypy_strict_in_a_project_of_its_own(
    environments: Environments, project: Path
) -> None:
    typed = Path(__file__).parent / "typed.py"
    (project / "typed.py").write_text(typed.read_text())
    (project / "mistakes.py").write_text(MISTAKES)
    # Django has no types of its own
    (project / "mypy.ini").write_text("[mypy]\n[mypy-django.*]\nignore_missing_imports = True\n")
    python = environments("fastapi litestar django").python
    words = ["--strict", "--no-pretty", "--python-executable", str(python), "--cache-dir", "cache"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *words, *examples(), "typed.py", "mistakes.py"],
        cwd=project,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert len(errors) == len(FOUND), done.stdout
    assert [error[: len(found)] for error, found in zip(errors, FOUND, strict=True)] == FOUND
