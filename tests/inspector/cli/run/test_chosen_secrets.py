"""Which session secrets a run sets, and which ones it tries."""

from __future__ import annotations

import json
from pathlib import Path

from tests.inspector.cli.run.test_plan import plan


def express(folder: Path) -> None:
    folder.mkdir()
    listed = {"dependencies": {"express-openid-connect": "2"}}
    (folder / "package.json").write_text(json.dumps(listed))


def test_the_folders_secret_is_set_and_tried_where_the_app_lacks_one(tmp_path: Path) -> None:
    express(tmp_path / "app")
    found = plan(tmp_path, "--", "npm", "start")
    assert found.needed == {"SECRET"}
    assert list(found.attach.secrets) == [found.place.secret]
    assert found.run.found.endswith(
        "SECRET set for this run, for the app has none: sessions that are sealed with another"
        " secret are refused"
    )


def test_an_app_that_has_one_gets_and_tries_no_other(tmp_path: Path) -> None:
    express(tmp_path / "app")
    found = plan(tmp_path, "--", "npm", "start", SECRET="of-the-app")
    assert (found.needed, list(found.attach.secrets)) == (frozenset(), ["of-the-app"])


def test_an_app_that_keeps_its_own_provider_gets_none(tmp_path: Path) -> None:
    express(tmp_path / "app")
    found = plan(tmp_path, "--no-tenant", "--", "npm", "start")
    assert (found.needed, list(found.attach.secrets)) == (frozenset(), [])
