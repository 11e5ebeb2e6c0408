"""What the app uses of Textual's private members is there, and is used in one module only."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from threading import Event

import pytest
from textual.app import App
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.scroll_view import ScrollView
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static, TextArea

import session_inspector.inspector.ui.app as ui
from session_inspector.inspector.ui.showing import release_terminal
from session_inspector.inspector.ui.textual_private import PRIVATE_MEMBERS
from tests.inspector.sample import ListFeed
from tests.inspector.ui import shown

FOLDER = Path(ui.__file__).parent
USED = [
    (owner, name)
    for members in (PRIVATE_MEMBERS, shown.PRIVATE_MEMBERS)
    for owner, names in members.items()
    for name in names
]
INHERITED = (
    App,
    DOMNode,
    Input,
    MessagePump,
    ModalScreen,
    OptionList,
    Screen,
    ScrollView,
    Static,
    TextArea,
    Vertical,
    Widget,
)
"""Classes of Textual that the app's own inherit, or whose objects it has."""


def made(owner: type) -> object:
    """Return an object of a class: some members are made by its `__init__`."""
    return owner()


@pytest.mark.parametrize(
    ("owner", "name"), USED, ids=[f"{owner.__name__}.{name}" for owner, name in USED]
)
def test_textual_has_the_private_member(owner: type, name: str) -> None:
    has_it = hasattr(owner, name) or name in vars(made(owner))
    assert has_it, f"Textual dropped {owner.__name__}.{name}: see textual_private.py"


@pytest.mark.parametrize("name", ["_sigcont_application", "_key_thread", "_auto_restart"])
def test_the_driver_has_the_private_member(name: str) -> None:
    """By its source: one that is made takes the signals of the process."""
    source = inspect.getsource(Driver) + inspect.getsource(LinuxDriver)
    is_there = re.search(rf"(def |self\.){name}\b", source)
    assert is_there, f"Textual dropped LinuxDriver.{name}: see textual_private.py"


def test_textual_serve_has_the_private_member() -> None:
    server = pytest.importorskip("textual_serve.server")
    assert hasattr(server.Server, "_make_app"), "textual-serve dropped Server._make_app: see web.py"


def private_names() -> set[str]:
    """Return the names of all private members that Textual's classes have."""
    classes = {base for owner in INHERITED for base in owner.__mro__}
    names = {name for owner in classes for name in vars(owner)}
    for owner in (App, Input, Screen, ScrollView, TextArea, Widget):
        names |= set(vars(made(owner)))
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


def mentioned(path: Path) -> set[str]:
    """Return the names of attributes and methods that a module mentions."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    functions = {
        node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    return attributes | functions


def imported(path: Path) -> set[str]:
    """Return the modules that a module imports."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(FOLDER.rglob("*.py")) if path.name != "textual_private.py"],
    ids=lambda path: str(path.relative_to(FOLDER)),
)
def test_no_other_module_uses_a_private_member(path: Path) -> None:
    assert mentioned(path) & private_names() == set(), "also by accident: a name of ours is theirs"
    assert [name for name in imported(path) if name.startswith("textual.") and "._" in name] == []


def test_a_terminal_is_released_past_a_writer_that_was_broken_off() -> None:
    """In a window that was closed, the driver's writer waited for ever."""

    class Stuck:
        def __init__(self) -> None:
            self.exit_event = Event()
            self.attrs_before = None

        def write(self, data: str) -> None:
            pytest.fail("it never returns")

    class BrokenOff:
        _driver = Stuck()

    release_terminal(BrokenOff())  # type: ignore[arg-type]  # only its driver is looked at
    assert BrokenOff._driver.exit_event.is_set()


def test_an_app_that_has_not_begun_has_nothing_to_release() -> None:
    release_terminal(ui.InspectorApp(ListFeed([])))
