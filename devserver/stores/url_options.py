"""Options in store URLs: some are ours, the rest is the driver's."""

from __future__ import annotations

from collections.abc import Collection, Container
from difflib import get_close_matches
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from session_inspector.devserver.core.errors import InputError

OWN_OPTIONS = frozenset({"table", "notify", "collection", "prefix"})
"""Options of a store's URL that no driver knows."""


def read_options(url: str) -> dict[str, str]:
    """Return the options of a URL; of one that stands twice, the last."""
    return dict(parse_qsl(urlsplit(url).query))


def drop_options(url: str, names: Container[str] = OWN_OPTIONS) -> str:
    """Return a URL without some of its options."""
    parts = urlsplit(url)
    options = [(name, value) for name, value in parse_qsl(parts.query) if name not in names]
    return urlunsplit(parts._replace(query=urlencode(options)))


def check_options(names: Collection[str], known: Collection[str], store: str) -> None:
    """Refuse options that nobody reads. Raises: InputError that names one, and what was meant."""
    refuse_misspelt(names, known, store)
    for name in names:
        if name not in known:
            taken = ", ".join(sorted(known))
            raise refuse_option(name, store, taken)


def refuse_option(name: str, store: str, taken: str) -> InputError:
    """Return the refusal of an option that nobody reads."""
    return InputError(f"?{name:.60}= is no option of a {store} URL. Fix: it takes {taken}")


def refuse_misspelt(names: Collection[str], known: Collection[str], store: str) -> None:
    """Refuse an option that is nearly one of ours; another may be of the app's own driver.

    Raises: InputError that names the option, and the one that was meant.
    """
    for name in names:
        close = get_close_matches(name, sorted(known), 1)
        if name not in known and close:
            raise InputError(
                f"?{name:.60}= is no option of a {store} URL. Fix: did you mean {close[0]}?"
            )
