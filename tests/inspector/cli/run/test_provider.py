"""The local provider of a run: whose tenant the app is, and who can log in."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.run.places import find_place
from session_inspector.devserver.settings import Settings
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.run.provider import choose_provider, find_tls

APP = "https://localhost:4141"


def settings(tmp_path: Path, *argv: str) -> Settings:
    place = find_place(tmp_path, tmp_path / "state", [])
    env = {"HOME": str(tmp_path)}
    found = choose_provider(parse(["run", *argv]), env, place, APP, None)
    assert found is not None
    return found


def test_the_app_is_its_tenant_under_the_address_that_people_open(tmp_path: Path) -> None:
    tenant = settings(tmp_path, "--backchannel-logout-uri", "/bye").tenant
    assert tenant is not None
    assert (tenant.app_url, tenant.backchannel_logout_uri) == (APP, f"{APP}/bye")
    assert tenant.registration().check_redirect_uri(f"{APP}/any/callback")


def test_it_keeps_its_port_and_what_it_knows_in_the_folders_own_place(tmp_path: Path) -> None:
    place = find_place(tmp_path, tmp_path / "state", [])
    found = settings(tmp_path)
    assert (found.provider_port, found.state_dir) == (place.provider, place.state)
    assert found.secret == place.secret


def test_a_path_without_a_slash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--backchannel-logout-uri"):
        settings(tmp_path, "--backchannel-logout-uri", "bye")


@pytest.mark.parametrize(
    ("argv", "is_needed"),
    [((), True), (("--no-tenant",), False), (("--no-tenant", "--https"), True)],
)
def test_certificates_are_made_where_something_speaks_https(
    argv: tuple[str, ...], is_needed: bool, tmp_path: Path
) -> None:
    found = find_tls(parse(["run", *argv]), {"HOME": str(tmp_path)})
    assert (found is not None) == is_needed
