"""Firebase's session cookies: RS256 JWTs of session.firebase.google.com, 5 minutes to 14 days."""

from __future__ import annotations

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.formats.named_token import NamedToken
from session_inspector.devserver.decoders.traits import Traits

ISSUER = "https://session.firebase.google.com/"


class FirebaseDecoder(NamedToken):
    """`session` or `__session` of firebase-admin's createSessionCookie."""

    name = "firebase"
    traits = Traits(cookie_names=("__session", "session"), is_issued_anew=True)
    format_name = "Firebase (session cookie)"
    why = f"a JWT whose issuer is {ISSUER}PROJECT, as createSessionCookie makes"
    notes = ("revoked when the user's tokensValidAfterTime is later than its auth_time",)

    def is_own(self, name: str, claims: JsonObject) -> bool:
        """Check the issuer."""
        return str(claims.get("iss")).startswith(ISSUER)
