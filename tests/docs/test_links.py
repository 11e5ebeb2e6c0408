"""Links, anchors and file names in README and docs lead somewhere; the site shows every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.links import anchors, broken_links, local_links, missing_paths
from tests.docs.tables import DOCS, ROOT

PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md"), *ROOT.glob(".github/**/*.md")])


def named(page: Path) -> str:
    return page.name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_and_anchors_lead_somewhere(page: Path) -> None:
    assert list(broken_links(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_that_are_named_are_there(page: Path) -> None:
    if page.name == "CHANGELOG.md":  # it names files as they were
        return
    assert missing_paths(page, ROOT) == []


def test_what_is_broken_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One two: `three`\n[a](#one-two-three) [b](#gone) [c](gone.md) [d](x://y)\n")
    assert anchors(page.read_text()) == {"one-two-three"}
    assert local_links(page.read_text()) == ["#one-two-three", "#gone", "gone.md"]
    assert list(broken_links(page)) == ["#gone", "gone.md"]
    page.write_text("`tests/gone.py` `tests/docs` `devserver/stores/NAME/store.py`")
    assert missing_paths(page, ROOT) == ["tests/gone.py"]


def test_every_page_is_reached_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    assert [page.name for page in DOCS.glob("*.md") if f"docs/{page.name}" not in text] == []


def test_the_site_has_every_page_once() -> None:
    nav = re.findall(r": ([\w/]+\.md)$", (ROOT / "mkdocs.yml").read_text(), flags=re.M)
    pages = [f"docs/{page.name}" for page in DOCS.glob("*.md")]
    pages += [page.name for page in ROOT.glob("*.md")]
    assert sorted(nav) == sorted(pages)


def test_every_picture_is_in_the_gallery() -> None:
    text = (DOCS / "gallery.md").read_text()
    pictures = {path.name for path in (ROOT / "screenshots").glob("*.png")}
    assert pictures == set(re.findall(r"\(\.\./screenshots/([\w.]+\.png)\)", text))
