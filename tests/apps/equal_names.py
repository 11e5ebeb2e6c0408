"""Prints which of two equal names each Python package reads, as JSON; runs where they are."""

import json

import django.http.cookie
import flask
import starlette.requests

HEADER = "session=first; session=last"
APP = flask.Flask("app")
with APP.test_request_context(headers={"Cookie": HEADER}):
    # what SecureCookieSessionInterface and Flask-Session call
    BY_FLASK = flask.request.cookies.get("session")
BY_STARLETTE = starlette.requests.cookie_parser(HEADER)["session"]
print(
    json.dumps(
        {
            "flask": BY_FLASK,
            "flask-session": BY_FLASK,
            "django": django.http.cookie.parse_cookie(HEADER)["session"],
            "starlette": BY_STARLETTE,
            "auth0-server-python": BY_STARLETTE,
        }
    )
)
