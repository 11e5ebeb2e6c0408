"""FastAPI's examples keep `Bearer TOKEN` in a cookie: read, verified and written as it was."""

from __future__ import annotations

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.requests import Request
from starlette.responses import Response

from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.formats.bearer import BearerDecoder
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies
from session_inspector.inspector.decode.edits import to_wire

DECODERS = load_decoders()
NOW = 1_795_900_000
SECRET = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7"


def token(secret: str = SECRET) -> str:
    claims = {"sub": "johndoe", "exp": NOW + 900}
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, OctKey.import_key(secret))


def set_by_starlette(value: str) -> str:
    """Return a cookie's value as the framework writes it: in quotes, for the space."""
    response = Response()
    response.set_cookie("access_token", value, httponly=True)
    return parse_set_cookie(response.headers["set-cookie"]).value


def read_by_starlette(value: str) -> str:
    scope = {"type": "http", "headers": [(b"cookie", f"access_token={value}".encode())]}
    return Request(scope).cookies["access_token"]


def opened(value: str, *secrets: str, now: float = NOW) -> Decoded:
    return open_cookies(
        DECODERS, Material(cookies={"access_token": value}, secrets=secrets, now=now)
    )


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "Bearer+"])
def test_it_is_a_token_after_a_word(scheme: str) -> None:
    for value in (set_by_starlette(scheme + token()), scheme + token()):
        found = opened(value, "another", SECRET)
        assert (found.format, found.family, found.is_verified) == ("JWT", "bearer", True)
        assert found.payload["sub"] == "johndoe"
        assert (found.expires, found.ends_by) == (NOW + 900, "exp")
        assert not opened(value).is_verified
        assert opened(value, SECRET, now=NOW + 901).problem == "expired"


def test_an_edit_is_written_after_the_same_word_as_the_framework_reads_it() -> None:
    found = opened(set_by_starlette(f"Bearer {token()}"), SECRET)
    sealed = BearerDecoder().seal(found, [SECRET])
    assert sealed == {"access_token": f"Bearer {token()}"}
    assert read_by_starlette(to_wire(found, sealed)["access_token"]) == f"Bearer {token()}"
    assert opened(to_wire(found, sealed)["access_token"], SECRET).is_verified


def test_a_key_in_base64_is_kept_for_the_edit() -> None:
    encoded = "MDlkMjVlMDk0ZmFhNmNhMjU1NmM4MTgxNjZiN2E5NTYzYjkzZjcwOTlmNmYwZjRj"
    raw = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4c"
    found = opened(f"Bearer {token(raw)}", encoded)
    assert found.is_verified
    assert BearerDecoder().seal(found, [encoded]) == {"access_token": f"Bearer {token(raw)}"}


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Bearer abc", "Bearer eyJ", "Basic eyJhbGciOiJIUzI1NiJ9.e30.AA"]
)
def test_what_has_no_token_is_nobodys(value: str) -> None:
    assert BearerDecoder().claim({"access_token": value}) is None


def test_a_changed_token_is_blamed_on_the_secret_or_a_change() -> None:
    with pytest.raises(DecodeError) as caught:
        opened(f"Bearer {token()[:-4]}AAAA", SECRET)
    assert caught.value.code == "wrong_secret"
