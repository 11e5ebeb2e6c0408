"""Reads cookies with the real Python frameworks: JSON lines in, what each reads as JSON lines out.

A line: {"kind", "cookies", "secret", "encrypt_key"}; the answer: {"read"}, null where the framework
reads nothing. In an environment of its own: `pip install -r requirements.txt`.
"""

import asyncio
import json
import sys
from http.cookies import SimpleCookie


def header_of(cookies):
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def tornado(line):
    from tornado.web import decode_signed_value

    ((name, value),) = line["cookies"].items()
    found = decode_signed_value(line["secret"], name, value, max_age_days=1e5)
    return None if found is None else found.decode()


def aiohttp(line):
    from aiohttp.test_utils import make_mocked_request
    from aiohttp_session.cookie_storage import EncryptedCookieStorage

    secret = line["secret"]
    if len(secret) == 32:
        secret = secret.encode()
    storage = EncryptedCookieStorage(secret)
    request = make_mocked_request("GET", "/", headers={"Cookie": header_of(line["cookies"])})
    session = asyncio.run(storage.load_session(request))
    return None if session.new else dict(session)


def litestar(line):
    from litestar import Litestar, Request, get
    from litestar.middleware.session.client_side import CookieBackendConfig
    from litestar.testing import TestClient

    @get("/")
    async def read(request: Request) -> dict:
        return {"session": dict(request.session)}

    secret = line["secret"].encode()
    app = Litestar([read], middleware=[CookieBackendConfig(secret=secret).middleware])
    with TestClient(app) as client:
        answer = client.get("/", headers={"Cookie": header_of(line["cookies"])})
    return answer.json()["session"] or None


def pyramid(line):
    from pyramid.request import Request
    from pyramid.session import SignedCookieSessionFactory

    made = SignedCookieSessionFactory(line["secret"], timeout=None)
    request = Request.blank("/", headers={"Cookie": header_of(line["cookies"])})
    session = made(request)
    return None if session.new else dict(session)


def bottle(line):
    import hashlib

    from bottle import BaseRequest

    ((name, value),) = line["cookies"].items()
    request = BaseRequest({"HTTP_COOKIE": f'{name}="{value}"'})
    digest = getattr(hashlib, line["digest"])
    return request.get_cookie(name, secret=line["secret"], digestmod=digest)


def beaker(line):
    from beaker.session import SessionObject

    options = {"type": "cookie", "validate_key": line["secret"], "data_serializer": "json"}
    if line.get("encrypt_key"):
        options["encrypt_key"] = line["encrypt_key"]
    jar = SimpleCookie()
    for name, value in line["cookies"].items():
        jar[name] = value
    environ = {"HTTP_COOKIE": jar.output(header="").strip()}
    session = SessionObject(environ, key="beaker.session.id", **options)
    return None if session.is_new else dict(session)


READERS = {
    "tornado": tornado,
    "aiohttp-session": aiohttp,
    "litestar": litestar,
    "pyramid": pyramid,
    "bottle": bottle,
    "beaker": beaker,
}

if __name__ == "__main__":
    for text in sys.stdin:
        line = json.loads(text)
        json.dump({"read": READERS[line["kind"]](line)}, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()
