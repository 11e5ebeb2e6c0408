"""Prints signed and sealed cookies of the real Python frameworks as JSON lines.

In an environment of its own: `pip install -r requirements.txt`, `python cookies.py > lines.jsonl`.
Clocks are the machine's: "at" is when.
"""

import asyncio
import json
import sys
import time
from http.cookies import SimpleCookie
from urllib.parse import unquote

USER = {"user": "zoe@example.com", "name": "Zoë 漢", "cart": [1, 2.5, None, True]}


def show(**row):
    row.setdefault("at", int(time.time()))
    json.dump(row, sys.stdout)
    sys.stdout.write("\n")


def cookies_of(lines):
    """Return the cookies of Set-Cookie lines as a browser sends them back."""
    return {line.partition("=")[0]: line.partition("=")[2].partition(";")[0] for line in lines}


def tornado():
    from tornado.web import create_signed_value

    secret = "pub-tornado-secret-0123456789abcdef"
    for name, value in (
        ("user", "zoe"),
        ("_streamlit_user", json.dumps({"email": "zoe@example.com", "is_logged_in": True})),
        ("username-localhost-8888", json.dumps({"username": "zoe", "name": "Zoë"})),
        ("jupyterhub-session-id", "0123456789abcdef0123456789abcdef"),
        ("empty", ""),
    ):
        signed = create_signed_value(secret, name, value).decode()
        show(kind="tornado", cookies={name: signed}, secret=secret, value=value)
    rotated = create_signed_value({0: "old", 3: secret}, "user", "zoe", key_version=3).decode()
    show(kind="tornado", cookies={"user": rotated}, secret=secret, value="zoe", key_version="3")


def aiohttp():
    import aiohttp_session
    from aiohttp import web
    from aiohttp.test_utils import make_mocked_request
    from aiohttp_session.cookie_storage import EncryptedCookieStorage
    from cryptography.fernet import Fernet

    key = Fernet.generate_key()
    for secret in (key.decode(), b"Thirty  two  length  bytes  key."):
        storage = EncryptedCookieStorage(secret)

        async def run():
            request = make_mocked_request("GET", "/")
            session = aiohttp_session.Session(None, data=None, new=True)
            session.update(USER)
            response = web.Response()
            await storage.save_session(request, response, session)
            return response.cookies["AIOHTTP_SESSION"].value, session.created

        value, created = asyncio.run(run())
        text = secret if isinstance(secret, str) else secret.decode()
        show(
            kind="aiohttp",
            cookies={"AIOHTTP_SESSION": value},
            secret=text,
            created=created,
            expected=USER,
        )


def litestar():
    from litestar import Litestar, post
    from litestar.middleware.session.client_side import CookieBackendConfig
    from litestar.testing import TestClient

    secret = b"pub-litestar-secret-0123456789ab"
    for size, fill in (("one", 10), ("many", 9000), ("eleven", 36000)):
        content = {**USER, "fill": "x" * fill}

        @post("/")
        async def login(request: "object") -> None:
            request.set_session(content)

        login.fn.__annotations__["request"] = __import__("litestar").Request
        app = Litestar([login], middleware=[CookieBackendConfig(secret=secret).middleware])
        with TestClient(app) as client:
            answer = client.post("/")
            lines = [v for k, v in answer.headers.multi_items() if k == "set-cookie"]
        show(
            kind=f"litestar-{size}",
            cookies=cookies_of(lines),
            secret=secret.decode(),
            expected=content,
        )


def pyramid():
    from pyramid.request import Request
    from pyramid.response import Response
    from pyramid.session import SignedCookieSessionFactory

    secret = "itsaseekreet"
    made = SignedCookieSessionFactory(secret)
    request = Request.blank("/")
    request.registry = None
    session = made(request)
    session.update(USER)
    session.flash("hello")
    response = Response()
    session._set_cookie(response)
    lines = response.headers.getall("Set-Cookie")
    expected = {**USER, "_f_": ["hello"]}
    show(
        kind="pyramid",
        cookies=cookies_of(lines),
        secret=secret,
        created=session.created,
        renewed=session.accessed,
        expected=expected,
    )


def pyramid_with_pickles():
    import pickle

    from webob.cookies import SignedSerializer

    class Pickles:
        """What Pyramid 1's PickleSerializer did."""

        def dumps(self, value):
            return pickle.dumps(value, 4)

    secret = "itsaseekreet"
    at = time.time()
    signer = SignedSerializer(secret, "pyramid.session.", "sha512", serializer=Pickles())
    value = signer.dumps((at, at, USER)).decode()
    show(
        kind="pyramid-pickle",
        cookies={"session": value},
        secret=secret,
        created=at,
        renewed=at,
        expected=USER,
    )


def bottle():
    import hashlib

    from bottle import BaseResponse

    for digest in (hashlib.sha256, hashlib.md5):
        response = BaseResponse()
        response.set_cookie("account", USER, secret="some-secret-key", digestmod=digest)
        jar = SimpleCookie(response.headerlist and response._cookies.output(header=""))
        show(
            kind=f"bottle-{digest.__name__}",
            cookies={"account": jar["account"].value},
            secret="some-secret-key",
            expected=USER,
        )


def beaker():
    from beaker.session import SessionObject

    for kind, options in (
        ("beaker-id", {"type": "memory", "secret": "somesecret"}),
        (
            "beaker-json",
            {"type": "cookie", "validate_key": "somesecret", "data_serializer": "json"},
        ),
        ("beaker-pickle", {"type": "cookie", "validate_key": "somesecret"}),
        (
            "beaker-sealed",
            {
                "type": "cookie",
                "validate_key": "somesecret",
                "encrypt_key": "another-secret-key",
                "data_serializer": "json",
            },
        ),
    ):
        environ = {}
        session = SessionObject(environ, key="beaker.session.id", **options)
        session.update({"user": "zoe@example.com", "n": 3})
        session.save()
        session.persist()
        line = session.__dict__["_headers"]["cookie_out"]
        show(
            kind=kind,
            cookies={k: unquote(v) for k, v in cookies_of([line.strip()]).items()},
            secret="somesecret",
            encrypt_key=options.get("encrypt_key"),
            id=session.id,
            expected={k: v for k, v in session.items()},
        )


if __name__ == "__main__":
    for make in (tornado, aiohttp, litestar, pyramid, pyramid_with_pickles, bottle, beaker):
        make()
