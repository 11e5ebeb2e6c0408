"""Flask-Session, Django and starsessions in their options, an app for each.

GET /CELL/login signs in, /CELL/me says whether somebody is. Prints its port, then its cells.
FRAMEWORK: flask | django | starsessions; STORE: the kind of its store, at URL.
"""

import itertools
import json
import os
import socket
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

URL = os.environ["URL"]
STORE = os.environ["STORE"]
SECRET = os.environ["SECRET"]
LIFE = int(os.environ["LIFE"])
BOTH = (True, False)


def tell(port, cells):
    """Print where this serves, and what."""
    print(json.dumps({"port": port, "cells": list(cells)}), flush=True)


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, *_):
        """Write nothing."""


def serve_wsgi(apps):
    """Serve one app for each cell."""

    def dispatch(environ, start_response):
        _, cell, rest = environ["PATH_INFO"].split("/", 2)
        environ["SCRIPT_NAME"] = f"/{cell}"
        environ["PATH_INFO"] = f"/{rest}"
        return apps[cell](environ, start_response)

    server = make_server("127.0.0.1", 0, dispatch, handler_class=Quiet)
    tell(server.server_port, apps)
    server.serve_forever()


# -- Flask-Session -----------------------------------------------------------------------------


def flask_store():
    """Return the configuration of its store."""
    if STORE == "redis":
        from redis import Redis

        return {"SESSION_TYPE": "redis", "SESSION_REDIS": Redis.from_url(URL)}
    if STORE == "mongodb":
        from pymongo import MongoClient
        from pymongo.collection import Collection

        # the test's server has no TTL indexes; one of MongoDB looks once a minute
        Collection.create_index = lambda *_, **__: "none"
        client = MongoClient(URL)
        name = client.get_default_database().name
        return {"SESSION_TYPE": "mongodb", "SESSION_MONGODB": client, "SESSION_MONGODB_DB": name}
    return {"SESSION_TYPE": "sqlalchemy", "SQLALCHEMY_DATABASE_URI": URL}


def flask_app(store, permanent, refreshed):
    """Return an app with one set of options."""
    from flask import Flask, jsonify, session
    from flask_session import Session

    app = Flask("app")
    app.secret_key = SECRET
    app.config.update(store)
    app.config.update(
        SESSION_PERMANENT=permanent,
        SESSION_REFRESH_EACH_REQUEST=refreshed,
        PERMANENT_SESSION_LIFETIME=LIFE,
    )
    if STORE == "sqlalchemy":
        from flask_sqlalchemy import SQLAlchemy

        app.config["SESSION_SQLALCHEMY"] = SQLAlchemy(app)
    Session(app)

    @app.get("/login")
    def login():
        session["user_id"] = "ann"
        return jsonify(id=session.sid)

    @app.get("/me")
    def me():
        return "", (200 if session.get("user_id") else 401)

    return app


def serve_flask():
    """Serve each combination of a permanent session and of a refresh at each request."""
    store = flask_store()
    serve_wsgi(
        {
            f"{'kept' if permanent else 'session-cookie'}-{'rolling' if refreshed else 'still'}": (
                flask_app(store, permanent, refreshed)
            )
            for permanent, refreshed in itertools.product(BOTH, BOTH)
        }
    )


# -- Django ------------------------------------------------------------------------------------


def django_redis_caches():
    """Return caches of django-redis: its default, which pickles, and compressed JSON."""
    one = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": URL}
    options = {
        "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
        "COMPRESSOR": "django_redis.compressors.zlib.ZlibCompressor",
    }
    return {"default": one, "json": {**one, "KEY_PREFIX": "shop", "OPTIONS": options}}


ENGINES = {"db": "db", "cached_db": "cached_db", "signed_cookies": "signed_cookies"}


