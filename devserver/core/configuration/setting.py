"""A row of the settings table: a field of a dataclass that carries its flag, variable and help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Literal, TypeAlias, TypeVar

S = TypeVar("S")
T = TypeVar("T")
Section: TypeAlias = Literal["lab", "session", "session.cookie", "tokens", "attach", "ui", "run"]
Scalar: TypeAlias = Literal["text", "choice", "switch", "port", "seconds", "count"]
Form: TypeAlias = (
    Scalar | Literal["urls", "addresses"] | Literal["words", "names", "origins", "people", "knobs"]
)
KEY = "setting"
"""Of a field's metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that can be configured."""

    section: Section
    form: Form
    default: object
    help: str
    """A line for --help, the schema and the documentation."""
    name: str = ""
    unset: str = ""
    """What holds when nothing is configured, where the default itself does not show it."""
    choices: tuple[str, ...] = ()
    least: int = 0
    """Of a count, or of a text's length."""
    variable: str = ""
    """The environment variable."""
    flag: str = ""
    metavar: str = ""
    is_named_by_flag: bool = False
    """On the command line it is called as its flag: its own name means something else there."""

    @property
    def destination(self) -> str:
        """What the flag's value is called on the parsed command line."""
        if self.is_named_by_flag:
            return self.flag.removeprefix("--").replace("-", "_")
        return self.name


def setting(
    section: Section,
    form: Form,
    default: T,
    help: str,
    *,
    unset: str = "",
    choices: tuple[str, ...] = (),
    least: int = 0,
    variable: str = "",
    flag: str = "",
    metavar: str = "",
    is_secret: bool = False,
    is_named_by_flag: bool = False,
) -> T:
    """Return a dataclass field that is a row of the table; a secret is left out of its repr."""
    row = Setting(
        section=section,
        form=form,
        default=default,
        help=help,
        unset=unset,
        choices=choices,
        least=least,
        variable=variable,
        flag=flag,
        metavar=metavar,
        is_named_by_flag=is_named_by_flag,
    )
    found: T = field(default=default, repr=not is_secret, metadata={KEY: row})
    return found


def rows_of(table: object) -> tuple[Setting, ...]:
    """Return the rows of a dataclass, in the order of its fields."""
    if not is_dataclass(table):
        raise TypeError(f"{table!r} is no dataclass")
    rows: list[Setting] = []
    for each in fields(table):
        if KEY in each.metadata:
            row: Setting = each.metadata[KEY]
            rows.append(replace(row, name=each.name))
    return tuple(rows)


def extend_table(make: Callable[..., S], table: object, **more: object) -> S:
    """Return a wider dataclass: the rows of one, and what is added or replaced."""
    values: dict[str, object] = {row.name: getattr(table, row.name) for row in rows_of(table)}
    return make(**{**values, **more})
