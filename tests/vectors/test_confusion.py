"""A confusion matrix: every golden cookie, with each kind of secret, renamed and bare.

What may come out is the right family with the right verdict, or honest ignorance. Another family,
a secret that is blamed though it is right, and damage that nobody did may not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.decoders.base import CookieGroup
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.decode.paste import Pasted, PastedCookie
from session_inspector.inspector.decode.report import Question, Report, examine
from session_inspector.inspector.decode.secrets import FoundSecret
from session_inspector.inspector.decode.verdicts import Verdict
from tests.vectors.formats import VALUES, FormatCase, name_of
from tests.vectors.golden import GOLDEN, formats_tagged, tags_of

DECODERS = load_decoders()
OPENED = [
    FormatCase(raw, DECODERS)
    for raw in GOLDEN
    if raw["outcome"] == "ok" and raw["format"] not in VALUES
]
CASES = [case for case in OPENED if "opaque" not in tags_of(case.raw)]
OPAQUE = [case for case in OPENED if "opaque" in tags_of(case.raw)]
WRONG = ("another secret, 32 bytes or more…", "and a second one that is wrong as well")
UNSEALED = {
    "auth0-fastapi-stateful",
    "django-cache-redis",
    "starsessions-redis",
    *formats_tagged("unsealed"),
}
"""An id, and a row that no secret protects: the row proves it."""
SEALLESS = {"supabase": "no_seal", "clerk": "no_key", "aiohttp-session-plain": "no_seal"}
"""No secret is in them: what is read stays unverified, for the reason named here."""
IDS = {"django-db", "django-cached-db"}
"""A bare id, and a row that is signed."""
BOUND = {
    "laravel-encrypted-cookie",
    "oauth2-proxy-cookie",
    "oauth2-proxy-ticket",
    "rails-encrypted-cookie",
    "rails-signed-cookie",
    "express-openid-connect-stateful",
    "express-openid-connect-transient",
    "nextjs-auth0-v3-stateful",
    *formats_tagged("bound"),
    "cookie-session",
    "koa-session",
    "koa-session-id",
}
"""Bound to the cookie's name: under another their server reads nothing."""
NAMED = {
    "auth0-fastapi-stateful",
    "express-openid-connect-transient",
    *formats_tagged("named"),
}
"""Only the name tells what the value is for."""
SHARED = {
    "next-auth-v4",
    "auth0-server-python",
    "auth0-server-python-transaction",
    "express-openid-connect-stateful",
    "nextjs-auth0-v3-stateful",
    "better-auth-token",
    "better-auth-jwe",
    "react-router-id",
    "fastify-session",
    *NAMED,
    *IDS,
    *formats_tagged("shared"),
}
"""Without its name, others have the same shape."""
FAMILIES = {
    "nextjs-auth0-v3": "express-openid-connect",
    "next-auth-v4": "authjs",
    "authjs-v5": "authjs",
    "koa-session": "cookie-session",
    "iron-session": "iron-session",
    "auth0-fastapi-stateful": "auth0-server-python",
    "flask-session-redis": "flask-session",
    "flask-session-cookie": "flask",
}


def family_of(kind: str) -> str:
    """Return the decoder of a format: what its name starts with, unless the table says more."""
    for start, family in FAMILIES.items():
        if kind.startswith(start):
            return family
    names = [decoder.name for decoder in DECODERS]
    if kind.startswith("starsessions"):
        return "starlette"
    return max((name for name in names if kind.startswith(name)), key=len)


def is_unsealed(case: FormatCase) -> bool:
    return str(case.raw["format"]) in UNSEALED or case.raw.get("encoding") == "opaque-id"


def report(case: FormatCase, cookies: CookieGroup, secrets: Sequence[str]) -> Report:
    material = case.material()
    pasted = tuple(
        PastedCookie(value=value, line=SetCookie(name=name, value=value, size=len(value)))
        for name, value in cookies.items()
    )
    question = Question(
        decoders=DECODERS,
        secrets=[FoundSecret(text, "--secret") for text in secrets],
        salts=material.salts,
        max_age=material.max_age,
        rows=material.rows,
    )
    return examine(Pasted(kind="cookies", cookies=pasted), question, material.now)


def renamed(case: FormatCase) -> Mapping[str, str]:
    return {f"x{name}": value for name, value in case.material().cookies.items()}


def check_family(case: FormatCase, found: Report) -> None:
    """The right family, or none that is certain; a JWE is one, whoever made it."""
    expected = str(case.raw.get("family") or family_of(str(case.raw["format"])))
    general = case.raw.get("general")
    if found.found is not None and found.found.family == general:
        return
    if found.found is not None:
        assert found.found.family == expected
        name = name_of(case.raw)
        if not found.is_verified:
            name = str(case.raw.get("looks_as") or name)
        assert found.found.format.startswith(name.removesuffix(" (transaction)"))
        return
    sure = {one.family for one in found.candidates if one.claim.is_certain} - {"jwt", general}
    twins = {"starlette", "flask"} if expected in ("starlette", "flask") else {expected}
    if expected in ("h3", "iron-session"):
        twins |= {"h3", "iron-session"}  # the same seal, with other rounds
    if expected == "express-openid-connect":
        twins |= {"nextjs-auth0"}  # its version 3 signs ids in the same way
    assert sure <= twins | {"nextjs-auth0"} if expected == "authjs" else sure <= twins


def live(case: FormatCase) -> Verdict:
    return "expired" if case.raw.get("expired") else "valid"


