"""A folder's ports and secrets are the same tomorrow."""

from __future__ import annotations

import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.listening import bind
from session_inspector.devserver.run.places import PORTS, find_place


def test_a_folder_keeps_its_ports_and_secrets(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    first = find_place(folder, tmp_path / "state")
    assert find_place(folder, tmp_path / "state") == first
    assert len({first.base, first.app, first.provider, first.control}) == 4
    assert first.state.name.startswith("shop-")


def test_another_folder_of_the_same_name_has_secrets_of_its_own(tmp_path: Path) -> None:
    one = tmp_path / "one" / "shop"
    other = tmp_path / "other" / "shop"
    one.mkdir(parents=True)
    other.mkdir(parents=True)
    first = find_place(one, tmp_path / "state")
    second = find_place(other, tmp_path / "state")
    assert first.secret != second.secret
    assert first.state != second.state


def test_a_port_that_is_taken_today_is_replaced_for_this_run_alone(tmp_path: Path) -> None:
    first = find_place(tmp_path, tmp_path / "state")
    with closing(bind(first.base)):
        today = find_place(tmp_path, tmp_path / "state")
    assert today.base != first.base
    assert today.moved == ("base",)
    assert replace(today, base=first.base, moved=()) == first
    assert find_place(tmp_path, tmp_path / "state") == first


@pytest.mark.parametrize("text", ["", "{", "[]", '{"base": true}', '{"base": 80}', '{"base": 1e9}'])
def test_a_damaged_file_of_ports_is_made_anew(text: str, tmp_path: Path) -> None:
    first = find_place(tmp_path, tmp_path / "state")
    (first.state / PORTS).write_text(text)
    assert find_place(tmp_path, tmp_path / "state") == first


def test_what_is_kept_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    place = find_place(tmp_path, tmp_path / "state")
    for path in place.state.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_state_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    with pytest.raises(InputError, match="XDG_STATE_HOME"):
        find_place(tmp_path, tmp_path / "state")


def test_other_origins_keep_ports_of_their_own(tmp_path: Path) -> None:
    first = find_place(tmp_path, tmp_path / "state")
    wider = find_place(tmp_path, tmp_path / "state", ["api", "bff"])
    assert (wider.base, wider.app) == (first.base, first.app)
    assert len({wider.base, wider.app, *wider.origins.values()}) == 4
    assert find_place(tmp_path, tmp_path / "state", ["bff"]).origins == {
        "bff": wider.origins["bff"]
    }
