"""A real app as the provider's client: its URIs are checked, its variables are its framework's."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.provider.tenant import (
    FRAMEWORKS,
    Tenant,
    TenantKeys,
    check_app_url,
    env_block,
    environment,
    resolve_uris,
)

TENANT = Tenant(app_url="http://localhost:3000", client_secret="cs", redirect_uris=("x://y",))
KEYS = TenantKeys(
    issuer="https://localhost:9/", secret="ss", ca="/ca.pem", bundle="/all.pem", control="http://c"
)


def test_every_framework_s_callback_is_registered_and_the_app_s_own() -> None:
    client = TENANT.registration()
    for path in ("/auth/callback", "/callback", "/oidc/callback/"):
        assert client.check_redirect_uri(f"http://localhost:3000{path}")
    assert client.check_redirect_uri("x://y")
    assert client.check_post_logout_uri("http://localhost:3000")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_is_told_which_authority_to_trust(framework: str) -> None:
    found = environment(TENANT, KEYS, framework)
    assert ("NODE_EXTRA_CA_CERTS" in found) is (framework != "fastapi")
    assert ("SSL_CERT_FILE" in found) is (framework in ("fastapi", "env"))
    assert list(found)[-1] == "SESSION_INSPECTOR_URL"
    assert {"cs", "ss"} <= set(found.values())


def test_values_are_quoted_only_where_they_must_be() -> None:
    assert env_block({"A": "b", "C": "d e"}, "T") == '# T\nA=b\nC="d e"'
    assert env_block({"A": "b"}) == "A=b"


@pytest.mark.parametrize(
    "text", ["localhost:3000", "ftp://a", "http://a/b", "http://a?x", "http://"]
)
def test_an_app_s_address_is_scheme_host_and_port(text: str) -> None:
    assert check_app_url("http://a:1/") == "http://a:1"
    with pytest.raises(InputError, match="--app-url"):
        check_app_url(text)


def test_a_path_is_one_of_the_app() -> None:
    found = resolve_uris("--redirect-uri", ["/cb", "https://b/c"], "http://a:1")
    assert found == ("http://a:1/cb", "https://b/c")
    with pytest.raises(InputError, match="--redirect-uri is 'cb'"):
        resolve_uris("--redirect-uri", ["cb"], "http://a:1")
