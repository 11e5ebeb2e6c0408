"""Decoders of other packages, at arm's length: one that raises is reported, and skipped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import (
    NO_TRAITS,
    CookieGroup,
    Decoded,
    Decoder,
    Material,
    Sealer,
)
from session_inspector.devserver.decoders.claims import Claim, could_be, looks_like
from session_inspector.devserver.decoders.traits import Traits

Notify: TypeAlias = Callable[[str], None]
CODE = "plugin_failed"
CLEAR = 0.5
"""Likeness from which a plug-in that only rates is sure."""
RATED = "the decoder plug-in rates them so"


class Guarded:
    """A plug-in decoder that can raise nothing but DecodeError."""

    def __init__(self, inner: Decoder, name: str, notify: Notify) -> None:
        self.name = name
        self.traits = _read_declared_traits(inner)
        self._inner = inner
        self._notify = notify

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Return what the plug-in says; None when it raises, or says nothing that is a claim."""
        try:
            found: object = _ask_claim(self._inner, cookies)
        except Exception as error:  # the plug-in edge: it may raise anything
            self._notify(describe_failure(self.name, error))
            return None
        if isinstance(found, Claim):
            return found
        return None

    def decode(self, material: Material) -> Decoded:
        """Return what the plug-in opens. Raises: DecodeError, plugin_failed for anything else."""
        try:
            found: object = self._inner.decode(material)
        except DecodeError:
            raise
        except Exception as error:  # as above
            self._notify(describe_failure(self.name, error))
            raise DecodeError(describe_failure(self.name, error), code=CODE) from error
        if not isinstance(found, Decoded):
            problem = f"decoder plug-in {self.name!r} returned no Decoded; it is skipped"
            self._notify(problem)
            raise DecodeError(problem, code=CODE)
        return found


class GuardedSealer(Guarded):
    """One that can write its format as well."""

    def __init__(self, inner: Decoder, sealer: Sealer, name: str, notify: Notify) -> None:
        super().__init__(inner, name, notify)
        self._sealer = sealer

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the plug-in's cookies. Raises: DecodeError, plugin_failed for anything else."""
        try:
            return self._sealer.seal(found, secrets)
        except DecodeError:
            raise
        except Exception as error:  # as above
            raise DecodeError(describe_failure(self.name, error), code=CODE) from error


def guard(inner: Decoder, name: str, notify: Notify) -> Decoder:
    """Return a plug-in behind a guard; each sentence is reported once."""
    reported: set[str] = set()

    def once(text: str) -> None:
        if text not in reported:
            reported.add(text)
            notify(text)

    if isinstance(inner, Sealer):
        return GuardedSealer(inner, inner, name, once)
    return Guarded(inner, name, once)


def _ask_claim(inner: object, cookies: CookieGroup) -> object:
    """Return the claim of a plug-in; one from before claims rates its likeness, 0..1."""
    claim = getattr(inner, "claim", None)
    if claim is not None:
        return claim(cookies)
    rate = float(getattr(inner, "likeness")(cookies))  # noqa: B009 - no member of Decoder
    if rate < 0:
        return None
    if rate >= CLEAR:
        return looks_like(RATED, rate)
    return could_be(RATED, rate)


def _read_declared_traits(inner: object) -> Traits:
    """Return what a plug-in declares of its format; the defaults when it declares nothing."""
    found = getattr(inner, "traits", NO_TRAITS)
    if isinstance(found, Traits):
        return found
    return NO_TRAITS


def describe_failure(name: str, error: Exception) -> str:
    """Return one line about a plug-in that raised."""
    text = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return f"decoder plug-in {name!r} is skipped, it raised {text}. Fix: update or uninstall it"
