"""Dataclasses as the standard library's, made in a tenth of its time: 0.05 ms, not 0.6.

`dataclasses.dataclass` writes up to eight methods of a class as text and compiles each. The tree
has some 470 classes; most are imported long before their first object is made, and many never have
one: they were half of what the start imports of ours. Here `__init__` is compiled with the first
object, and the other methods are closures over the names. Fields, defaults and slots are the
standard library's own work. Making an object takes half of the time, where it is frozen with slots.

What nobody here uses is left out: `order`, `unsafe_hash`, `InitVar`. A frozen class of the standard
library cannot inherit from one of these.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # checked as the standard library's: which members there are, and their types
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, kw_only=False):
        """Return a class with the methods of a dataclass."""

        def make(cls):
            return _make(cls, is_frozen=frozen, has_slots=slots, is_kw_only=kw_only)

        if cls is None:
            return make
        return make(cls)


Method = Callable[..., Any]
Put = Callable[[object, object], None]
"""Puts a member into its slot, past the class that is frozen."""


def _make(cls: Any, *, is_frozen: bool, has_slots: bool, is_kw_only: bool) -> type:
    own = set(vars(cls))
    cls.__doc__ = cls.__doc__ or cls.__name__  # or the standard library looks at its signature
    make = dataclasses.dataclass(
        init=False, repr=False, eq=False, slots=has_slots, kw_only=is_kw_only
    )
    made: Any = make(cls)
    methods: dict[str, Any] = {
        "__init__": _prepare_init(made, is_frozen=is_frozen, has_slots=has_slots),
        "__repr__": _spell,
        "__eq__": _prepare_comparison(made),
        "__hash__": None,
    }
    if is_frozen:
        methods["__hash__"] = _prepare_hash(made)
        methods |= _prepare_refusals(made)
    if is_frozen and has_slots:
        methods |= {"__getstate__": _get_state, "__setstate__": _set_state}
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]  # a class that was handed in as Any


# -- making an object --------------------------------------------------------------------------


def _prepare_init(cls: Any, *, is_frozen: bool, has_slots: bool) -> Method:
    """Return what compiles the real one, puts it in its place, and calls it."""

    def __init__(self: object, /, *args: object, **members: object) -> None:
        init = _compile_init(cls, is_frozen=is_frozen, has_slots=has_slots)
        cls.__init__ = init
        init(self, *args, **members)

    return __init__


def _compile_init(cls: Any, *, is_frozen: bool, has_slots: bool) -> Method:
    names: dict[str, Any] = {"_UNSET": dataclasses.MISSING, "_put": object.__setattr__}
    by_place: list[str] = []
    by_name: list[str] = []
    lines: list[str] = []
    for field in dataclasses.fields(cls):
        if not field.init and _has_no_default(field):
            continue  # somebody sets it later
        if field.init:
            parameters = by_name if field.kw_only else by_place
            parameters.append(_spell_parameter(field))
        value = _spell_value(field)
        names[f"_default_{field.name}"] = field.default
        names[f"_make_{field.name}"] = field.default_factory
        if not is_frozen:
            lines.append(f"self.{field.name} = {value}")
        elif has_slots:  # twice as fast as by the name
            names[f"_put_{field.name}"] = getattr(cls, field.name).__set__
            lines.append(f"_put_{field.name}(self, {value})")
        else:
            lines.append(f"_put(self, {field.name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    if by_name:
        by_name.insert(0, "*")
    head = ", ".join(["self", *by_place, *by_name])
    body = "\n    ".join(lines or ["pass"])
    exec(f"def __init__({head}):\n    {body}", names)  # nosec B102 # names of fields only
    init: Method = names["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _has_no_default(field: dataclasses.Field[Any]) -> bool:
    nothing = dataclasses.MISSING
    return field.default is nothing and field.default_factory is nothing


def _spell_parameter(field: dataclasses.Field[Any]) -> str:
    if field.default_factory is not dataclasses.MISSING:
        return f"{field.name}=_UNSET"
    if field.default is not dataclasses.MISSING:
        return f"{field.name}=_default_{field.name}"
    return field.name


def _spell_value(field: dataclasses.Field[Any]) -> str:
    name = field.name
    is_made = field.default_factory is not dataclasses.MISSING
    if field.init and is_made:
        return f"_make_{name}() if {name} is _UNSET else {name}"
    if field.init:
        return name
    return f"_make_{name}()" if is_made else f"_default_{name}"


# -- comparing and printing objects ------------------------------------------------------------


@recursive_repr()
def _spell(self: Any) -> str:
    shown = [field.name for field in dataclasses.fields(self) if field.repr]
    members = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{type(self).__qualname__}({members})"


def _read_all(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what reads members as a tuple: attrgetter returns none of one name, or of no name."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _prepare_comparison(cls: Any) -> Method:
    read = _read_all([field.name for field in dataclasses.fields(cls) if field.compare])

    def __eq__(self: object, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return read(self) == read(other)

    return __eq__


def _prepare_hash(cls: Any) -> Method:
    names: list[str] = []
    for field in dataclasses.fields(cls):
        is_part = field.compare if field.hash is None else field.hash
        if is_part:
            names.append(field.name)
    read = _read_all(names)

    def __hash__(self: object) -> int:
        return hash(read(self))

    return __hash__


# -- frozen ones -------------------------------------------------------------------------------


def _prepare_refusals(cls: Any) -> dict[str, Method]:
    names = frozenset(field.name for field in dataclasses.fields(cls))

    def __setattr__(self: object, name: str, value: object) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def __delattr__(self: object, name: str) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return {"__setattr__": __setattr__, "__delattr__": __delattr__}


def _get_state(self: Any) -> list[Any]:
    """Return the members for pickle and copy, which cannot set those of a frozen object."""
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for field, member in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, member)
