"""`doctor`: what it reports of extras and browsers."""

from __future__ import annotations

import tomllib
from pathlib import Path

from session_inspector.devserver.core.installation import install_command
from session_inspector.inspector.cli.doctor.installed import (
    USES,
    look_at_browsers,
    look_at_extras,
)


def test_every_extra_is_looked_at() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    everything = project["optional-dependencies"]["all"][0]
    assert everything == f"session-inspector[{','.join(USES)}]"


def test_an_extra_that_is_there_needs_no_fix() -> None:
    assert {(each.state, each.fix) for each in look_at_extras(lambda _: True)} == {("ok", "")}


def test_an_extra_is_missing_when_one_of_its_packages_is() -> None:
    found = {each.name: each for each in look_at_extras(lambda name: name != "lz4")}
    assert found["formats"].state == "missing"
    assert "lz4 not installed" in found["formats"].text
    assert "msgpack" not in found["formats"].text
    assert found["formats"].fix == install_command("formats")
    assert found["web"].state == "ok"


def test_a_browser_is_found_in_path_and_another_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "brave").write_text("")
    found = {each.name: each for each in look_at_browsers({"PATH": str(tmp_path)}, "linux")}
    assert (found["brave"].state, found["brave"].text) == ("ok", str(tmp_path / "brave"))
    edge = found["edge"]
    assert edge.state == "ok" or edge.fix.startswith("install Microsoft Edge")


def test_nothing_is_found_on_an_empty_machine() -> None:
    found = look_at_browsers({}, "win32")
    assert {each.state for each in found} == {"missing"}
    assert all(each.fix.startswith("install ") and ";" not in each.fix for each in found)
