"""Fills in the forms of other people's pages, as a person would."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx


class Form(HTMLParser):
    """The first form of a page, with its fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.is_there = False
        self.action = ""
        self.fields: dict[str, str] = {}
        self._is_over = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.is_there:
            self.is_there = True
            self.action = found.get("action", "")
        elif tag in ("input", "button", "textarea") and found.get("name") and not self._is_over:
            self.fields[found["name"]] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_over = True


def submit(http: httpx.Client, page: httpx.Response, **filled: str) -> httpx.Response:
    """Send the form of a page, with these fields filled in; returns the page at the end."""
    form = Form(page.text)
    assert form.is_there, f"{page.status_code} {page.url}: {page.text[:500]}"
    url = page.url.join(form.action)
    return http.post(url, data={**form.fields, **filled}, follow_redirects=True)
