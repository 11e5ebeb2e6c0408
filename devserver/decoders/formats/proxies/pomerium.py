"""Pomerium: `_pomerium`, an HS256 JWT under the shared secret; the session is in its databroker."""

from __future__ import annotations

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.formats.named_token import NamedToken
from session_inspector.devserver.decoders.traits import Traits

NAMES = ("_pomerium", "_pomerium_proxy")


class PomeriumDecoder(NamedToken):
    """`_pomerium`; the secret is `shared_secret`, base64 as in the configuration."""

    name = "pomerium"
    traits = Traits(json="strict", cookie_names=NAMES)
    format_name = "Pomerium"
    why = "named _pomerium, and a JWT with the id of a session"
    notes = ("user and tokens are in Pomerium's databroker, by jti",)

    def is_own(self, name: str, claims: JsonObject) -> bool:
        """Check the name and the session's id."""
        return name in NAMES and isinstance(claims.get("jti"), str)
