"""Decoders of other packages, at arm's length: what they raise is told, and they are skipped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Decoder,
    Material,
    Sealer,
)

Tell: TypeAlias = Callable[[str], None]
CODE = "plugin_failed"


class Guarded:
    """A plug-in decoder that can raise nothing but DecodeError."""

    def __init__(self, inner: Decoder, name: str, tell: Tell) -> None:
        self.name = name
        self._inner = inner
        self._tell = tell

    def likeness(self, cookies: CookieGroup) -> float:
        """Return what the plug-in says; below 0 when it raises."""
        try:
            return float(self._inner.likeness(cookies))
        except Exception as error:  # the plug-in edge: it may raise anything
            self._tell(failure(self.name, error))
            return -1.0

    def decode(self, material: Material) -> Decoded:
        """Return what the plug-in opens. Raises: DecodeError, plugin_failed for anything else."""
        try:
            found: object = self._inner.decode(material)
        except DecodeError:
            raise
        except Exception as error:  # as above
            self._tell(failure(self.name, error))
            raise DecodeError(failure(self.name, error), code=CODE) from error
        if not isinstance(found, Decoded):
            problem = f"decoder plug-in {self.name!r} returned no Decoded; it is skipped"
            self._tell(problem)
            raise DecodeError(problem, code=CODE)
        return found


class GuardedSealer(Guarded):
    """One that can write its format as well."""

    def __init__(self, inner: Decoder, sealer: Sealer, name: str, tell: Tell) -> None:
        super().__init__(inner, name, tell)
        self._sealer = sealer

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the plug-in's cookies. Raises: DecodeError, plugin_failed for anything else."""
        try:
            return self._sealer.seal(found, secrets)
        except DecodeError:
            raise
        except Exception as error:  # as above
            raise DecodeError(failure(self.name, error), code=CODE) from error


def guarded(inner: Decoder, name: str, tell: Tell) -> Decoder:
    """Return a plug-in behind a guard; each sentence is told once."""
    told: set[str] = set()

    def once(text: str) -> None:
        if text not in told:
            told.add(text)
            tell(text)

    if isinstance(inner, Sealer):
        return GuardedSealer(inner, inner, name, once)
    return Guarded(inner, name, once)


def failure(name: str, error: Exception) -> str:
    """Return one line about a plug-in that raised."""
    text = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return f"decoder plug-in {name!r} is skipped, it raised {text}. Fix: update or uninstall it"
