"""What a run starts, by flags, folder and environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.watching.pace import GENTLE, USUAL
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.run.plan import Plan, make_plan


def plan(tmp_path: Path, *argv: str, **env: str) -> Plan:
    folder = tmp_path / "app"
    folder.mkdir(exist_ok=True)
    home = {"HOME": str(tmp_path), **env}
    return make_plan(parse(["run", *argv]), home, folder)


def test_the_local_provider_knows_the_app_by_its_base_url(tmp_path: Path) -> None:
    found = plan(tmp_path, "--backchannel-logout-uri", "/bye", "--", "node", "app.js")
    assert found.attach.provider is not None
    tenant = found.attach.provider.tenant
    assert tenant is not None
    assert tenant.app_url == found.base_url
    assert tenant.backchannel_logout_uri == f"{found.base_url}/bye"
    assert found.attach.provider.provider_port == found.place.provider
    registration = tenant.registration()
    assert registration.check_redirect_uri(f"{found.base_url}/any/callback")
    assert registration.check_redirect_uri("http://api.localhost:9/x?y=1")
    assert not registration.check_redirect_uri("http://evil.test/callback")


def test_an_app_may_keep_its_own_provider(tmp_path: Path) -> None:
    found = plan(tmp_path, "--no-tenant", "--", "node", "app.js")
    assert found.attach.provider is None
    assert found.attach.route is not None
    assert found.attach.route.is_started_here


def test_the_app_is_told_of_the_port_that_is_named(tmp_path: Path) -> None:
    found = plan(tmp_path, "--app-port", "5555", "--", "node", "app.js")
    assert (found.run.port, found.run.app_port) == (5555, 5555)
    free = plan(tmp_path, "--", "node", "app.js")
    assert (free.run.port, free.run.app_port) == (free.place.app, 0)


def test_our_own_tenants_variables_make_no_client_of_it(tmp_path: Path) -> None:
    found = plan(tmp_path, "--", "x", AUTH0_DOMAIN="tenant.auth0.com", APP_BASE_URL="https://x.y")
    assert found.attach.provider is not None
    assert found.attach.provider.issuer == ""


def test_secrets_of_its_env_files_open_its_cookies(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / ".env.local").write_text("AUTH0_SECRET=of-the-file\nAUTH0_DOMAIN=x.test\n")
    found = plan(tmp_path, "--secret", "of-the-flag", "--", "x")
    assert list(found.attach.secrets) == ["of-the-flag", "of-the-file"]
    assert found.variables.project["AUTH0_DOMAIN"] == "x.test"


def test_files_that_are_named_are_read(tmp_path: Path) -> None:
    (tmp_path / "extra").write_text("DATABASE_URL=postgres://x\n")
    assert plan(tmp_path, "--env-file", str(tmp_path / "extra"), "--", "x").variables.files == {
        "DATABASE_URL": "postgres://x"
    }


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "needs the command"),
        (["--env-file", "nowhere", "--", "x"], "--env-file nowhere is no file"),
        (["--write", "--", "x"], "--store URL"),
        (["--backchannel-logout-uri", "bye", "--", "x"], "--backchannel-logout-uri"),
    ],
)
def test_what_cannot_be_started_is_refused(argv: list[str], words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        plan(tmp_path, *argv)


def test_a_framework_that_is_named_is_the_only_one(tmp_path: Path) -> None:
    assert plan(tmp_path, "--framework", "authjs", "--", "x").reads == ("authjs",)
    assert plan(tmp_path, "--framework", "env", "--", "x").reads == ()


REDIS = "redis://127.0.0.1:6379/3"


def test_the_stores_of_its_environment_are_offered_read_only(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / ".env").write_text(f"REDIS_URL={REDIS}\n")
    found = plan(tmp_path, "--", "x", DATABASE_URL="postgres://db.example.com/app")
    assert [store.url for store in found.attach.offered] == [REDIS]
    assert [store.name for store in found.stores.declined] == ["DATABASE_URL"]
    assert (found.attach.store, found.attach.may_write) == ("", False)
    assert found.run.found.endswith("; store REDIS_URL")


def test_flags_allow_to_change_name_or_leave_it(tmp_path: Path) -> None:
    assert plan(tmp_path, "--write", "--", "x", REDIS_URL=REDIS).attach.may_write
    assert plan(tmp_path, "--store", "REDIS_URL", "--", "x", REDIS_URL=REDIS).attach.store == REDIS
    assert plan(tmp_path, "--no-store", "--", "x", REDIS_URL=REDIS).attach.offered == ()
    named = plan(tmp_path, "--store", "redis://127.0.0.1:1", "--", "x", REDIS_URL=REDIS).attach
    assert (named.store, named.offered) == ("redis://127.0.0.1:1", ())


def test_another_origin_gets_a_proxy_and_its_variables(tmp_path: Path) -> None:
    found = plan(tmp_path, "--with", "api=http://localhost:4000", "--", "x")
    (api,) = found.attach.origins
    assert api.port == found.place.origins["api"]
    assert plan(tmp_path, "--with", "api=http://localhost:4000", "--", "x").attach.origins == (
        found.attach.origins
    )


def test_by_https_the_whole_app_lives_at_https(tmp_path: Path) -> None:
    argv = ("--https", "--with", "api=http://localhost:4000", "--backchannel-logout-uri", "/bye")
    found = plan(tmp_path, *argv, "--", "x")
    assert found.base_url == f"https://localhost:{found.attach.port}"
    provider = found.attach.provider
    assert provider is not None
    assert provider.tenant is not None
    assert provider.tenant.app_url == found.base_url
    assert provider.tenant.backchannel_logout_uri == f"{found.base_url}/bye"
    (api,) = found.attach.origins
    assert api.url.startswith("https://localhost:")
    assert found.attach.route is not None
    assert found.attach.route.url.startswith("http://127.0.0.1:")
    assert found.authority is not None
    assert found.authority.is_file()


def test_without_the_flag_no_browser_needs_an_authority(tmp_path: Path) -> None:
    found = plan(tmp_path, "--", "x")
    assert found.authority is None
    assert plan(tmp_path, "--no-tenant", "--", "x").tls is None


def test_a_shared_store_is_watched_gently_when_that_is_asked_for(tmp_path: Path) -> None:
    assert plan(tmp_path, "--gentle", "--", "x").attach.pace is GENTLE
    assert plan(tmp_path, "--", "x", SESSION_INSPECTOR_GENTLE="true").attach.pace is GENTLE
    assert plan(tmp_path, "--", "x").attach.pace is USUAL
