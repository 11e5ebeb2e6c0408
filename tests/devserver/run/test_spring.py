"""The names of a Spring app's clients, from its `application` files."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.run.spring import Registration, find_registrations

CLIENT = "spring.security.oauth2.client.registration"


def found(folder: Path, name: str, text: str) -> list[Registration]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return find_registrations(folder)


def test_of_properties(tmp_path: Path) -> None:
    text = (
        f"# {CLIENT}.old.client-id=x\n"
        f"{CLIENT}.okta.client-id = ${{ID}}\n"
        f"{CLIENT}.okta.scope: openid,profile\n"
        f"{CLIENT}.my-app.provider=corp\n"
    )
    assert found(tmp_path, "src/main/resources/application.properties", text) == [
        Registration(name="okta", has_scope=True),
        Registration(name="my-app", provider="corp"),
    ]


def test_of_yaml_nested_or_dotted_and_of_each_document(tmp_path: Path) -> None:
    text = (
        "spring.security.oauth2.client:\n  registration:\n    okta:\n      clientId: x\n"
        "      scope: [openid, email]\n---\n"
        f"{CLIENT}.second.client-id: y\n"
    )
    assert found(tmp_path, "src/main/resources/application-dev.yml", text) == [
        Registration(name="okta", has_scope=True),
        Registration(name="second"),
    ]


def test_a_provider_without_openid_connect_is_left_alone(tmp_path: Path) -> None:
    text = f"{CLIENT}.github.client-id=x\n"
    assert found(tmp_path, "application.properties", text) == []


@pytest.mark.parametrize("text", ["", "a: [", "- 1\n- 2\n", "\x00", "a: " + "[" * 500])
def test_what_cannot_be_read_names_none(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, "config/application.yaml", text) == []
