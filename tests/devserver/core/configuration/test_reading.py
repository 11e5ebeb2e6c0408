"""A row of the table is all that a setting needs: file, environment and flag are read by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import pytest

from session_inspector.devserver.core.configuration.reading import Sources, read_value
from session_inspector.devserver.core.configuration.section import ConfigSection
from session_inspector.devserver.core.configuration.setting import (
    Form,
    Setting,
    extend_table,
    rows_of,
    setting,
)
from session_inspector.devserver.core.configuration.table import LabSettings, SessionSettings
from session_inspector.devserver.core.errors import InputError


def row_of(form: Form) -> Setting:
    return Setting(
        section="lab", form=form, default=None, help="", name="x", choices=("a", "b"), least=2
    )


def section_of(**found: object) -> ConfigSection:
    return ConfigSection("lab", found, known=frozenset({"x"}))


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ("text", "word"),
        ("text", ""),
        ("choice", "b"),
        ("switch", True),
        ("switch", False),
        ("port", 65535),
        ("seconds", 0),
        ("count", 2),
    ],
)
def test_a_value_of_the_file_is_taken(form: Form, found: object) -> None:
    assert read_value(section_of(x=found), row_of(form), None) == found


def test_urls_become_a_tuple() -> None:
    assert read_value(section_of(x=["a://b"]), row_of("urls"), ()) == ("a://b",)


def test_addresses_are_web_addresses_or_paths() -> None:
    found = ["/bye?x=1", "http://localhost:3000/bye", "https://a.example"]
    assert read_value(section_of(x=found), row_of("addresses"), ()) == tuple(found)


@pytest.mark.parametrize("found", ["//a", "bye", "ftp://a/b", "http://", "http://[", "/\n", "", 1])
def test_anything_else_is_no_address(found: object) -> None:
    with pytest.raises(InputError, match="it must be a list of http"):
        read_value(section_of(x=[found]), row_of("addresses"), ())


@pytest.mark.parametrize(
    ("form", "found", "said"),
    [
        ("text", 1, "lab.x is 1; it must be a text in quotes"),
        ("choice", "c", "x is 'c'; it must be a or b"),
        ("switch", "true", "lab.x is 'true'; it must be true or false"),
        ("port", 65536, "x is '65536'; it must be 0"),
        ("seconds", "5", "lab.x is '5'; it must be a whole number of seconds"),
        ("count", 1, "lab.x is 1; it must be a whole number, 2 or more"),
        ("urls", ["b"], "lab.x is .* it must be a list of store URLs"),
    ],
)
def test_another_value_is_refused(form: Form, found: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_value(section_of(x=found), row_of(form), None)


@pytest.mark.parametrize("form", get_args(Form))
def test_what_is_not_configured_is_the_default(form: Form) -> None:
    default = object()
    assert read_value(section_of(), row_of(form), default) is default


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("text", "5", "5"),
        ("switch", "true", True),
        ("switch", "0", False),
        ("port", "80", 80),
        ("seconds", "60", 60),
        ("count", "7", 7),
    ],
)
def test_the_environment_and_flags_are_text(form: Form, text: str, value: object) -> None:
    known = frozenset({"x"})
    by_variable = ConfigSection("lab", {}, known=known, env={"x": text})
    by_flag = ConfigSection("lab", {}, known=known, flags={"x": text})
    assert read_value(by_variable, row_of(form), None) == value
    assert read_value(by_flag, row_of(form), None) == value


def test_an_empty_variable_is_none() -> None:
    section = ConfigSection("lab", {"x": "file"}, known=frozenset({"x"}), env={"x": ""})
    assert section.text("x") == "file"


def test_flags_beat_variables_beat_the_file_beats_defaults() -> None:
    tables = {"lab": {"port": 1, "store": "memory://", "kind": "stateless"}}
    env = {"SESSION_INSPECTOR_PORT": "2", "SESSION_INSPECTOR_STORE": "sqlite://x"}
    found = Sources(tables, {"port": "3", "kind": None}, env).read(LabSettings, journal=200)
    assert (found.port, found.store, found.kind) == (3, "sqlite://x", "stateless")
    assert (found.journal, found.rolling) == (200, True)


def test_one_table_reads_its_sections_only() -> None:
    sources = Sources({"session": {"absolute": 9}, "lab": 3}, {}, {})
    assert sources.read(SessionSettings).absolute == 9
    with pytest.raises(InputError, match=r"\[lab\] is 3"):
        sources.read(LabSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wider(SessionSettings):
    more: str


def test_a_table_is_extended() -> None:
    found = extend_table(Wider, SessionSettings(absolute=5), more="m", rolling=False)
    assert found == Wider(absolute=5, rolling=False, more="m")


def test_rows_come_in_order_and_a_secret_is_not_shown() -> None:
    @dataclass
    class Table:
        a: str = setting("lab", "text", "hush", "", is_secret=True)
        plain: int = 0
        b: int = setting("lab", "seconds", 1, "")

    assert [row.name for row in rows_of(Table)] == ["a", "b"]
    assert "hush" not in repr(Table())


def test_a_class_without_rows_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="no dataclass"):
        rows_of(str)
