"""How an answer of the authorization endpoint goes back to the app: query, fragment or form_post.

Sources: OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post Response Mode §2.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from session_inspector.devserver.provider.pages import form_post_page

MODES = ("query", "fragment", "form_post")


def problem_of(form: Mapping[str, str]) -> str:
    """Return why the response mode that was asked for cannot be; empty: it can."""
    mode = form.get("response_mode", "")
    if mode and mode not in MODES:
        return f"response_mode must be one of {', '.join(MODES)}"
    if mode == "query" and "id_token" in form.get("response_type", "").split():
        return "an id_token does not go into a query: ask for form_post or fragment"
    return ""


def send_back(form: Mapping[str, str], answer: Mapping[str, str]) -> Response:
    """Send the browser back to the app, whose redirect URI was checked, with an answer or an error.

    A mode that cannot be is answered in the default one of the response type.
    """
    state = form.get("state")
    fields = {**answer, **({"state": state} if state else {})}
    uri = form["redirect_uri"]
    match form.get("response_mode", "") if not problem_of(form) else "":
        case "form_post":
            return form_post_page(uri, fields)
        case "fragment":
            return _redirect(uri, "#", fields)
        case "query":
            return _redirect(uri, "?", fields)
        case _:
            has_token = "id_token" in form.get("response_type", "").split()
            return _redirect(uri, "#" if has_token else "?", fields)


def _redirect(uri: str, mark: str, fields: Mapping[str, str]) -> Response:
    mark = "&" if mark == "?" and "?" in uri else mark
    return RedirectResponse(f"{uri}{mark}{urlencode(fields)}", 302, {"cache-control": "no-store"})
