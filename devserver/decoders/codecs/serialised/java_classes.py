"""Classes of Java that people know as values: boxed numbers and collections."""

from __future__ import annotations

from session_inspector.devserver.core.values import Json, JsonObject

CLASS = "@class"
CONTENT = "@content"
"""What a class wrote by a method of its own, behind its members."""
BOXED = frozenset(
    f"java.lang.{name}"
    for name in ("Long", "Integer", "Short", "Byte", "Boolean", "Double", "Float", "Character")
)
LISTS = frozenset(
    f"java.util.{name}"
    for name in ("ArrayList", "LinkedList", "HashSet", "LinkedHashSet", "TreeSet", "ArrayDeque")
)
MAPS = frozenset(
    {"java.util.HashMap", "java.util.LinkedHashMap", "java.util.TreeMap", "java.util.Hashtable"}
    | {"java.util.concurrent.ConcurrentHashMap"}
)


def simplify(name: str, shown: JsonObject) -> Json:
    """Return a boxed value as itself, a collection as a list or an object."""
    content = shown.get(CONTENT)
    if name in BOXED and "value" in shown:
        return shown["value"]
    if not isinstance(content, list) or not content:
        return shown
    items = content[1:]  # its capacity or size is first, in bytes
    if name in LISTS:
        return items
    if name in MAPS and len(items) % 2 == 0:
        pairs = zip(items[::2], items[1::2], strict=True)
        return {str(key): value for key, value in pairs}
    return shown
