"""The sample apps: how each is started, where it signs in, and what opens its cookie."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.engines import CACHE as ENGINES
from tests.node.packages import PACKAGES, installed
from tests.servers import binary, wait_for_port
from tests.waiting import PATIENCE

FOLDER = Path(__file__).parent
VENV = Path(
    os.environ.get("SESSION_INSPECTOR_APPS")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    / "session-inspector"
    / "apps"
)
"""Where tests/apps.sh installs the Python packages."""


def python() -> str:
    """Return the samples' Python; skips when it is not installed."""
    installed_file = VENV / "installed.txt"
    wanted = FOLDER / "requirements.txt"
    if installed_file.exists() and installed_file.read_text() == wanted.read_text():
        return str(VENV / "bin" / "python")
    pytest.skip("the sample apps' packages are not installed. Fix: bash tests/apps.sh")


def node_script(name: str) -> Callable[[int], list[str]]:
    return lambda port: [installed(), str(FOLDER / name / "app.mjs")]


def python_script(name: str) -> Callable[[int], list[str]]:
    return lambda port: [python(), "-W", "ignore", str(FOLDER / name / "app.py")]


def go_run() -> list[str]:
    """Return `go run .`, with the modules and builds of whoever runs the tests."""
    places = ("GOMODCACHE", "GOCACHE")
    asked = subprocess.run(
        [binary("go"), "env", *places], capture_output=True, text=True, check=True
    )
    kept = zip(places, asked.stdout.split(), strict=True)
    return ["env", *(f"{name}={place}" for name, place in kept), "go", "run", "."]


def npm_dev() -> list[str]:
    """Return `npm run dev`; the packages are linked into the folder by who starts it."""
    installed()
    return [binary("npm"), "run", "dev"]


def maven_run() -> list[str]:
    """Return `mvn spring-boot:run`, with what tests/engines.sh has downloaded."""
    if not (ENGINES / "spring-boot" / "pom.xml").exists():
        pytest.skip("Spring Boot is not installed. Fix: bash tests/engines.sh")
    binary("java")
    repository = Path.home() / ".m2" / "repository"
    options = ["-q", "-B", "-o", f"-Dmaven.repo.local={repository}"]
    return [binary("mvn"), *options, "spring-boot:run"]


