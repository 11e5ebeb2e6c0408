"""The form of a page that sends itself, read without running its script."""

from __future__ import annotations

from html.parser import HTMLParser


class PostedForm(HTMLParser):
    """What a page's form would send, where to, and the page's scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.method = ""
        self.scripts = [""]
        self.fields: dict[str, str] = {}
        self._is_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found["action"]
            self.method = found["method"]
        elif tag == "input":
            self.fields[found["name"]] = found["value"]
        self._is_script = tag == "script"

    def handle_data(self, data: str) -> None:
        self.scripts += [data] if self._is_script else []
