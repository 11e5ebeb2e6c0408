"""Words of logins in paths, and of what renews, remembers or is a session in names of cookies."""

from __future__ import annotations

import re

LOGINS = re.compile(r"log[-_]?[io]n|sign[-_]?in|auth|callback|acs", re.IGNORECASE)
"""In a path that may log somebody in though it is only read: a provider leads back to it."""
RETURNS = re.compile(r"callback|(?:^|[/_.-])acs(?:$|[/_.-])", re.IGNORECASE)
"""In a path that logs somebody in though it is only read."""
REFRESH = re.compile("refresh|renew", re.IGNORECASE)
"""In the name of a cookie, or the path that replaces it, where its tokens are in no cookie."""
REMEMBER = re.compile(
    r"remember|refresh|renew|persist|keep|stay|auto[-_]?log|(?:^|[-_.])(?:rm|rt)$", re.IGNORECASE
)
"""In the name of a cookie that may bring a session of a known format back."""
SESSION = re.compile(r"sess|token|auth|jwt|log[-_]?in|user|(?:^|[-_.])s?id$", re.IGNORECASE)
"""In the name of a cookie that is a session's, however long it lives."""