Cookies = Callable[[FormatCase], Mapping[str, str]]


def own(case: FormatCase) -> Mapping[str, str]:
    return case.material().cookies


every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
single_case = pytest.mark.parametrize(
    "case",
    [case for case in CASES if len(case.material().cookies) == 1],
    ids=lambda case: case.name,
)


def is_sealless(case: FormatCase) -> bool:
    return str(case.raw["format"]) in SEALLESS


def check_sealless(case: FormatCase, found: Report) -> None:
    code = SEALLESS[str(case.raw["format"])]
    assert (found.verdict, found.is_verified, found.code) == ("unverified", False, code)
    assert (found.opened_by, bool(found.reason)) == ("", True)


@every_case
def test_the_right_secret_proves_it(case: FormatCase) -> None:
    found = report(case, own(case), case.material().secrets)
    if is_sealless(case) and not found.is_verified:
        check_sealless(case, found)
        return
    assert (found.verdict, found.is_verified) == (live(case), True)
    assert found.problem == ("expired" if case.raw.get("expired") else "")
    check_family(case, found)


@single_case
@pytest.mark.parametrize("behind", [", theme=dark", " x", "…"])
def test_what_was_copied_along_blames_no_secret_and_proves_nothing(
    case: FormatCase, behind: str
) -> None:
    cookies = {name: f"{value}{behind}" for name, value in own(case).items()}
    found = report(case, cookies, case.material().secrets)
    assert found.verdict in ("damaged", "unknown", "unverified")
    assert not found.is_verified


@every_case
@pytest.mark.parametrize("secrets", [WRONG[:1], WRONG], ids=["one", "two"])
def test_a_wrong_secret_is_called_so(case: FormatCase, secrets: Sequence[str]) -> None:
    found = report(case, own(case), secrets)
    check_family(case, found)
    if is_sealless(case):
        check_sealless(case, found)
        return
    if is_unsealed(case):
        assert (found.verdict, found.is_verified, found.opened_by) == (live(case), True, "")
        return
    assert (found.verdict, found.is_verified, found.opened_by) == ("wrong secret", False, "")
    assert "does not" not in found.reason.partition(":")[0] or len(secrets) == 1


@every_case
def test_no_secret_is_never_a_wrong_one(case: FormatCase) -> None:
    found = report(case, own(case), ())
    check_family(case, found)
    if is_sealless(case):
        check_sealless(case, found)
        return
    if is_unsealed(case):
        assert (found.verdict, found.is_verified) == (live(case), True)
        return
    assert (found.verdict, found.is_verified, found.code) == ("unverified", False, "no_secret")
    assert found.reason


@every_case
def test_a_renamed_cookie_is_proved_or_its_name_is_told(case: FormatCase) -> None:
    found = report(case, renamed(case), case.material().secrets)
    check_family(case, found)
    if is_sealless(case) and not found.is_verified:
        assert found.verdict in ("unverified", "unknown")
        return
    kind = str(case.raw["format"])
    allowed: set[tuple[Verdict, str]] = {(live(case), "expired" if found.problem else "")}
    if kind in BOUND:
        allowed |= {("damaged", "wrong_name")}
    if kind in NAMED:
        allowed |= {("unknown", "not_a_session"), ("unknown", "not_certain")}
    assert (found.verdict, found.code) in allowed


@every_case
@pytest.mark.parametrize("secrets", [(), WRONG], ids=["none", "wrong"])
def test_a_renamed_cookie_without_its_secret(case: FormatCase, secrets: Sequence[str]) -> None:
    found = report(case, renamed(case), secrets)
    check_family(case, found)
    if is_sealless(case):
        assert found.verdict in ("unverified", "unknown")
        return
    if is_unsealed(case) and found.is_verified:
        assert found.verdict == live(case)
        return
    allowed = {"wrong secret" if secrets else "unverified"}
    if case.raw["format"] in SHARED:
        allowed |= {"unknown"}
    assert found.verdict in allowed


@single_case
def test_a_bare_value_needs_no_name_to_be_proved(case: FormatCase) -> None:
    (value,) = own(case).values()
    found = report(case, {"": value}, case.material().secrets)
    check_family(case, found)
    if is_sealless(case) and not found.is_verified:
        assert found.verdict in ("unverified", "unknown")
        return
    assert (found.verdict, found.is_verified) == (live(case), True)


@single_case
@pytest.mark.parametrize("secrets", [(), WRONG], ids=["none", "wrong"])
def test_a_bare_value_without_its_secret(case: FormatCase, secrets: Sequence[str]) -> None:
    (value,) = own(case).values()
    found = report(case, {"": value}, secrets)
    check_family(case, found)
    if is_sealless(case):
        assert found.verdict in ("unverified", "unknown")
        return
    if is_unsealed(case):
        assert (found.verdict, found.is_verified) == (live(case), True)
        return
    allowed = {"wrong secret" if secrets else "unverified"}
    if case.raw["format"] in SHARED:
        allowed |= {"unknown"}
    assert found.verdict in allowed


@pytest.mark.parametrize("case", OPAQUE, ids=lambda case: case.name)
@pytest.mark.parametrize("secrets", [(), WRONG], ids=["none", "some"])
def test_what_only_its_issuer_opens_is_recognised_and_no_secret_is_blamed(
    case: FormatCase, secrets: Sequence[str]
) -> None:
    found = report(case, own(case), secrets)
    check_family(case, found)
    assert (found.verdict, found.is_verified, found.opened_by) == ("unverified", False, "")
    assert found.reason
