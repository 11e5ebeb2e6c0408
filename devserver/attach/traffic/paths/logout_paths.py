"""Paths that log out: their words stand alone, between slashes, dots, hyphens or capitals.

/logout   /users/sign_out   /Account/LogOff   /connect/endsession   do
/blog-offers   /catalog-offline   /design-outlet                    do not
"""

from __future__ import annotations

import re

LOGOUT = r"(?:(?:log|sign)[-_]?(?:out|off)|end[-_]?session)"
_NAMED = re.compile(rf"(?:^|[/_.-]){LOGOUT}(?=$|[/_.-])", re.IGNORECASE)
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
"""Where a word begins in `userLogout`."""
_FOLDERS = r"(?:/(?:v\d+|[a-z][a-z_.-]*))*/"
_ASKING = re.compile(rf"{_FOLDERS}(?:[a-z]+[_.-])*{LOGOUT}(?:\.[a-z]+)?/?", re.IGNORECASE)
_DELETED = re.compile(rf"{_FOLDERS}(?:session|login)/?", re.IGNORECASE)


def names_logout(path: str) -> bool:
    """Check whether a word of a path is of a logout, whoever it logs out."""
    return _NAMED.search(_CAPITAL.sub("-", path)) is not None


def logs_out_sender(path: str) -> bool:
    """Check whether a whole path logs out who asks: `/devices/7/logout` is of another."""
    return _ASKING.fullmatch(_CAPITAL.sub("-", path)) is not None


def is_own_session(path: str) -> bool:
    """Check for a path whose DELETE logs out who asks: that of `/sessions` may be of all others."""
    return _DELETED.fullmatch(path) is not None
