"""Authlib's client for httpx, imported without its notice that it will move to httpx2."""

import warnings

with warnings.catch_warnings(record=True):
    # recorded, not shown: Authlib re-arms its own notices, which would mar the screen
    from authlib.integrations.base_client.errors import OAuthError as AuthlibError
    from authlib.integrations.httpx_client import AsyncOAuth2Client
    from authlib.oauth2.auth import ClientAuth

__all__ = ["AsyncOAuth2Client", "AuthlibError", "ClientAuth"]
