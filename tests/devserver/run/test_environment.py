"""What an app gets: the provider's variables under the names it reads, its own secret kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.provider.tenant import Tenant, TenantKeys
from session_inspector.devserver.run.environment import (
    READS,
    base_variables,
    compose,
    tenant_variables,
    trust_variables,
)
from session_inspector.devserver.run.trust import TrustFiles
from session_inspector.inspector.cli.run.arguments import FRAMEWORKS

TENANT = Tenant(app_url="http://localhost:4000", client_secret="client-secret")
KEYS = TenantKeys(
    issuer="https://localhost:6000/",
    secret="session-secret",
    ca="/ca.pem",
    bundle="/bundle.pem",
    control="http://127.0.0.1:7000",
)


def test_an_app_of_no_known_framework_gets_the_plain_names() -> None:
    found = {
        **base_variables("http://localhost:4000", 5000, "http://127.0.0.1:7000"),
        **tenant_variables(TENANT, KEYS, ()),
    }
    assert found["OIDC_ISSUER"] == "https://localhost:6000/"
    assert found["OIDC_CLIENT_ID"] == "session-inspector-tenant"
    assert found["OIDC_CLIENT_SECRET"] == "client-secret"
    assert found["BASE_URL"] == "http://localhost:4000"
    assert found["PORT"] == "5000"
    assert found["SESSION_INSPECTOR_URL"] == "http://127.0.0.1:7000"


@pytest.mark.parametrize("name", READS)
def test_each_sdk_gets_its_own_names_beside_them(name: str) -> None:
    found = tenant_variables(TENANT, KEYS, [name])
    assert found["OIDC_ISSUER"]


def test_each_runtime_reads_the_authorities_by_a_name_of_its_own() -> None:
    trust = TrustFiles(ca=Path("/ca.pem"), bundle=Path("/bundle.pem"))
    assert trust_variables(trust) == {
        "NODE_EXTRA_CA_CERTS": "/ca.pem",
        "SSL_CERT_FILE": "/bundle.pem",
        "REQUESTS_CA_BUNDLE": "/bundle.pem",
    }


def test_the_flag_offers_all_of_them() -> None:
    assert set(FRAMEWORKS) == set(READS)


def test_ours_win_over_files_and_those_over_the_environment() -> None:
    found = compose(
        {"A": "own", "B": "own", "C": "own"}, {"B": "file", "C": "file"}, {}, {"C": "ours"}
    )
    assert found.variables == {"A": "own", "B": "file", "C": "ours"}
    assert found.replaced == ("C",)


def test_a_session_secret_that_the_app_has_is_kept() -> None:
    ours = {"AUTH0_SECRET": "ours", "AUTH0_DOMAIN": "localhost"}
    project = {"AUTH0_SECRET": "the app's", "AUTH0_DOMAIN": "tenant.auth0.com"}
    found = compose({}, {}, project, ours)
    assert found.variables == {"AUTH0_DOMAIN": "localhost"}
    assert (found.replaced, found.made) == (("AUTH0_DOMAIN",), ())


def test_a_session_secret_is_set_only_where_the_app_needs_one() -> None:
    ours = {"AUTH0_SECRET": "ours", "SECRET_KEY": "ours"}
    found = compose({"AUTH0_SECRET": ""}, {}, {}, ours, {"AUTH0_SECRET"})
    assert found.variables == {"AUTH0_SECRET": "ours"}
    assert found.made == ("AUTH0_SECRET",)


def test_authorities_are_added_to_and_so_not_called_replaced() -> None:
    found = compose({"SSL_CERT_FILE": "/corp.pem"}, {}, {}, {"SSL_CERT_FILE": "/both.pem"})
    assert (found.variables, found.replaced) == ({"SSL_CERT_FILE": "/both.pem"}, ())


def test_the_token_of_the_control_api_stays_with_us() -> None:
    found = compose({"SESSION_INSPECTOR_TOKEN": "x", "A": "1"}, {}, {}, {})
    assert found.variables == {"A": "1"}


def test_values_of_secret_names_and_passwords_of_urls_are_hidden() -> None:
    found = compose(
        {"API_KEY": "k-1", "TOKEN_URL": "https://x/", "SECRET_FILE": "/run/s", "NAME": "n"},
        {"DATABASE_URL": "postgres://app:pass-2@localhost/app"},
        {"DB_PASSWORD": "pass-3"},
        {"OIDC_CLIENT_SECRET": "s-4"},
    )
    assert sorted(found.hidden) == ["k-1", "pass-2", "pass-3", "s-4"]
