"""Flask-Session over Redis, behind gunicorn."""

from __future__ import annotations

from typing import Any

import flask
from flask_session import Session
from redis import Redis

from tests.benchmarks.apps.serve import SECRET, env

app = flask.Flask(__name__)
app.config.update(
    SECRET_KEY=SECRET,
    SESSION_TYPE="redis",
    SESSION_REDIS=Redis.from_url(env("STORE")),
    SESSION_PERMANENT=True,
    SESSION_REFRESH_EACH_REQUEST=True,
)
Session(app)


@app.get("/")
def home() -> dict[str, Any]:
    """Answer who it is; a changed session is written each time."""
    flask.session["visits"] = flask.session.get("visits", 0) + 1
    return {"sub": flask.session["user"]["sub"]}


@app.post("/login")
def login() -> dict[str, Any]:
    """Fill the session."""
    flask.session.update(flask.request.get_json())
    return {}
