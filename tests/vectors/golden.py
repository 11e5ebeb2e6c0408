"""All golden cases of other formats: the first collection, and one file an ecosystem beside it.

A case of the second kind says what the first has tables for: its `family`, what it is `called`, and
what `tags` its structure has earned:

    unsealed  an id and a row that no secret protects: the row proves it
    id        an id whose row is signed or sealed
    bound     bound to the cookie's name: under another its server reads nothing
    named     only the name tells what the value is for
    shared    without its name, others have the same shape
    opaque    only its issuer opens it

`looks_as` is what it is called before a secret shows which options its app set.
`general` is the family of the format that a product uses: without the product's name, it opens it.
"""

from __future__ import annotations

from session_inspector.devserver.core.values import Json, JsonObject
from tests.vectors.formats import load_family_cases, load_raw_cases

GOLDEN = load_raw_cases() + load_family_cases()


def formats_tagged(tag: str) -> set[str]:
    """Return the formats whose cases have a tag."""
    return {str(raw["format"]) for raw in GOLDEN if tag in tags_of(raw)}


def tags_of(raw: JsonObject) -> list[Json]:
    """Return the tags of a case; those of the first collection have none."""
    found = raw.get("tags")
    return found if isinstance(found, list) else []
