"""Names are listed without imports; unknown names are refused with what is known."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.registry import Registry

BUILT_IN = {"dumps": "json:dumps", "never": "no_such_module_at_all:thing"}


def test_listing_imports_nothing() -> None:
    assert Registry[object]("a.group", BUILT_IN).names() == ["dumps", "never"]
    assert "no_such_module_at_all" not in sys.modules


def test_a_name_loads_its_target() -> None:
    dumps = Registry[Callable[[object], str]]("a.group", BUILT_IN).load("dumps")
    assert dumps([1]) == "[1]"


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"'x'; it must be one of: dumps, never"):
        Registry[object]("a.group", BUILT_IN).load("x")


def test_an_installed_plug_in_cannot_take_a_built_in_name() -> None:
    # pytest itself installs console scripts, which is a group with known names
    taken = Registry[object]("console_scripts", {"pytest": "mine:own"})
    with pytest.raises(InputError, match="uninstall one of the two"):
        taken.names()


def test_what_is_installed_is_looked_up_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry[object]("a.group", BUILT_IN)
    assert registry.names() == ["dumps", "never"]
    info = tmp_path / "late-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: late\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[a.group]\nlate = json:loads\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert registry.names() == ["dumps", "never"]
    assert Registry[object]("a.group", BUILT_IN).names() == ["dumps", "late", "never"]
