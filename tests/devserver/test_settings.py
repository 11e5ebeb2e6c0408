"""Flags beat environment beats file beats defaults; errors are one line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from session_inspector.devserver.core.configuration.table import CookieSettings
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.settings import LabUser, Settings, load_settings

SECRET = "s" * 32


def loaded(tmp_path: Path, text: str = "", **flags: str | int | bool | list[str]) -> Settings:
    file = tmp_path / "config.toml"
    file.write_text(text)
    return load_settings(
        {"config": str(file), **flags},
        {"HOME": str(tmp_path), "AUTH0_SECRET": SECRET, "SESSION_INSPECTOR_PORT": "3001"},
    )


def test_defaults_are_the_sdk_s(tmp_path: Path) -> None:
    found = load_settings({}, {"HOME": str(tmp_path)})
    assert (found.rolling, found.absolute, found.inactivity) == (True, 259_200, 86_400)
    assert found.store == f"sqlite://{tmp_path}/.local/state/session-inspector/sessions.db"
    assert found.kind == "stateful"
    assert found.cookie == CookieSettings()
    assert [user.sub for user in found.users] == [
        "local|alice",
        "local|bob",
        "local|carol",
        "local|dora",
    ]


def test_flags_beat_environment_beats_file(tmp_path: Path) -> None:
    text = "[lab]\nport = 3000\nkind = 'stateless'\nskip_consent = false"
    assert loaded(tmp_path, text).port == 3001
    assert loaded(tmp_path, text, port=3002).port == 3002
    assert loaded(tmp_path, text).kind == "stateless"
    assert loaded(tmp_path, text).skip_consent is False


def test_whole_file_is_read(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        """
        [session]
        rolling = false
        absolute = 10
        inactivity = 5
        cookie = {name = "app", same_site = "strict", secure = true, transient = true}
        [tokens]
        access = 60
        rotate = false
        [[users]]
        sub = "x"
        roles = ["a"]
        """,
    )
    assert (found.rolling, found.absolute, found.inactivity) == (False, 10, 5)
    assert found.cookie == CookieSettings(
        name="app", same_site="strict", secure=True, transient=True
    )
    assert (found.tokens.access, found.tokens.rotate, found.tokens.refresh) == (60, False, 2592000)
    assert found.users == (LabUser(sub="x", claims={"roles": ["a"]}),)


def test_lab_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first = load_settings({}, {"HOME": str(tmp_path)})
    again = load_settings({}, {"HOME": str(tmp_path)})
    kept = tmp_path / ".local/state/session-inspector/secret"
    assert first.secret == again.secret
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert first.secret not in repr(first)


def test_a_headless_run_writes_nothing(tmp_path: Path) -> None:
    load_settings({}, {"HOME": str(tmp_path)}, keeps_state=False)
    assert list(tmp_path.iterdir()) == []


def test_a_domain_becomes_an_issuer(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "AUTH0_DOMAIN": "tenant.example"}
    assert load_settings({}, env, keeps_state=False).issuer == "https://tenant.example/"
    given = load_settings({"issuer": "http://127.0.0.1:9"}, env, keeps_state=False)
    assert given.issuer == "http://127.0.0.1:9"
    slashed = load_settings({"issuer": "tenant.example/"}, env, keeps_state=False)
    assert slashed.issuer == "https://tenant.example/"


def test_scopes_are_of_flag_environment_or_file(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "AUTH0_SCOPE": "openid  email"}
    assert load_settings({}, {"HOME": str(tmp_path)}, keeps_state=False).scope == ""
    assert load_settings({}, env, keeps_state=False).scope == "openid email"
    given = load_settings({"scope": "openid read:x"}, env, keeps_state=False)
    assert given.scope == "openid read:x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lab = 3", r"\[lab\] is 3; it must be a table"),
        ("[lab]\nprot = 1", r"lab.prot is no setting; it must be one of: .*port"),
        ("[wab]", r"\[wab\] in .* is no table; it must be one of: attach, clients, keys"),
        ("[lab]\nport = 'x'", None),
        ("[lab]\nkind = 'both'", "kind is 'both'; it must be stateful or stateless"),
        ("[lab]\nsecret = 5", None),
        ("[session]\nabsolute = -1", "session.absolute is -1; it must be a whole number"),
        ("[session]\nabsolute = true", "session.absolute is True"),
        ("[session]\nrolling = 1", "session.rolling is 1; it must be true or false"),
        ("[session]\ncookie = 1", "must be a table"),
        ("[session.cookie]\nname = 1", "session.cookie.name is 1"),
        ("[lab]\njournal = 5", "lab.journal is 5; it must be a whole number, 100 or more"),
        ("users = 1", "no list of tables"),
        ("[[users]]\nname = 'x'", "users.sub is None"),
        ("[[users]]\nsub = 'x'\nsince = 2020-01-01", r"users\[0\].since in .* is a date. Fix: "),
        ("[lab", "not readable as TOML"),
        (
            "[lab]\nscope = 'email'",
            "scope is 'email'; a login needs openid .* --scope 'openid email'",
        ),
        ("[lab]\nissuer = 'ftp://x'", "issuer is 'ftp://x'"),
    ],
)
def test_a_wrong_value_is_one_clear_line(tmp_path: Path, text: str, said: str | None) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        load_settings({"config": str(file)}, {"HOME": str(tmp_path)}, keeps_state=False)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("port", ["-1", "65536", "http", "1e3", "³"])
def test_a_port_is_a_port(tmp_path: Path, port: str) -> None:
    with pytest.raises(InputError, match=r"it must be 0 .* Fix: --port 3000"):
        load_settings({"port": port}, {"HOME": str(tmp_path)}, keeps_state=False)


def test_a_short_secret_is_refused_and_not_shown(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "AUTH0_SECRET": "q" * 31}
    with pytest.raises(InputError, match=r"31 bytes; it must have 32 or more. Fix:") as caught:
        load_settings({}, env)
    assert "qqq" not in caught.value.message


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--config must name a TOML file"):
        load_settings({"config": str(tmp_path / "no.toml")}, {"HOME": str(tmp_path)})


def test_memory_is_sqlite_s(tmp_path: Path) -> None:
    assert loaded(tmp_path, store=":memory:").store == "sqlite://:memory:"


def test_lifetimes_are_flags_and_clients_come_from_file_and_flag(tmp_path: Path) -> None:
    text = "[tokens]\naccess = 60\nid = 70\n[[clients]]\nclient_id = 'api'\nclient_secret = 's'"
    found = loaded(tmp_path, text, access_ttl="20", clients=["spa=http://localhost:5173/cb"])
    assert (found.tokens.access, found.tokens.id) == (20, 70)
    assert [client.client_id for client in found.clients] == ["api", "spa"]


def test_organisations_come_from_the_file(tmp_path: Path) -> None:
    found = loaded(tmp_path, "[[organizations]]\nid = 'org_acme'")
    assert [(each.id, each.name) for each in found.organizations] == [("org_acme", "acme")]
