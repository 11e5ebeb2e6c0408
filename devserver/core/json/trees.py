"""Walks over tables and lists of any depth, as TOML and JSON have them."""

from __future__ import annotations

from collections.abc import Callable


def find_member(tree: object, is_wanted: Callable[[object], bool]) -> str:
    """Return where in a tree a value is that is wanted: `knobs.skew`, `users[0].age`; empty: none.

    The walk is no recursion: dotted keys of TOML are as deep as a line is long.
    """
    waiting: list[tuple[str, object]] = [("", tree)]
    while waiting:
        path, found = waiting.pop(0)
        if isinstance(found, dict):
            waiting += [(f"{path}.{name}".lstrip("."), value) for name, value in found.items()]
        elif isinstance(found, (list, tuple)):
            waiting += [(f"{path}[{number}]", value) for number, value in enumerate(found)]
        elif is_wanted(found):
            return path or "it"
    return ""
