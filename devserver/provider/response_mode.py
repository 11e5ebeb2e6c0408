"""Send an answer of the authorization endpoint to the app: query, fragment or form_post.

Sources: OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post Response Mode §2.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from session_inspector.devserver.provider.pages import form_post_page

MODES = ("query", "fragment", "form_post")


def find_mode_problem(form: Mapping[str, str]) -> str:
    """Return why the requested response mode is impossible; empty: it is possible."""
    mode = form.get("response_mode", "")
    if mode and mode not in MODES:
        return f"response_mode must be one of {', '.join(MODES)}"
    if mode == "query" and _wants_id_token(form):
        return "an id_token does not go into a query: ask for form_post or fragment"
    return ""


def send_back(form: Mapping[str, str], answer: Mapping[str, str]) -> Response:
    """Send the browser back to the app, whose redirect URI was checked, with an answer or an error.

    An impossible mode is answered in the default one of the response type.
    """
    fields = dict(answer)
    if form.get("state"):
        fields["state"] = form["state"]
    uri = form["redirect_uri"]
    mode = _choose_mode(form)
    if mode == "form_post":
        return form_post_page(uri, fields)
    if mode == "fragment":
        return _redirect(f"{uri}#{urlencode(fields)}")
    separator = "?"
    if "?" in uri:
        separator = "&"
    return _redirect(f"{uri}{separator}{urlencode(fields)}")


def _choose_mode(form: Mapping[str, str]) -> str:
    mode = form.get("response_mode", "")
    if mode and not find_mode_problem(form):
        return mode
    if _wants_id_token(form):
        return "fragment"
    return "query"


def _wants_id_token(form: Mapping[str, str]) -> bool:
    return "id_token" in form.get("response_type", "").split()


def _redirect(url: str) -> Response:
    return RedirectResponse(url, 302, {"cache-control": "no-store"})
