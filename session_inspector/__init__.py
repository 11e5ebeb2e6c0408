"""The public Python face: sessions for Starlette, FastAPI and any other ASGI app.

In the words of Auth0's Next.js SDK v4, in snake_case. The names load on first use (PEP 562), so
importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from session_inspector.devserver.client.api.dependencies import (
        current_session as current_session,
    )
    from session_inspector.devserver.client.api.dependencies import (
        require_session as require_session,
    )
    from session_inspector.devserver.client.api.session_data import (
        ConnectionTokenSet as ConnectionTokenSet,
    )
    from session_inspector.devserver.client.api.session_data import (
        SessionData as SessionData,
    )
    from session_inspector.devserver.client.api.session_data import (
        TokenSet as TokenSet,
    )
    from session_inspector.devserver.client.api.session_data import (
        UserClaims as UserClaims,
    )
    from session_inspector.devserver.client.api.session_store import (
        SessionStore as SessionStore,
    )
    from session_inspector.devserver.client.api.session_store import (
        open_store as open_store,
    )
    from session_inspector.devserver.client.client import (
        Auth0Client as Auth0Client,
    )
    from session_inspector.devserver.client.configuration import (
        Routes as Routes,
    )
    from session_inspector.devserver.client.mfa import (
        MfaRequired as MfaRequired,
    )
    from session_inspector.devserver.client.options import (
        SessionConfiguration as SessionConfiguration,
    )
    from session_inspector.devserver.client.tokens.dpop import (
        DPoPOptions as DPoPOptions,
    )
    from session_inspector.devserver.client.tokens.failures import (
        AccessTokenError as AccessTokenError,
    )
    from session_inspector.devserver.cookies.jar import (
        CookieOptions as CookieOptions,
    )
    from session_inspector.devserver.core.errors import (
        InputError as InputError,
    )
    from session_inspector.devserver.core.errors import (
        InspectorError as InspectorError,
    )
    from session_inspector.devserver.core.errors import (
        StoreUnavailable as StoreUnavailable,
    )
    from session_inspector.devserver.session.data_store import (
        SessionDataStore as SessionDataStore,
    )
    from session_inspector.devserver.session.transaction import (
        TransactionOptions as TransactionOptions,
    )

_FLOORS = "session_inspector.devserver"
_HOMES = {
    "AccessTokenError": "client.tokens.failures",
    "Auth0Client": "client.client",
    "ConnectionTokenSet": "client.api.session_data",
    "CookieOptions": "cookies.jar",
    "DPoPOptions": "client.tokens.dpop",
    "InputError": "core.errors",
    "InspectorError": "core.errors",
    "MfaRequired": "client.mfa",
    "Routes": "client.configuration",
    "SessionConfiguration": "client.options",
    "SessionData": "client.api.session_data",
    "SessionDataStore": "session.data_store",
    "SessionStore": "client.api.session_store",
    "StoreUnavailable": "core.errors",
    "TokenSet": "client.api.session_data",
    "TransactionOptions": "session.transaction",
    "UserClaims": "client.api.session_data",
    "current_session": "client.api.dependencies",
    "open_store": "client.api.session_store",
    "require_session": "client.api.dependencies",
}
__all__ = [  # noqa: F822, RUF100  # loaded by __getattr__
    "AccessTokenError",
    "Auth0Client",
    "ConnectionTokenSet",
    "CookieOptions",
    "DPoPOptions",
    "InputError",
    "InspectorError",
    "MfaRequired",
    "Routes",
    "SessionConfiguration",
    "SessionData",
    "SessionDataStore",
    "SessionStore",
    "StoreUnavailable",
    "TokenSet",
    "TransactionOptions",
    "UserClaims",
    "current_session",
    "open_store",
    "require_session",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'session_inspector' has no attribute {name!r}")
    return getattr(import_module(f"{_FLOORS}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names, for completion."""
    return __all__
