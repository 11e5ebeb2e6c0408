"""Puts the keys into sentences that name them: those of the table, or what a person has chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from session_inspector.inspector.keys import ALL, spell_keys, with_chosen
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.words.key_names import BEGINS, replace_key_names


def spell_in(text: str, chosen: Mapping[str, str]) -> str:
    """Return a sentence with the keys that it names; `chosen` is an action's name to its keys."""
    if BEGINS not in text:
        return text
    known = {key.name: spell_keys(key).split(" ")[0] for key in with_chosen(ALL, chosen)}
    return replace_key_names(text, lambda name: known.get(name, name))


def spell_fields(fields: Sequence[Field], chosen: Mapping[str, str]) -> list[Field]:
    """Return lines with the keys that their words name."""
    return [_spell_field(field, chosen) for field in fields]


def _spell_field(field: Field, chosen: Mapping[str, str]) -> Field:
    lead = tuple((spell_in(text, chosen), tone) for text, tone in field.lead)
    value = spell_in(field.value, chosen)
    if lead == field.lead and value == field.value:
        return field
    return replace(field, lead=lead, value=value)
