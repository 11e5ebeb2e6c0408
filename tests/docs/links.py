"""What a page of Markdown links to, and the anchors that GitHub and the site give its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", flags=re.M)
FENCE = re.compile(r"^```.*?^```", flags=re.M | re.DOTALL)
PATH = re.compile(
    r"`((?:devserver|inspector|session_inspector|tests|screenshots|docs)/[\w./-]+|\.ci/\w+)`"
)


def local_links(text: str) -> list[str]:
    """Return the targets of links into this repository, anchors included."""
    found = LINK.findall(FENCE.sub("", text))
    return [target for target in found if "://" not in target and not target.startswith("mailto:")]


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings: lower case, punctuation dropped, blanks as hyphens."""
    headings = HEADING.findall(FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> Iterator[str]:
    """Yield the links of a page that lead to no file, or to no heading of one."""
    for link in local_links(page.read_text()):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        is_there = target.exists()
        if not is_there or (anchor and anchor not in anchors(target.read_text())):
            yield link


def missing_paths(page: Path, root: Path) -> list[str]:
    """Return the files of this repository that a page names and that are not there.

    NAME and LANGUAGE stand for what the reader chooses.
    """
    named = PATH.findall(page.read_text())
    real = [path for path in named if not re.search(r"[A-Z]{4}", path)]
    return [path for path in real if not (root / path).exists()]
