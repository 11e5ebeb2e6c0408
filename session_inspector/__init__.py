"""The session layer and the local lab server behind Session Inspector.

The names below are the public Python face: Auth0's Next.js SDK v4 for Starlette and FastAPI, in
snake_case. They load on first use, so importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from session_inspector.devserver.client.access_tokens import (
        AccessTokenError as AccessTokenError,
    )
    from session_inspector.devserver.client.client import Auth0Client as Auth0Client
    from session_inspector.devserver.client.mfa import MfaRequired as MfaRequired
    from session_inspector.devserver.client.options import (
        SessionConfiguration as SessionConfiguration,
    )
    from session_inspector.devserver.session.data_store import SessionDataStore as SessionDataStore
    from session_inspector.devserver.session.transaction import (
        TransactionOptions as TransactionOptions,
    )

_HOMES = {
    "AccessTokenError": "session_inspector.devserver.client.access_tokens",
    "Auth0Client": "session_inspector.devserver.client.client",
    "MfaRequired": "session_inspector.devserver.client.mfa",
    "SessionConfiguration": "session_inspector.devserver.client.options",
    "SessionDataStore": "session_inspector.devserver.session.data_store",
    "TransactionOptions": "session_inspector.devserver.session.transaction",
}
__all__ = [  # noqa: F822, RUF100  # loaded by __getattr__
    "AccessTokenError",
    "Auth0Client",
    "MfaRequired",
    "SessionConfiguration",
    "SessionDataStore",
    "TransactionOptions",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'session_inspector' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
