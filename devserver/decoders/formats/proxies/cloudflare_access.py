"""Cloudflare Access: `CF_Authorization`, an RS256 JWT of the team's domain."""

from __future__ import annotations

import re

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.formats.named_token import NamedToken
from session_inspector.devserver.decoders.traits import Traits

ISSUER = re.compile(r"https://[a-z0-9-]+\.cloudflareaccess\.com")


class CloudflareAccessDecoder(NamedToken):
    """`CF_Authorization` and `CF_AppSession`; `aud` is the application's tag."""

    name = "cloudflare-access"
    traits = Traits(cookie_names=("CF_Authorization",))
    format_name = "Cloudflare Access"
    why = "a JWT whose issuer is https://TEAM.cloudflareaccess.com"
    notes = ("its keys: https://TEAM.cloudflareaccess.com/cdn-cgi/access/certs",)

    def is_own(self, name: str, claims: JsonObject) -> bool:
        """Check the issuer."""
        return ISSUER.fullmatch(str(claims.get("iss"))) is not None
