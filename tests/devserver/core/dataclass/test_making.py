"""Our dataclasses behave as the standard library's, and cost no compilation until one is made."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from session_inspector.devserver.core.dataclass import making

ROOT = Path(__file__).parents[4]
OF_THE_LIBRARY = {"devserver/run/ports.py"}
"""It has one that is ordered."""
Make = Callable[..., Any]


def shapes(make: Make) -> list[type]:
    """Return classes of each form that the tree has, made by one of the two decorators."""
    return [*frozen_shapes(make), *other_shapes(make)]


def frozen_shapes(make: Make) -> list[type]:
    """Return those with slots, by name and by place, and one below another."""

    @make(frozen=True, slots=True, kw_only=True)
    class Point:
        """Two numbers."""

        x: int
        y: float = 0.5
        names: list[str] = dataclasses.field(default_factory=list)
        hidden: str = dataclasses.field(default="h", repr=False, compare=False)
        kind: ClassVar[str] = "point"

    @make(frozen=True, slots=True)
    class Pair:
        a: int
        b: str = "b"
        c: int = dataclasses.field(default=3, kw_only=True)

    @make(frozen=True, slots=True, kw_only=True)
    class Deep(Point):
        z: int = 9

    return [Point, Pair, Deep]


def other_shapes(make: Make) -> list[type]:
    """Return one that changes, one with methods of its own, and an empty one."""

    @make(slots=True)
    class Open:
        a: int
        late: int = dataclasses.field(init=False)
        made: dict[str, int] = dataclasses.field(init=False, default_factory=dict)
        fixed: int = dataclasses.field(init=False, default=7)

        def __post_init__(self) -> None:
            self.late = self.a + 1

    @make(frozen=True)
    class Loose:
        a: int = 1

        def __repr__(self) -> str:
            return "mine"

        def __hash__(self) -> int:
            return 5

    @make(frozen=True, slots=True)
    class Nothing:
        pass

    return [Open, Loose, Nothing]


OURS = shapes(making.dataclass)
THEIRS = shapes(dataclasses.dataclass)
CALLS: list[tuple[int, tuple[object, ...], dict[str, object]]] = [
    (0, (), {"x": 1}),
    (0, (), {"x": 1, "hidden": "other"}),
    (0, (), {"x": 2, "y": 3.0, "names": ["n"]}),
    (0, (1,), {}),
    (0, (), {}),
    (0, (), {"x": 1, "w": 2}),
    (1, (1,), {}),
    (1, (1, "x"), {"c": 4}),
    (1, (1, "x", 4), {}),
    (2, (), {"x": 1}),
    (2, (), {"x": 1, "z": 3}),
    (3, (4,), {}),
    (3, (4,), {"late": 2}),
    (4, (), {}),
    (4, (2,), {}),
    (5, (), {}),
    (5, (1,), {}),
]


def described(kinds: list[type], number: int, *args: object, **members: object) -> object:
    """Return all that can be seen of an object, or the error of making it."""
    kind: Any = kinds[number]
    try:
        made = kind(*args, **members)
    except TypeError:
        return "TypeError"
    twin = kind(*args, **members)
    names = [one.name for one in dataclasses.fields(kind)]
    errors = [refusal(setattr, made, name, 1) for name in names]
    errors += [refusal(delattr, twin, name) for name in names[:1]]
    twin = kind(*args, **members)
    try:
        hashed: object = hash(made)
        hashed = (hashed == hash(twin), hashed if number == 4 else 0)
    except TypeError as error:
        hashed = str(error)
    return (
        repr(made),
        made == twin,
        made != twin,
        made == 3,
        hashed,
        errors,
        dataclasses.asdict(made),
        repr(copy.deepcopy(made)),
        kind.__match_args__,
        kind.__name__,
        hasattr(made, "__dict__"),
        [(one.name, one.init, one.kw_only) for one in dataclasses.fields(kind)],
    )


def refusal(do: Callable[..., object], *args: object) -> tuple[str, str]:
    try:
        do(*args)
    except AttributeError as error:
        return type(error).__name__, str(error)
    return "", ""


@pytest.mark.parametrize(("number", "args", "members"), CALLS)
def test_it_is_as_one_of_the_standard_library(
    number: int, args: tuple[object, ...], members: dict[str, object]
) -> None:
    ours = described(OURS, number, *args, **members)
    assert ours == described(THEIRS, number, *args, **members)


def test_objects_of_two_classes_differ_and_hash_by_what_is_compared() -> None:
    point, _, deep, *_ = OURS
    assert (point(x=1) == deep(x=1), point(x=1, hidden="a") == point(x=1)) == (False, True)
    _, pair, *_ = OURS
    assert len({pair(1), pair(1), pair(2)}) == 2


@making.dataclass(frozen=True, slots=True)
class Packed:
    """One that pickle finds by its name."""

    a: int
    b: str = "b"


def test_it_is_pickled_and_replaced() -> None:
    assert pickle.loads(pickle.dumps(Packed(1))) == Packed(1)
    assert dataclasses.replace(Packed(1), b="c") == Packed(1, "c")


def test_nothing_is_compiled_before_an_object_is_made_and_then_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled: list[str] = []
    compile_init = making._compile_init

    def note(cls: Any, **forms: bool) -> Any:
        compiled.append(cls.__name__)
        return compile_init(cls, **forms)

    monkeypatch.setattr(making, "_compile_init", note)
    kinds: list[Any] = shapes(making.dataclass)
    assert compiled == []
    assert [kinds[1](1), kinds[1](2), kinds[1](3)][1].a == 2
    assert compiled == ["Pair"]


def test_the_whole_tree_uses_it() -> None:
    theirs = re.compile(r"^from dataclasses import [^\n]*\bdataclass\b", re.MULTILINE)
    using = {
        str(path.relative_to(ROOT))
        for top in ("devserver", "inspector")
        for path in (ROOT / top).rglob("*.py")
        if theirs.search(path.read_text())
    }
    assert using == OF_THE_LIBRARY
