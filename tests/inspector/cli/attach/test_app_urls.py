"""Where an app is told to live is read from its environment, and from its .env files."""

from __future__ import annotations

from pathlib import Path

from session_inspector.inspector.cli.attach.app_urls import find_app_urls


def test_the_environment_comes_before_the_files(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AUTH_URL=http://localhost:4001\nOTHER=http://localhost:1\n")
    (tmp_path / ".env.example").write_text("APP_BASE_URL=http://localhost:2\n")
    env = {"APP_BASE_URL": "http://localhost:4000", "BASE_URL": "", "HOME": "/root"}
    assert find_app_urls(env, tmp_path) == ["http://localhost:4000", "http://localhost:4001"]
    assert find_app_urls(env, None) == ["http://localhost:4000"]


def test_a_provider_is_no_app() -> None:
    env = {"ISSUER_BASE_URL": "https://localhost:5556", "AUTH0_ISSUER_BASE_URL": "https://i"}
    assert find_app_urls(env, None) == []
