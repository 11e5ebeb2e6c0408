"""Azure App Service's authentication ("EasyAuth"): a sealed session, which only Azure opens."""

from __future__ import annotations

from session_inspector.devserver.decoders.formats.proxies.opaque import OpaqueDecoder
from session_inspector.devserver.decoders.traits import Traits


class EasyAuthDecoder(OpaqueDecoder):
    """`AppServiceAuthSession` of Azure App Service and Static Web Apps."""

    name = "easyauth"
    traits = Traits(cookie_names=("AppServiceAuthSession", "StaticWebAppsAuthCookie"))
    format_name = "Azure EasyAuth (session)"
    why = "named AppServiceAuthSession, with sealed bytes in base64"
    reason = "only App Service opens it: its key is the site's own (WEBSITE_AUTH_ENCRYPTION_KEY)"
    notes = (
        "the claims come to the application as X-MS-CLIENT-PRINCIPAL, and from /.auth/me",
        "8 h by default; 72 h more in which /.auth/refresh works",
    )
