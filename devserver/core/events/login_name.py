"""How a login is called before anybody knows whose it is: by what its request carries and its
answer brings back. The proxy and the provider see the same request, and so say the same name.
"""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.core.values import fingerprint

CARRIED = ("state", "code_challenge", "nonce")
"""What tells one login from another; the first that a request has (Auth.js relies on PKCE)."""


def find_carrier(request: Mapping[str, str]) -> str:
    """Return which member of an authorization request names its login; empty: none."""
    return next((name for name in CARRIED if request.get(name)), "")


def name_login(request: Mapping[str, str]) -> str:
    """Return the name of the login that an authorization request begins; empty: it has none."""
    carrier = find_carrier(request)
    if not carrier:
        return ""
    return fingerprint(request[carrier])
