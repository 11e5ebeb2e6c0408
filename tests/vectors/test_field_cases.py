"""Inputs as people meet them, each of a kind that once got a wrong answer."""

from __future__ import annotations

import json
import pickle
import zlib

import pytest

from session_inspector.devserver.cookies.sealed import KeyRing, seal
from session_inspector.devserver.decoders.codecs.base64_text import to_base64, to_base64url
from session_inspector.devserver.decoders.codecs.mac import mac
from session_inspector.devserver.decoders.formats.js.express_session import sign as express_sign
from session_inspector.devserver.decoders.formats.python import django, django_signing
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.panel import name_verdict, title_of
from session_inspector.inspector.decode.paste import read_paste
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.secrets import FoundSecret

DECODERS = load_decoders()
NOW = 1_795_883_000.0
REMIX = (
    "__session=eyJ1c2VySWQiOiJ1XzQyIiwiZW1haWwiOiJhbm5AZXhhbXBsZS50ZXN0In0%3D."
    "cxunRx4v37KZCyd0vwuw1WRnV7cbooP7AC6g00Q0O24"
)
FASTIFY = "sessionId=otfMNSvgN-t0wTGqlq4-tYpRUIYyRuC7.X5s48Yo4zaT4V8grFR6iVoEUGI5rRviis2n2ZK5JNmg"
MESSAGES = (
    "messages=W1siX19qc29uX21lc3NhZ2UiLDAsMjAsIllvdXIgcHJvZmlsZSB3YXMgc2F2ZWQiLCIiXV0:1xXLFi:"
    "EFGPRLBcc1wj9F1nAQn66UoHtN3gIE27j9-e7IwxZJM"
)
BETTER_AUTH_JWE = (
    "app.state=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoiRDRnVzV5cm0z"
    "Y3lBcThDVTVRNFU4STVhbmFYNU1uSXRIOGZwSmNDVktTTSJ9..iHe5gbTc1H9L-ZU27LRPqg."
    + "I" * 64
    + "."
    + "j" * 43
)
CLERK = (
    "__session=eyJhbGciOiJSUzI1NiIsImNhdCI6ImNsX0I3ZDRQRDExMUFBQSIsImtpZCI6Imluc194IiwidHlwIjoiSldU"
    "In0.eyJhenAiOiJodHRwOi8vbG9jYWxob3N0OjMwMDAiLCJleHAiOjE3OTU4ODIzODksImlhdCI6MTc5NTg4MjMyOX0.c2ln"
)
ENDLESS = "tok=eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1IiwiaWF0IjoxLCJleHAiOjFlOTk5fQ.c2ln"
SHA512 = "qUHpIJHURVM9GRh6BqnRnOqgmkuCD7LCEpXKXTXrTdUwO6Kim2Zn1p5W/2svaQKSX8AZxly9dhGx7UkH1yZAiw=="
"""As Bottle 0.13 signs the pickle of `sid` and `ann` under `k1` with `digestmod=sha512`."""
EXPRESS = (
    "connect.sid=s%3ANEWnewNEWnewNEWnewNEWnewNEWnew12.5zyKeLKtH5NsvhmV39FiMpGY57SqPfOa9EqtZeHh%2F0A"
)


def report(text: str, *secrets: str) -> Report:
    (pasted, *_) = read_paste(text, READERS)
    found = [FoundSecret(secret, "--secret") for secret in secrets]
    return examine(pasted, Question(decoders=DECODERS, secrets=found), NOW)


def sure(found: Report) -> set[str]:
    return {one.family for one in found.candidates if one.claim.is_certain}


@pytest.mark.parametrize("secrets", [(), ("cat-secret",), ("cat-secret", "s3cret1")])
@pytest.mark.parametrize(
    "text", ["hello-world-123", "__session=hello", "a.b.c", "x" * 43, "0" * 32]
)
def test_any_value_is_unknown_and_no_secret_is_wrong_for_it(
    text: str, secrets: tuple[str, ...]
) -> None:
    found = report(text, *secrets)
    assert (found.verdict, found.found, sure(found)) == ("unknown", None, set())


@pytest.mark.parametrize("text", [BETTER_AUTH_JWE, MESSAGES])
@pytest.mark.parametrize("secrets", [(), ("cat-secret",)])
def test_a_name_or_a_shape_makes_no_other_family_of_it(text: str, secrets: tuple[str, ...]) -> None:
    found = report(text, *secrets)
    assert found.verdict in ("unknown", "unverified")
    assert found.verdict == "unknown" or not secrets
    strangers = {"nextjs-auth0", "express-openid-connect", "authjs", "django"}
    assert not sure(found) & strangers


