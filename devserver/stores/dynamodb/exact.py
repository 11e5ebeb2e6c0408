"""Items changed in place by one UpdateItem, so that all other attributes stay as they are."""

from __future__ import annotations

from session_inspector.devserver.stores.dynamodb.items import to_milliseconds
from session_inspector.devserver.stores.dynamodb.table import Item, Parameters
from session_inspector.devserver.stores.exact import Change
from session_inspector.devserver.stores.splice import splice_member

VALUES = "ExpressionAttributeValues"


def change_item(change: Change, text: str | None) -> Parameters:
    """Return the update that makes a change; `text` is the item's data where they are a text."""
    sets: list[str] = []
    names: dict[str, str] = {}
    values: Item = {}
    if change.ends is not None:
        sets.append("#expiresAt = :ends")
        names["#expiresAt"] = "expiresAt"
        values[":ends"] = to_milliseconds(change.ends)
    if change.member is not None and text is None:
        parent, member = change.member
        sets.append("#data.#parent.#member = :value")
        names |= {"#data": "data", "#parent": parent, "#member": member}
        values[":value"] = {"N": str(change.value)}
    elif change.member is not None:
        changed = splice_member(text or "", change.member, change.value)
        sets.append("#data = :data")
        names["#data"] = "data"
        values[":data"] = {"S": changed or text}
    return _make_update(f"SET {', '.join(sets)}", names, values)


def write_item(item: Item) -> Parameters:
    """Return the update that writes data and end of an item."""
    names = {"#data": "data", "#expiresAt": "expiresAt"}
    if "expiresAt" not in item:
        expression = "SET #data = :data REMOVE #expiresAt"
        return _make_update(expression, names, {":data": item["data"]})
    values = {":data": item["data"], ":ends": item["expiresAt"]}
    return _make_update("SET #data = :data, #expiresAt = :ends", names, values)


def read_text(item: Item | None) -> str | None:
    """Return the data of an item that are a text; None: they are none."""
    if item is None:
        return None
    found = item.get("data", {}).get("S")
    if isinstance(found, str):
        return found
    return None


def merge_parameters(update: Parameters, condition: Parameters) -> Parameters:
    """Return an update that happens only under a condition, the values of both together."""
    values: Parameters = {}
    for parameters in (update, condition):
        found = parameters.get(VALUES)
        if isinstance(found, dict):
            values |= found
    return {**update, **condition, VALUES: values}


def _make_update(expression: str, names: dict[str, str], values: Item) -> Parameters:
    return {
        "UpdateExpression": expression,
        "ExpressionAttributeNames": names,
        VALUES: values,
    }
