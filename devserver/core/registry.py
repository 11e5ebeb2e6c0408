"""Plug-ins by name: built-ins as "module:attribute", others by entry point.

Names are listed without importing anything; a part is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from typing import Generic, TypeVar

from session_inspector.devserver.core.errors import InputError

T = TypeVar("T")


class Registry(Generic[T]):
    """The plug-ins of one entry point group. A name that two parts claim is an error.

    What is installed is looked up once: it takes 1.6 ms, and there are as many loads as plug-ins.
    """

    def __init__(self, group: str, built_in: Mapping[str, str]) -> None:
        self.group = group
        self._built_in = built_in

    def targets(self) -> dict[str, str]:
        """Return {name: "module:attribute"} of all plug-ins, importing none of them.

        Raises: InputError when an installed package claims a name that is taken.
        """
        return dict(self._targets)

    @cached_property
    def _targets(self) -> dict[str, str]:
        from importlib.metadata import entry_points  # 40 modules: not for the first paint

        found = dict(self._built_in)
        for point in entry_points(group=self.group):
            if found.get(point.name, point.value) != point.value:
                raise InputError(
                    f"plug-in {point.name!r} of {point.value} has the name of {found[point.name]}"
                    f" in {self.group}; uninstall one of the two"
                )
            found[point.name] = point.value
        return found

    def names(self) -> list[str]:
        """Return all names, sorted."""
        return sorted(self._targets)

    def load(self, name: str) -> T:
        """Import and return one plug-in.

        Raises: InputError for an unknown name; ImportError when its driver is missing.
        """
        target = self._targets.get(name)
        if target is None:
            known = ", ".join(self.names())
            raise InputError(f"unknown name {name!r}; it must be one of: {known}")
        return load_target(target)


def load_target(target: str) -> T:  # type: ignore[type-var]  # the caller names the type
    """Import "module:attribute" and return the attribute."""
    module, _, attribute = target.partition(":")
    found: T = getattr(import_module(module), attribute)
    return found