def next_dev(port: int) -> list[str]:
    next_bin = PACKAGES / "node_modules" / "next" / "dist" / "bin" / "next"
    where = ["-H", "127.0.0.1", "-p", str(port)]
    return [installed(), str(next_bin), "dev", str(FOLDER / "nextjs"), *where]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One app."""

    name: str
    framework: str
    """Whose environment it reads."""
    command: Callable[[int], list[str]]
    family: str
    """Which decoder opens its session cookie."""
    secret: str
    """The variable that has the secret."""
    login: str = "/login"
    logout: str = "/logout"
    backchannel: str = ""
    store: str = ""
    """The variable that says where its sessions are; empty: in the cookie."""
    key: str = "{}"
    """How the key of its rows in Redis is made from the id in the cookie."""
    who: str = "alice"
    """What its session says of Alice; Django knows the number of a row."""
    button: str = ""
    """What is on the button of its own pages of login and logout; empty: a visit is enough."""
    found: str = ""
    """What `run` says that it is, at its beginning."""
    more: dict[str, str] = field(default_factory=dict)


EXPRESS = Sample(
    name="express",
    framework="express",
    command=node_script("express"),
    family="express-openid-connect",
    secret="SECRET",
)
EXPRESS_DEFAULT = Sample(
    name="express-default",
    framework="express",
    command=node_script("express"),
    family="express-openid-connect",
    secret="SECRET",
    more={"RESPONSE_TYPE": "id_token"},
)
"""As the package is without authorizationParams: an ID token by form post."""
NEXTJS = Sample(
    name="nextjs",
    framework="nextjs",
    command=next_dev,
    family="nextjs-auth0",
    secret="AUTH0_SECRET",
    login="/auth/login",
    logout="/auth/logout",
)
AUTHJS = Sample(
    name="authjs",
    framework="authjs",
    command=node_script("authjs"),
    family="authjs",
    secret="AUTH_SECRET",
    login="/auth/signin",
    logout="/auth/signout",
    button="Sign",
)
FASTAPI = Sample(
    name="fastapi",
    framework="fastapi",
    command=python_script("fastapi"),
    family="auth0-server-python",
    secret="AUTH0_SECRET",
    login="/auth/login",
    logout="/auth/logout",
)
FLASK = Sample(
    name="flask",
    framework="env",
    command=python_script("flask"),
    family="flask",
    secret="SECRET_KEY",
)
STARLETTE = Sample(
    name="starlette",
    framework="env",
    command=python_script("starlette"),
    family="starlette",
    secret="SECRET_KEY",
)
EXPRESS_REDIS = Sample(
    name="express-redis",
    framework="express",
    command=node_script("express"),
    family="express-openid-connect",
    secret="SECRET",
    backchannel="/backchannel-logout",
    store="REDIS_URL",
    key="sess:{}",
)
NEXTJS_REDIS = Sample(
    name="nextjs-redis",
    framework="nextjs",
    command=next_dev,
    family="nextjs-auth0",
    secret="AUTH0_SECRET",
    login="/auth/login",
    logout="/auth/logout",
    backchannel="/auth/backchannel-logout",
    store="REDIS_URL",
    key="session:{}",
)
FLASK_REDIS = Sample(
    name="flask-redis",
    framework="env",
    command=python_script("flask"),
    family="flask-session",
    secret="SECRET_KEY",
    backchannel="/backchannel-logout",
    store="REDIS_URL",
    key="session:{}",
)
DJANGO = Sample(
    name="django",
    framework="env",
    command=python_script("django"),
    family="django",
    secret="SECRET_KEY",
    login="/oidc/authenticate/",
    store="DATABASE",
    who="1",
)
GO = Sample(
    name="go",
    framework="env",
    command=lambda port: go_run(),
    family="scs",
    secret="",
    store="REDIS_URL",
    key="scs:session:{}",
    found="scs, go-oidc (go.mod)",
)
"""Only by `run`, as those below: built when it is started, in a copy of its folder."""
HONO = Sample(
    name="hono",
    framework="better-auth",
    command=lambda port: npm_dev(),
    family="better-auth",
    secret="BETTER_AUTH_SECRET",
    store="DATABASE_URL",
    found="Hono, better-auth (package.json)",
)
SVELTEKIT = Sample(
    name="sveltekit",
    framework="authjs",
    command=lambda port: npm_dev(),
    family="authjs-database",
    secret="AUTH_SECRET",
    store="DATABASE_URL",
    button="Sign",
    found="SvelteKit, Vite, Auth.js (package.json)",
)
"""Auth.js renews no tokens by itself: its /refresh is the code of its guide."""
SPRING_BOOT = Sample(
    name="spring-boot",
    framework="spring",
    command=lambda port: maven_run(),
    family="spring-session",
    secret="",
    login="/oauth2/authorization/local",
    store="REDIS_URL",
    found="Spring Boot, Spring Security, Spring Session, Redis (pom.xml)",
)
STATELESS = (EXPRESS, EXPRESS_DEFAULT, NEXTJS, AUTHJS, FASTAPI, FLASK, STARLETTE)
STATEFUL = (EXPRESS_REDIS, NEXTJS_REDIS, FLASK_REDIS, DJANGO)


def show_routes() -> None:
    """Let each `next dev` read again which pages there are.

    On a busy machine it may have read its folder before it had seen all of it, and nothing tells
    it of the rest: it answers 404 until a file changes (setup-dev-bundler.js of 16.2; the same with
    `knownFiles` cut by hand).
    """
    for file in (FOLDER / "nextjs" / "app").rglob("*.js*"):
        file.touch()


@contextmanager
def running(sample: Sample, port: int, env: dict[str, str], folder: Path) -> Iterator[None]:
    """Run an app until the block ends; its output goes to a file in the folder."""
    own = {**os.environ, "NEXT_TELEMETRY_DISABLED": "1", "NODE_ENV": "development"}
    # two development servers of Next.js may not build into one folder: they end each other
    built = FOLDER / "nextjs" / ".next" / str(port)
    own |= {**env, **sample.more, "PORT": str(port), "DIST": f".next/{port}"}
    with (folder / f"{sample.name}.log").open("w") as log:
        process = subprocess.Popen(
            sample.command(port),
            env=own,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Next.js has children: all end with their group
        )
        try:
            wait_for_port(port, process)
            yield
        finally:
            os.killpg(process.pid, 9)
            process.wait(PATIENCE)
            shutil.rmtree(built, ignore_errors=True)  # only Next.js has made it
