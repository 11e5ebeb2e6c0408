"""Attributes of an item changed by one conditional write: all others stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.devserver.stores.dynamodb.items import to_milliseconds
from session_inspector.devserver.stores.dynamodb.table import Item, Parameters
from session_inspector.devserver.stores.dynamodb.values import Typed
from session_inspector.devserver.stores.exact import Change, change_text

VALUES = "ExpressionAttributeValues"
Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedAttribute:
    """An attribute, or a member within one, before a change and after it; None: not there."""

    path: Path
    before: Typed | None
    after: Typed | None


def list_changes(item: Item, change: Change, anew: Item) -> list[ChangedAttribute]:
    """Return what a change changes of an item; `anew`: its data, when all of them change."""
    changed: list[ChangedAttribute] = []
    if change.ends is not None:
        ends = to_milliseconds(change.ends)
        changed.append(ChangedAttribute(("expiresAt",), item.get("expiresAt"), ends))
    if "data" in anew:
        changed.append(ChangedAttribute(("data",), item.get("data"), anew["data"]))
    elif change.member is not None:
        changed.append(_change_member(item, change))
    return changed


def undo_changes(changes: Sequence[ChangedAttribute]) -> list[ChangedAttribute]:
    """Return the changes that bring back what was there before."""
    return [ChangedAttribute(one.path, one.after, one.before) for one in changes]


def to_parameters(changes: Sequence[ChangedAttribute]) -> Parameters:
    """Return the update that makes changes, of an item that has what was there before."""
    sets: list[str] = []
    removed: list[str] = []
    conditions = ["attribute_exists(id)"]
    names: dict[str, str] = {}
    values: Item = {}
    for number, one in enumerate(changes):
        path = _name_path(one.path, names)
        if one.before is None:
            conditions.append(f"attribute_not_exists({path})")
        else:
            conditions.append(f"{path} = :before{number}")
            values[f":before{number}"] = one.before
        if one.after is None:
            removed.append(path)
        else:
            sets.append(f"{path} = :after{number}")
            values[f":after{number}"] = one.after
    expression = " ".join((*_clause("SET", sets), *_clause("REMOVE", removed)))
    return {
        "UpdateExpression": expression,
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        VALUES: values,
    }


def write_item(item: Item) -> Parameters:
    """Return the update that writes data and end of an item."""
    names = {"#data": "data", "#expiresAt": "expiresAt"}
    if "expiresAt" not in item:
        expression = "SET #data = :data REMOVE #expiresAt"
        return _make_update(expression, names, {":data": item["data"]})
    values = {":data": item["data"], ":ends": item["expiresAt"]}
    return _make_update("SET #data = :data, #expiresAt = :ends", names, values)


def merge_parameters(update: Parameters, condition: Parameters) -> Parameters:
    """Return an update that happens only under a condition, the values of both together."""
    values: Parameters = {}
    for parameters in (update, condition):
        found = parameters.get(VALUES)
        if isinstance(found, dict):
            values |= found
    return {**update, **condition, VALUES: values}


def _change_member(item: Item, change: Change) -> ChangedAttribute:
    """Return the change of one member: in place in a map, spliced where the data are a text."""
    data = item.get("data", {})
    text = data.get("S")
    if isinstance(text, str):
        return ChangedAttribute(("data",), data, {"S": change_text(text, change)})
    path = ("data", *(change.member or ()))
    return ChangedAttribute(path, _find_member(item, path), {"N": str(change.value)})


def _find_member(item: Item, path: Path) -> Typed | None:
    """Return the value that a path leads to; None: there is none."""
    found: object = {"M": item}
    for name in path:
        members = found.get("M") if isinstance(found, dict) else None
        found = members.get(name) if isinstance(members, dict) else None
    if isinstance(found, dict):
        return found
    return None


def _name_path(path: Path, names: dict[str, str]) -> str:
    """Return a path as an expression has it, its names noted: some are words of the language."""
    for name in path:
        names[f"#{name}"] = name
    return ".".join(f"#{name}" for name in path)


def _clause(word: str, parts: Sequence[str]) -> list[str]:
    if not parts:
        return []
    return [f"{word} {', '.join(parts)}"]


def _make_update(expression: str, names: dict[str, str], values: Item) -> Parameters:
    return {
        "UpdateExpression": expression,
        "ExpressionAttributeNames": names,
        VALUES: values,
    }
