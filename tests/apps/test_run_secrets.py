"""Apps with a secret in their source, by `run`: it stays theirs, and what they take is taken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionShownAgain,
    SessionWritten,
)
from tests.apps.runs import Run, started
from tests.node.packages import PACKAGES, installed
from tests.waiting import eventually, patient_client

DEFAULT = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7"
TOKENS = f"""
import os, time, uvicorn
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

SECRET_KEY = os.environ.get("SECRET_KEY", "{DEFAULT}")
KEY = OctKey.import_key(SECRET_KEY)

async def login(request):
    claims = {{"sub": "ann", "exp": int(time.time()) + 120}}
    token = jwt.encode({{"alg": "HS256"}}, claims, KEY)
    answer = PlainTextResponse("", 303, {{"location": "/"}})
    answer.set_cookie("access_token", f"Bearer {{token}}", httponly=True, max_age=120)
    return answer

async def home(request):
    token = request.cookies.get("access_token", "").removeprefix("Bearer ")
    try:
        return PlainTextResponse(jwt.decode(token, KEY).claims["sub"])
    except Exception:
        return PlainTextResponse("nobody", 401)

routes = [Route("/login", login, methods=["POST"]), Route("/", home)]
uvicorn.run(Starlette(routes=routes), port=int(os.environ["PORT"]), log_level="warning")
"""
EXPRESS = """
import express from "express";
import session from "express-session";

const app = express();
app.use(session({ secret: "hunter2-very-long", resave: false, saveUninitialized: false }));
app.post("/login", (request, response) => {
  request.session.user = "ann";
  response.redirect("/");
});
app.get("/", (request, response) => {
  response.status(request.session.user ? 200 : 401).send(request.session.user ?? "nobody");
});
app.post("/logout", (request, response) => {
  request.session.regenerate(() => {
    request.session.left = true;
    response.redirect("/");
  });
});
app.listen(process.env.PORT, "127.0.0.1");
"""


def settle(run: Run, count: int) -> None:
    """Wait until so many requests are told."""
    eventually(lambda: len(run.heard(ExchangeEnded)) == count)


@pytest.mark.parametrize("flags", [(), ("--no-tenant",)])
def test_a_token_of_the_apps_own_secret_is_accepted_as_without_the_tool(
    flags: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(TOKENS)
    claims = {"sub": "zoe", "exp": int(SystemClock().now()) + 900}
    minted = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(DEFAULT))
    env = {"OTHER_SECRET": "of something else"}
    with (
        started([sys.executable, "app.py"], tmp_path, tmp_path, *flags, env=env) as run,
        patient_client(base_url=run.base_url) as browser,
    ):
        before = browser.get("/", headers={"cookie": f"access_token=Bearer {minted}"})
        assert (before.status_code, before.text) == (200, "zoe")
        assert browser.post("/login").status_code == 303
        assert browser.get("/").text == "ann"
        settle(run, 3)
        (written,) = run.heard(SessionWritten)
        assert written.facts.sub == "ann"
        assert {timer.name for timer in written.facts.timers} == {"sealed", "cookie"}
        assert written.session in {event.session for event in run.heard(SessionLoaded)}
        assert run.heard(SessionRefused) == []


def test_express_with_its_secret_in_the_source_is_refused_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "app.mjs").write_text(EXPRESS)
    (folder / "node_modules").symlink_to(PACKAGES / "node_modules")
    with (
        started([installed(), "app.mjs"], folder, tmp_path) as run,
        patient_client(base_url=run.base_url) as browser,
    ):
        assert browser.post("/login").status_code == 302
        old = browser.cookies["connect.sid"]
        assert browser.get("/").status_code == 200
        assert browser.post("/logout").status_code == 302
        assert browser.cookies["connect.sid"] != old
        browser.cookies.clear()
        assert browser.get("/", headers={"cookie": f"connect.sid={old}"}).status_code == 401
        settle(run, 4)
        first, second = run.heard(SessionWritten)
        assert (second.previous, second.reason) == ("", "created")
        (ended,) = run.heard(SessionDestroyed)
        assert (ended.session, ended.reason) == (first.session, "logout")
        assert run.heard(SessionRefused) == []
        again = run.wait_for(SessionShownAgain)
        assert (again.session, again.outcome) == (first.session, "refused")
