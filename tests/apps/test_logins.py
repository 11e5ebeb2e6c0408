"""Real apps on the real packages log in at the lab, and their cookies open here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from session_inspector.devserver.core.commands import ResetKnobs, SetKnobs
from session_inspector.devserver.core.events.login import KnobApplied
from tests.apps.samples import STATELESS
from tests.apps.tenants import Person, Tenant, tenant

WRONG = {
    "nonce": SetKnobs(wrong_nonce=True),
    "issuer": SetKnobs(wrong_issuer="id_token"),
    "expired": SetKnobs(expired_token="id"),
    "500": SetKnobs(errors={"token": 1}),
    "ahead": SetKnobs(skew=3600),
    "audience": SetKnobs(wrong_audience="id"),
    "type": SetKnobs(wrong_type="id"),
    "nbf": SetKnobs(not_before="id"),
}
UNASKED = {("authjs", "nonce"), ("fastapi", "nonce"), ("express-default", "500")}
"""These send no nonce, so there is none to be wrong; or ask nothing of the token endpoint."""
UNCHECKED = {(name, "ahead") for name in ("express", "express-default", "nextjs", "authjs")}
"""These take a token that was issued an hour from now: `iat` is no reason for them."""
UNCHECKED |= {(sample.name, "type") for sample in STATELESS}
"""Nobody looks at the `typ` of an ID token, whose own is optional."""


@pytest.fixture(scope="module", params=STATELESS, ids=lambda sample: sample.name)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    with tenant(request.param, tmp_path_factory.mktemp(request.param.name)) as found:
        yield found


@pytest.fixture
def person(site: Tenant) -> Iterator[Person]:
    found = site.person()
    yield found
    found.close()
    site.lab.send(ResetKnobs())


def test_login_cookie_and_logout(site: Tenant, person: Person) -> None:
    assert person.profile().status_code == 401
    person.sign_in()
    page = person.profile()
    assert (page.status_code, page.json()["email"]) == (200, "alice@example.com")

    report = person.report()
    assert report.found is not None, report.reason
    assert (report.verdict, report.found.family) == ("valid", site.sample.family)
    assert "alice" in report.who
    assert report.opened_by == site.sample.secret

    person.sign_out()
    assert person.profile().status_code == 401


@pytest.mark.parametrize("wrong", WRONG)
def test_a_provider_gone_wrong_is_noticed(wrong: str, site: Tenant, person: Person) -> None:
    case = (site.sample.name, wrong)
    before = len(site.lab.events())
    assert site.lab.send(WRONG[wrong]).is_ok
    person.sign_in()
    passes = case in UNASKED | UNCHECKED
    assert person.profile().status_code == (200 if passes else 401)
    applied = [e for e in site.lab.events()[before:] if isinstance(e, KnobApplied)]
    assert bool(applied) == (wrong != "ahead" and case not in UNASKED)


def test_claims_of_a_user_arrive(site: Tenant, person: Person) -> None:
    claims = SetKnobs(claims={"local|alice": {"email": "changed@example.com"}})
    assert site.lab.send(claims).is_ok
    person.sign_in()
    assert person.profile().json()["email"] == "changed@example.com"