def test_react_routers_session_is_read_refused_or_verified() -> None:
    assert report(REMIX).verdict == "unverified"
    assert report(REMIX, "cat-secret").verdict == "wrong secret"
    found = report(REMIX, "cat-secret", "s3cret1")
    assert (found.verdict, title_of(found)) == ("valid", "React Router")
    assert found.who == "ann@example.test · u_42"


def test_fastifys_session_is_read_refused_or_verified() -> None:
    assert report(FASTIFY).verdict == "unverified"
    assert report(FASTIFY, "cat-secret").verdict == "wrong secret"
    found = report(FASTIFY, "a-secret-with-minimum-length-of-32-characters!!")
    assert (found.verdict, title_of(found)) == ("valid", "@fastify/session")


def test_a_public_keys_token_is_opened_by_no_secret() -> None:
    found = report(CLERK, "cat-secret")
    assert (found.verdict, found.problem, found.opened_by) == ("unverified", "expired", "")
    assert "RS256" in found.reason
    assert "expired" not in found.code
    assert title_of(found) == "looks like JWT"


def test_a_number_that_is_no_moment_is_no_clock() -> None:
    found = report(ENDLESS)
    assert (found.verdict, found.problem, found.clocks) == ("unverified", "", ())


def test_express_id_is_verified_read_or_refused() -> None:
    assert report(EXPRESS, "cat-secret").verdict == "valid"
    assert (report(EXPRESS).verdict, report(EXPRESS).code) == ("unverified", "no_secret")
    refused = report(EXPRESS, "one", "two")
    assert (refused.verdict, refused.reason.partition(":")[0]) == (
        "wrong secret",
        "none of the 2 secrets opens it",
    )


def test_what_cookie_parser_signs_is_no_session_until_its_secret_verifies_it() -> None:
    value = f"theme=s:dark.{express_sign('dark', 'cat')}"
    for secrets in ((), ("dog",)):
        found = report(value, *secrets)
        assert (found.verdict, found.candidates) == ("unknown", ())
        assert "Express signed" in found.reason
    found = report(value, "cat")
    assert (found.verdict, title_of(found)) == ("valid", "Express (signed value)")


def test_what_django_signs_is_no_session_until_its_key_verifies_it() -> None:
    text = f"dark:{django_signing.to_base62(int(NOW))}"
    value = f"theme={text}:{django_signing.sign(text, 'django.http.cookieskey', 'theme')}"
    assert report(value).verdict == report(value, "other").verdict == "unknown"
    assert "Django signed" in report(value, "other").reason
    assert (report(value, "key").verdict, title_of(report(value, "key"))) == (
        "valid",
        "Django (signed value)",
    )


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_pickled_django_session_is_read_and_not_loaded(is_packed: bool) -> None:
    raw = pickle.dumps({"_auth_user_id": "7", "cart": [1, 2]}, protocol=4)
    mark = ""
    if is_packed:
        mark = "."
        raw = zlib.compress(raw)
    text = f"{mark}{to_base64url(raw)}:{django_signing.to_base62(int(NOW))}"
    value = f"sessionid={text}:{django_signing.sign(text, 'key', django.COOKIE_SALT)}"
    found = report(value, "key")
    assert (found.verdict, found.who) == ("valid", "7")
    assert any("not loaded" in note for note in found.notes)
    assert (report(value).verdict, report(value).who) == ("unverified", "7")
    assert report(value, "other").verdict == "wrong secret"


def test_an_id_is_djangos_by_name_and_letters_together() -> None:
    found = report("sessionid=abcdefghijklmnopqrstuvwxyz012345", "key")
    assert (found.verdict, found.code, found.opened_by) == ("unverified", "no_row", "")
    for text in (
        "sessionid=d41d8cd98f00b204e9800998ecf8427e",
        "sid=abcdefghijklmnopqrstuvwxyz012345",
    ):
        assert report(text).verdict == "unknown"
        assert title_of(report(text)).startswith("could be django")


def test_a_jwe_of_unknown_derivation_blames_no_secret() -> None:
    found = report(BETTER_AUTH_JWE, "correct-horse-battery-staple-0123456789abcdef")
    assert (found.verdict, found.code) == ("unknown", "not_certain")
    assert "each application derives its key" in found.reason


