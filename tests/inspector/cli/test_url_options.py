"""Each option that takes a URL: what is none is one line and code 2, before anything starts."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from session_inspector.inspector.cli.arguments import make_parser, parse
from session_inspector.inspector.cli.main import run

BAD = ("http://[", "http://a b/", "http://h:99999999/")
TENANT = ("serve", "--as-tenant", "--app-url", "http://localhost:3")
ATTACH = ("attach", "--headless", "http://localhost:9")
BROWSER = ("browser", "--headless")
RUN = ("run", "--headless")
URL = "URL"
"""Stands for the bad one."""
TRIED: dict[tuple[str, str], tuple[str, ...]] = {
    ("attach", "url"): ("attach", "--headless", URL),
    ("attach", "--store"): (*ATTACH, "--store", URL),
    ("attach", "--origin"): (*ATTACH, "--browser", "chromium", "--origin", URL),
    ("attach", "--events"): ("attach", "--headless", "--events", URL),
    ("attach", "--tenant"): (*ATTACH, "--tenant", URL),
    ("browser", "url"): (*BROWSER, URL),
    ("browser", "--store"): (*BROWSER, "http://a.test", "--store", URL),
    ("browser", "--origin"): (*BROWSER, "http://a.test", "--origin", URL),
    ("browser", "--tenant"): (*BROWSER, "http://a.test", "--tenant", URL),
    ("compare", "urls"): ("compare", URL),
    **{(word, "--jwks"): (word, "--jwks", URL, "a=b") for word in ("decode", "weak", "reseal")},
    ("provider", "url"): ("provider", URL),
    ("run", "--backchannel-logout-uri"): (*RUN, "--backchannel-logout-uri", URL, "--", "true"),
    ("run", "--with"): (*RUN, "--with", f"api={URL}", "--", "true"),
    ("run", "--store"): (*RUN, "--store", URL, "--", "true"),
    ("sessions", "--store"): ("sessions", "list", "--store", URL),
    ("serve", "--client"): ("serve", "--client", f"a={URL}"),
    **{
        ("serve", flag): ("serve", flag, URL)
        for flag in ("--store", "--issuer", "--base-url", "--post-logout-uri")
    },
    ("serve", "--app-url"): ("serve", "--as-tenant", "--app-url", URL),
    **{
        ("serve", flag): (*TENANT, flag, URL)
        for flag in ("--backchannel-logout-uri", "--frontchannel-logout-uri", "--redirect-uri")
    },
    **{("stores", f"{action} url"): ("stores", action, URL) for action in ("check", "prune")},
    ("stores", "create url"): ("stores", "create", URL),
}
LIKE_SERVE = {"scenario", "sessions"}
"""They take the flags of settings as `serve` does."""


@pytest.fixture
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SESSION_INSPECTOR_URL", raising=False)


def named_urls(parser: argparse.ArgumentParser, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (command, option) of all that say in their help that they take a URL."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield from named_urls(inner, f"{path} {name}".strip())
        elif path and "URL" in str(action.metavar):
            command, _, deeper = path.partition(" ")
            option = (*action.option_strings, action.dest)[0]
            yield command, f"{deeper} {option}".strip()


def test_each_option_that_takes_a_url_is_tried() -> None:
    found = set(named_urls(make_parser()))
    same = {(command, option) for command, option in found if command in LIKE_SERVE}
    assert {("serve", option.split()[-1]) for _, option in same} <= set(TRIED)
    assert found - same <= set(TRIED), "add it to TRIED"


@pytest.mark.usefixtures("_at_home")
@pytest.mark.parametrize("option", list(TRIED), ids=" ".join)
@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_url_is_one_line_and_code_2(
    option: tuple[str, str], bad: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [word.replace(URL, bad) for word in TRIED[option]]
    assert run(parse(words)) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1), err
    assert err.startswith("session-inspector: ")
