"""Prints cookies of the real Flask and Quart and rows of django-redis as JSON lines.

In an environment of its own: `pip install -r requirements.txt`, `python rows.py > lines.jsonl`.
Clocks are the machine's: "at" is when.
"""

import asyncio
import base64
from importlib import import_module

from cookies import USER, cookies_of, show


def quart():
    from quart import Quart, session

    app = Quart(__name__)
    app.secret_key = "dev"

    @app.get("/")
    async def index():
        session.update(USER)
        session.permanent = True
        return ""

    async def run():
        answer = await app.test_client().get("/")
        return answer.headers.getlist("set-cookie")

    show(
        kind="quart",
        cookies=cookies_of(asyncio.run(run())),
        secret="dev",
        expected={**USER, "_permanent": True},
    )


def flask():
    from flask import Flask, session

    app = Flask(__name__)
    app.secret_key = "an older key of this application"

    @app.get("/")
    def index():
        session.update(USER)
        return ""

    lines = app.test_client().get("/").headers.getlist("Set-Cookie")
    cookies = cookies_of(lines)
    newer = Flask(__name__)
    newer.config.update(SECRET_KEY="the new key", SECRET_KEY_FALLBACKS=[app.secret_key])

    @newer.get("/")
    def read():
        return dict(session)

    client = newer.test_client()
    client.set_cookie("session", cookies["session"])
    assert client.get("/").json["user"] == USER["user"]
    show(
        kind="flask-fallback",
        cookies=cookies,
        secret=["the new key", app.secret_key],
        expected=USER,
    )


SERIALISERS = {
    "json": "json.JSONSerializer",
    "msgpack": "msgpack.MSGPackSerializer",
    "pickle": "pickle.PickleSerializer",
}
COMPRESSORS = {
    "identity": "IdentityCompressor",
    "zlib": "ZlibCompressor",
    "gzip": "GzipCompressor",
    "lzma": "LzmaCompressor",
    "lz4": "Lz4Compressor",
}


def describe_cache(serialiser, compressor):
    """Return a cache of django-redis over a server of its own."""
    import fakeredis

    return {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": f"redis://{serialiser}-{compressor}",
        "OPTIONS": {
            "SERIALIZER": f"django_redis.serializers.{SERIALISERS[serialiser]}",
            "COMPRESSOR": f"django_redis.compressors.{compressor}.{COMPRESSORS[compressor]}",
            "CONNECTION_POOL_KWARGS": {"connection_class": fakeredis.FakeConnection},
        },
    }


def django():
    import django.conf

    caches = {
        f"{serialiser}-{name}": describe_cache(serialiser, name)
        for serialiser in SERIALISERS
        for name in COMPRESSORS
    }
    caches["default"] = caches["json-identity"]
    django.conf.settings.configure(
        SECRET_KEY="django-insecure-x", CACHES=caches, SESSION_ENGINE="", USE_TZ=True
    )
    django.setup()
    for alias in caches:
        if alias == "default":
            continue
        django.conf.settings.SESSION_CACHE_ALIAS = alias
        engine = import_module("django.contrib.sessions.backends.cache")
        session = engine.SessionStore()
        session.update({"_auth_user_id": "7", "cart": ["apple"] * 20, "name": "Zoë"})
        session.save()
        cache = __import__("django.core.cache", fromlist=["caches"]).caches[alias]
        key = cache.make_key(session.cache_key)
        raw = cache.client.get_client().get(str(key))
        show(
            kind=f"django-redis-{alias}",
            cookies={"sessionid": session.session_key},
            key=str(key),
            row=base64.b64encode(raw).decode(),
            expected=dict(session.items()),
        )


if __name__ == "__main__":
    for make in (quart, flask, django):
        make()