def test_alg_none_and_a_symmetric_token_without_a_secret_are_not_valid() -> None:
    head = to_base64url(b'{"alg":"none"}')
    body = to_base64url(json.dumps({"sub": "u"}).encode())
    assert (report(f"t={head}.{body}.").verdict, report(f"t={head}.{body}.").code) == (
        "unverified",
        "no_signature",
    )
    symmetric = to_base64url(b'{"alg":"HS256"}')
    text = f"{symmetric}.{body}"
    signed = f"t={text}.{to_base64url(mac(b'cat', text))}"
    assert [report(signed, *secrets).verdict for secrets in ((), ("dog",), ("cat",))] == [
        "unverified",
        "wrong secret",
        "valid",
    ]


def test_a_bare_value_whose_first_part_is_padded_is_no_pair() -> None:
    raw = to_base64(b'{"a":"bcdefghijklm"}')
    assert raw.endswith("=")
    (pasted,) = read_paste(f"{raw}--{'0' * 40}", READERS)
    assert [cookie.name for cookie in pasted.cookies] == [""]


def test_chunks_of_which_one_is_missing_are_damaged_and_the_chunk_is_named() -> None:
    value = seal({"user": {"sub": "u" * 6000}}, KeyRing(["s" * 32]))
    chunks = [value[at : at + 3500] for at in range(0, len(value), 3500)]
    for lost in range(len(chunks) - 1):
        kept = {f"__session__{n}": part for n, part in enumerate(chunks) if n != lost}
        found = report("; ".join(f"{name}={part}" for name, part in kept.items()), "s" * 32)
        assert (found.verdict, found.code) == ("damaged", "chunk_gap")
        assert f"__session__{lost}" in found.reason
    junk = report("__session__0=a; __session__2=b", "s" * 32)
    assert junk.verdict == "unknown"


def test_a_seal_is_of_another_secret_once_every_dialect_of_iron_was_tried() -> None:
    fields = ["Fe26.2", "", "c2" * 32, "k" * 22, "u" * 86, "1895886068580", "28" * 32, "0" * 43]
    seal_of_another = "nuxt-session=" + "*".join(fields)
    assert (report(seal_of_another, "s" * 32).verdict, report(seal_of_another).verdict) == (
        "wrong secret",
        "unverified",
    )
    assert report(f"{seal_of_another}~2", "s" * 32).verdict == "wrong secret"
    assert report(seal_of_another[:-50], "s" * 32).verdict == "damaged"


@pytest.mark.parametrize("quote", ["", '"'])
def test_what_signing_dumps_signs_is_djangos_with_its_own_salt(quote: str) -> None:
    content = to_base64url(b'{"a":1}')
    text = f"{content}:{django_signing.to_base62(int(NOW))}"
    value = f"tok={quote}{text}:{django_signing.sign(text, 'key', 'django.core.signing')}{quote}"
    found = report(value, "key")
    assert (found.verdict, title_of(found)) == ("valid", "Django (signed value)")
    assert report(value, "other").verdict == "wrong secret"


def test_a_token_whose_time_has_not_come_is_not_called_expired() -> None:
    parts = (b'{"alg":"HS256"}', b'{"nbf":1795890000}')
    text = ".".join(map(to_base64url, parts))
    found = report(f"token={text}.{to_base64url(mac(b'key', text))}", "key")
    assert (found.verdict, found.problem, name_verdict(found)) == (
        "expired",
        "not_yet",
        "not valid yet",
    )


def test_koas_session_without_its_signature_is_read_and_not_verified() -> None:
    value = to_base64(b'{"user":"ann","_expire":1795969395921,"_maxAge":86400000}')
    found = report(f"koa.sess={value}", "key")
    assert (found.verdict, found.code, title_of(found)) == (
        "unverified",
        "no_signature",
        "looks like koa-session",
    )
    others = to_base64(b'{"_expire":1}')
    assert report(f"koa.sess={others}", "key").verdict == "unknown"


@pytest.mark.parametrize(
    ("digest", "signature"),
    [
        ("sha1", "xvtP9GjJYx5iE/Wnukz1FkfHrCw="),
        ("sha512", SHA512),
    ],
)
def test_bottle_signs_with_the_digest_that_an_app_gives(digest: str, signature: str) -> None:
    found = report(f"sid=!{signature}?gAWVEQAAAAAAAABdlCiMA3NpZJSMA2FubpRlLg==", "k1")
    assert (found.verdict, found.found and found.found.header["digest"]) == ("valid", digest)
