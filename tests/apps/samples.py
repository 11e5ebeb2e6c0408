"""The sample apps: how each is started, where it signs in, and what opens its cookie."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.apps.commands import (
    go_run,
    maven_run,
    next_dev,
    node_script,
    npm_dev,
    python_script,
)
from tests.apps.next_build import build, next_start
from tests.servers import wait_for_port
from tests.waiting import PATIENCE

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Deployed:
    """An app that is built before it is started."""

    build: Callable[[], dict[str, str]]
    """Returns the environment that finds what was built."""
    command: Callable[[int], list[str]]


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
    deployed: Deployed | None = None
    """How it is started where `run` does not start it; None: by its command."""


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
    deployed=Deployed(build, next_start),
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
    deployed=Deployed(build, next_start),
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
    command = sample.command
    if sample.deployed is not None:
        own |= sample.deployed.build()
        command = sample.deployed.command
    with (folder / f"{sample.name}.log").open("w") as log:
        process = subprocess.Popen(
            command(port),
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
