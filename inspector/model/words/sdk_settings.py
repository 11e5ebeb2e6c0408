"""What an app's own error says that its SDK still needs: the setting, as it is written.

Provider, proxy and app are all on localhost, which some SDKs refuse until they are told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededSetting:
    """One setting."""

    error: str
    """How the error is recognised: an expression."""
    what: str
    setting: str
    """As it is written in code or in the environment."""

    def describe(self) -> str:
        """Return one sentence."""
        return f"{self.what}: {self.setting}"


NEEDED = (
    NeededSetting(
        error=r"DomainValidationError\W+localhost domains",
        what="@auth0/nextjs-auth0 takes no issuer on localhost until it is told",
        setting="new Auth0Client({ allowInsecureRequests: process.env.NODE_ENV !== 'production' })",
    ),
    NeededSetting(
        error=r"\bUntrustedHost\b",
        what="Auth.js trusts no host behind a proxy until it is told",
        setting="trustHost: true, or AUTH_TRUST_HOST=true",
    ),
    NeededSetting(
        error=r"\bInsecureTransportError\b|OAuth 2 MUST utilize https",
        what="oauthlib takes no callback on http until it is told",
        setting="OAUTHLIB_INSECURE_TRANSPORT=1 (in development only)",
    ),
    NeededSetting(
        error=r"Invalid HTTP_HOST header",
        what="Django answers other names only where they are listed",
        setting="ALLOWED_HOSTS = ['localhost', '.localhost', '127.0.0.1']",
    ),
    NeededSetting(
        error=r"Blocked hosts?: ",
        what="Rails answers other names only where they are listed",
        setting="config.hosts << '.localhost'",
    ),
    NeededSetting(
        error=r"\b(?:SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)"
        r"|CERTIFICATE_VERIFY_FAILED)|PKIX path building failed",
        what="the app does not trust the local provider: something before it drops the variables",
        setting="pass on NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and JAVA_TOOL_OPTIONS"
        " (Turborepo: globalPassThroughEnv)",
    ),
)
_ANY = re.compile("|".join(f"(?:{one.error})" for one in NEEDED))


def find_needed(line: str) -> NeededSetting | None:
    """Return the setting that a line of an app asks for; None: none."""
    if _ANY.search(line) is None:  # nearly all lines
        return None
    return next((one for one in NEEDED if re.search(one.error, line)), None)
