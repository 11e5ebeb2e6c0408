"""An SDK's own error shows which setting it needs on localhost."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.words.sdk_settings import find_needed

LINES = [
    (" ⨯ Error [DomainValidationError]: localhost domains are not supported.", "allowInsecure"),
    ("[auth][error] UntrustedHost: Host must be trusted. URL was: http://x", "AUTH_TRUST_HOST"),
    ("oauthlib...InsecureTransportError: (insecure_transport) OAuth 2 MUST utilize https.", "1"),
    ("Invalid HTTP_HOST header: 'api.localhost:4100'. You may need to add it", "ALLOWED_HOSTS"),
    ("[ActionDispatch::HostAuthorization] Blocked hosts: api.localhost:4100", "config.hosts"),
    ("  code: 'SELF_SIGNED_CERT_IN_CHAIN'", "NODE_EXTRA_CA_CERTS"),
    ("ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate", "SSL_CERT_FILE"),
    ("javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun", "JAVA_TOOL_OPTIONS"),
]


@pytest.mark.parametrize(("line", "setting"), LINES)
def test_the_error_of_each_names_its_setting(line: str, setting: str) -> None:
    found = find_needed(line)
    assert found is not None
    assert setting in found.describe()


@pytest.mark.parametrize(
    "line",
    ["", "ready on http://localhost:3000", "DomainValidationError: ports", "trusted hosts: 2"],
)
def test_other_lines_ask_for_none(line: str) -> None:
    assert find_needed(line) is None
