"""What is in a store that has no rows of a known layout where the URL says: and where they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from session_inspector.devserver.attach.layouts import LAYOUTS, layout_names
from session_inspector.devserver.attach.row_content import refused_content
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.rows.base import RawReader, RawRow, RowLocations
from session_inspector.devserver.attach.rows.opening import SCHEMES, open_reader
from session_inspector.devserver.attach.rows.survey import SEPARATOR, join_findings
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import DecodeError, InputError
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.stores.url_options import drop_options
from session_inspector.devserver.stores.urls import mask_store_url

SAMPLE = 500
"""Rows of any key that are looked into."""
NAMED = 3
"""Places that are named."""
LONGEST = 80
"""Characters of a prefix that is named."""
WITH_PREFIX = ("redis", "rediss")
SEPARATORS = (":", "/", ".", "_")
"""What stands before an id, the surest first: ids have dots and underscores of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Rows of a layout under a prefix that is not its own."""

    prefix: str
    layout: str
    count: int
    address: str = field(repr=False)
    """The store's URL with that prefix."""

    @property
    def url(self) -> str:
        """The same for people: passwords masked."""
        return mask_store_url(self.address)

    def describe(self) -> str:
        """Return what is there, and the URL that reads it."""
        rows = count_noun(self.count, "row")
        return f"'{self.url}' has {rows} of {self.layout}"


async def survey_store(url: str, clock: Clock) -> str:
    """Return what is in a store, whatever its layout; empty: nothing, or it cannot be read here.

    Raises: StoreUnavailable.
    """
    try:
        reader = await open_reader(url, clock)
    except InputError:
        return ""
    try:
        return join_findings(await reader.survey())
    finally:
        await reader.close()


async def refuse_store(url: str, clock: Clock) -> InputError:
    """Return the refusal of a store that has no rows of a known layout, with what is there.

    Raises: StoreUnavailable.
    """
    fix = await suggest_prefix(url, clock)
    if not fix:
        fix = f"Fix: --layout NAME where they are of one of {', '.join(layout_names())}"
    return InputError(
        f"no row of a known layout is in {mask_store_url(url)}; there are"
        f" {await survey_store(url, clock)}. {fix}"
    )


async def suggest_prefix(url: str, clock: Clock) -> str:
    """Return where rows of known layouts are, as a fix; empty: nowhere.

    Raises: StoreUnavailable.
    """
    found = await find_elsewhere(url, clock)
    if not found:
        return ""
    return "Fix: name the prefix: " + SEPARATOR.join(one.describe() for one in found[:NAMED])


async def find_elsewhere(url: str, clock: Clock) -> list[Elsewhere]:
    """Return rows of known layouts under other prefixes than the URL's, the most of them first.

    They are known by what only their framework writes. Raises: StoreUnavailable.
    """
    scheme = urlsplit(url).scheme
    if scheme not in WITH_PREFIX or scheme not in SCHEMES:
        return []
    bare = drop_options(url, {"prefix"})
    try:
        reader = await open_reader(bare, clock)
    except InputError:
        return []
    counts: Counter[tuple[str, str]] = Counter()
    try:
        async for row in _sample(reader):
            layout = _find_owner(row, clock)
            prefix = prefix_of(row.key)
            if layout is not None and prefix:
                counts[prefix, layout.name] += 1
    finally:
        await reader.close()
    found = [
        Elsewhere(prefix=prefix, layout=name, count=count, address=add_prefix(bare, prefix))
        for (prefix, name), count in counts.most_common()
    ]
    return [one for one in found if one.url != mask_store_url(url)]


def prefix_of(key: str) -> str:
    """Return what stands before the id of a key; empty: nothing, or no text to show."""
    for separator in SEPARATORS:
        start, found, _ = key.rpartition(separator)
        prefix = start + found
        if found and prefix.isprintable() and len(prefix) <= LONGEST:
            return prefix
    return ""


def add_prefix(url: str, prefix: str) -> str:
    """Return a URL that names a prefix."""
    mark = "&" if urlsplit(url).query else "?"
    return f"{url}{mark}prefix={quote(prefix, safe=':/')}"


def with_prefix(url: str, prefix: str) -> str:
    """Return a URL that names a prefix, with passwords masked."""
    return mask_store_url(add_prefix(url, prefix))


async def _sample(reader: RawReader) -> AsyncIterator[RawRow]:
    """Yield rows of any key, strings and hashes."""
    for places in (RowLocations(redis=("*",)), RowLocations(hashes=("*",))):
        async for row in reader.rows(places, SAMPLE, is_sample=True):
            yield row


def _find_owner(row: RawRow, clock: Clock) -> RowLayout | None:
    """Return the one layout whose marks a row has."""
    material = Material(cookies={}, now=clock.now())
    owners = [layout for layout in LAYOUTS if _is_own(layout, row, material)]
    return owners[0] if len(owners) == 1 else None


def _is_own(layout: RowLayout, row: RawRow, material: Material) -> bool:
    try:
        content = layout.read(row, material)
    except DecodeError as error:
        content = refused_content(error)
        if content.refused:
            return False
    return layout.is_own(row, content)


def describe_all(found: Sequence[Elsewhere]) -> list[str]:
    """Return lines of what is elsewhere."""
    return [one.describe() for one in found[:NAMED]]
