"""The values that a shell offers after a flag: scenarios, formats, layouts, kinds of stores.

They are no `choices` of the parser itself: a plug-in's name is as good, and none is imported for
`--help`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from session_inspector.devserver.attach.layouts import layout_names
from session_inspector.devserver.core.configuration.table import KINDS
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.devserver.lab.scenarios import SCENARIOS
from session_inspector.devserver.stores.urls import list_schemes


def add_values(parser: argparse.ArgumentParser) -> None:
    """Give the arguments of all commands the values that a shell offers."""
    stores = [f"{scheme}://" for scheme in list_schemes()]
    values: Mapping[str, Sequence[str]] = {
        "format": sorted(decoder.name for decoder in load_decoders()),
        "layout": layout_names(),
        "kind": KINDS,
        "revocation": ("store",),
        "store": stores,
    }
    _fill(parser, values)
    for words, name, found in (
        (("scenario",), "name", [scenario.name for scenario in SCENARIOS]),
        (("compare",), "urls", stores),
        (("stores", "check"), "url", stores),
        (("stores", "create"), "url", stores),
        (("stores", "prune"), "url", stores),
    ):
        _fill_own(_find(parser, words), {name: found})


def _fill(parser: argparse.ArgumentParser, values: Mapping[str, Sequence[str]]) -> None:
    _fill_own(parser, values)
    for child in _children(parser).values():
        _fill(child, values)


def _fill_own(parser: argparse.ArgumentParser, values: Mapping[str, Sequence[str]]) -> None:
    for action in parser._actions:
        if action.choices is None and action.nargs != 0 and action.dest in values:
            action.choices = list(values[action.dest])


def _children(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _find(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.ArgumentParser:
    for word in words:
        parser = _children(parser)[word]
    return parser
