"""Prints cookies of Python frameworks with options that people set, as JSON lines.

Other digests and derivations, older signatures, other storages. In the environment of `cookies.py`:
`pip install -r requirements.txt`, `python options.py > options.jsonl`.
"""

import asyncio
import base64
import hashlib

from cookies import USER, cookies_of, show

DATA = {"user": "zoe@example.com", "n": 3}


def flask():
    """Sessions whose interface has another digest or derivation."""
    from flask import Flask, session
    from flask.sessions import SecureCookieSessionInterface

    secret = "pub-flask-options-key"
    for name, digest, derivation in (
        ("sha224", hashlib.sha224, "hmac"),
        ("sha256", hashlib.sha256, "hmac"),
        ("sha384", hashlib.sha384, "hmac"),
        ("sha512", hashlib.sha512, "hmac"),
        ("django-concat", hashlib.sha1, "django-concat"),
        ("concat-sha256", hashlib.sha256, "concat"),
        ("none-sha512", hashlib.sha512, "none"),
    ):
        interface = SecureCookieSessionInterface()
        interface.digest_method = staticmethod(digest)
        interface.key_derivation = derivation
        app = Flask("options")
        app.secret_key = secret
        app.session_interface = interface

        @app.get("/")
        def login():
            session.update(USER)
            return "ok"

        answer = app.test_client().get("/")
        lines = answer.headers.getlist("Set-Cookie")
        show(kind=f"flask-{name}", cookies=cookies_of(lines), secret=secret, expected=USER)


def itsdangerous():
    """Cookies that an app signs by itself, as tutorials show."""
    from itsdangerous import URLSafeTimedSerializer

    secret = "pub-itsdangerous-key"
    for name, options in (
        ("default", {}),
        ("salt", {"salt": "cookie-session"}),
        ("sha256", {"signer_kwargs": {"digest_method": hashlib.sha256}}),
    ):
        value = URLSafeTimedSerializer(secret, **options).dumps(DATA)
        show(kind=f"itsdangerous-{name}", cookies={"session": value}, secret=secret, expected=DATA)


def pyramid():
    """Sessions of another hash algorithm and salt."""
    from pyramid.request import Request
    from pyramid.response import Response
    from pyramid.session import SignedCookieSessionFactory

    secret = "itsaseekreet"
    for algorithm in ("md5", "sha1", "sha224", "sha256", "sha384"):
        request = Request.blank("/")
        request.registry = None
        session = SignedCookieSessionFactory(secret, hashalg=algorithm)(request)
        session.update(USER)
        response = Response()
        session._set_cookie(response)
        show(
            kind=f"pyramid-{algorithm}",
            cookies=cookies_of(response.headers.getall("Set-Cookie")),
            secret=secret,
            created=session.created,
            expected=USER,
        )


def tornado():
    """Values of signature version 1."""
    from tornado.web import create_signed_value

    secret = "pub-tornado-secret-0123456789abcdef"
    for name, value in (("user", "zoe"), ("_streamlit_user", '{"email": "zoe@example.com"}')):
        signed = create_signed_value(secret, name, value, version=1).decode()
        show(kind="tornado-1", cookies={name: signed}, secret=secret, value=value)


def aiohttp():
    """Sessions in NaCl's secretbox, and in plain JSON."""
    import aiohttp_session
    from aiohttp import web
    from aiohttp.test_utils import make_mocked_request
    from aiohttp_session.nacl_storage import NaClCookieStorage

    key = b"Thirty  two  length  bytes  key."
    for kind, secret, storage in (
        ("nacl", key.decode(), NaClCookieStorage(key)),
        ("nacl-base64", base64.b64encode(key[::-1]).decode(), NaClCookieStorage(key[::-1])),
        ("plain", None, aiohttp_session.SimpleCookieStorage()),
    ):

        async def save(storage=storage):
            session = aiohttp_session.Session(None, data=None, new=True)
            session.update(USER)
            response = web.Response()
            await storage.save_session(make_mocked_request("GET", "/"), response, session)
            return response, session.created

        response, created = asyncio.run(save())
        line = response.cookies["AIOHTTP_SESSION"].OutputString()
        show(
            kind=f"aiohttp-{kind}",
            cookies=cookies_of([line]),
            secret=secret,
            created=created,
            expected=USER,
        )


if __name__ == "__main__":
    for make in (flask, itsdangerous, pyramid, tornado, aiohttp):
        make()