def setup_django():
    """Configure it for one kind of store."""
    import django
    from django.conf import settings

    file = URL.removeprefix("sqlite://") if URL.startswith("sqlite:") else ":memory:"
    caches = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    if STORE == "cache":
        redis = "django.core.cache.backends.redis.RedisCache"
        caches = {"default": {"BACKEND": redis, "LOCATION": URL}}
    if STORE == "django-redis":
        caches = django_redis_caches()
    settings.configure(
        SECRET_KEY=SECRET,
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": file}},
        CACHES=caches,
        SESSION_ENGINE=f"django.contrib.sessions.backends.{ENGINES.get(STORE, 'cache')}",
        INSTALLED_APPS=["django.contrib.sessions"],
    )
    django.setup()
    if file != ":memory:":
        from django.core.management import call_command

        call_command("migrate", verbosity=0)


def django_app(rolling, kept, given, alias):
    """Return an app with one set of options; its settings hold while it answers."""
    from django.contrib.sessions.middleware import SessionMiddleware
    from django.core.handlers.wsgi import WSGIRequest
    from django.http import HttpResponse, JsonResponse
    from django.test.utils import override_settings

    options = override_settings(
        SESSION_SAVE_EVERY_REQUEST=rolling,
        SESSION_EXPIRE_AT_BROWSER_CLOSE=not kept,
        SESSION_COOKIE_AGE=LIFE,
        SESSION_CACHE_ALIAS=alias,
    )

    def view(request):
        if request.path_info == "/me":
            return HttpResponse(status=200 if request.session.get("user") else 401)
        request.session["user"] = "ann"
        if given:
            request.session.set_expiry(LIFE * 2)
        request.session.save()
        return JsonResponse({"id": request.session.session_key})

    def app(environ, start_response):
        with options:
            response = SessionMiddleware(view)(WSGIRequest(environ))
        cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, [*response.items(), *cookies])
        return [response.content]

    return app


def serve_django():
    """Serve each combination of a save at each request, browser close, and `set_expiry`."""
    from django.conf import settings

    setup_django()
    apps = {}
    for rolling, kept, given, alias in itertools.product(BOTH, BOTH, BOTH, settings.CACHES):
        cell = f"{'rolling' if rolling else 'still'}-{'kept' if kept else 'session-cookie'}"
        cell = f"{cell}-{'given' if given else 'age'}-{alias}"
        apps[cell] = django_app(rolling, kept, given, alias)
    serve_wsgi(apps)


# -- starsessions ------------------------------------------------------------------------------


def starsessions_app(rolling, lifetime):
    """Return an app with one set of options."""
    from redis.asyncio import Redis
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route
    from starsessions import (
        CookieStore,
        SessionAutoloadMiddleware,
        SessionMiddleware,
        generate_session_id,
        get_session_handler,
    )
    from starsessions.stores.redis import RedisStore

    if STORE == "redis":
        store = RedisStore(connection=Redis.from_url(URL), gc_ttl=LIFE * 2)
    else:
        store = CookieStore(secret_key=SECRET)

    async def login(request):
        handler = get_session_handler(request)
        handler.session_id = generate_session_id()
        request.session["user_id"] = "ann"
        return JSONResponse({"id": handler.session_id})

    async def me(request):
        return Response(status_code=200 if request.session.get("user_id") else 401)

    options = {"store": store, "rolling": rolling, "lifetime": lifetime}
    return Starlette(
        routes=[Route("/login", login), Route("/me", me)],
        middleware=[
            Middleware(SessionMiddleware, cookie_https_only=False, cookie_path="/", **options),
            Middleware(SessionAutoloadMiddleware),
        ],
    )


def serve_starsessions():
    """Serve each combination of rolling and a lifetime."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.routing import Mount

    apps = {}
    for rolling, kept in itertools.product(BOTH, BOTH):
        cell = f"{'rolling' if rolling else 'still'}-{'kept' if kept else 'session-cookie'}"
        apps[cell] = starsessions_app(rolling, LIFE if kept else 0)
    app = Starlette(routes=[Mount(f"/{cell}", one) for cell, one in apps.items()])
    # listens before it serves: who connects early waits
    listening = socket.create_server(("127.0.0.1", 0))
    tell(listening.getsockname()[1], apps)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listening])


if __name__ == "__main__":
    serve = {"flask": serve_flask, "django": serve_django, "starsessions": serve_starsessions}
    sys.exit(serve[os.environ["FRAMEWORK"]]())
