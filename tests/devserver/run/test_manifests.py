"""Each list of packages names them in a way of its own."""

from __future__ import annotations

import pytest

from session_inspector.devserver.run.manifests import names_in

NAMES = [
    ("package.json", '{"devDependencies": {"vite": "8"}}', "vite"),
    ("deno.jsonc", '{"imports": {"x": "npm:better-auth@1"}} // with comments', "better-auth"),
    ("pyproject.toml", '[dependency-groups]\ndev = ["Flask-Session>=1"]', "flask-session"),
    ("Pipfile", '[packages]\nmozilla-django-oidc = "*"', "mozilla-django-oidc"),
    ("requirements-dev.txt", "mozilla_django_oidc[x]==4", "mozilla-django-oidc"),
    ("setup.cfg", "install_requires =\n  Flask", "flask"),
    ("setup.py", "install_requires=['flask>=3']", "flask"),
    ("Cargo.toml", '[dependencies]\ntower-sessions = "0.14"', "tower-sessions"),
    ("Cargo.toml", '[workspace.dependencies.axum]\nversion = "0.8"', "axum"),
    ("mix.exs", "{:phoenix, '~> 1.8'}", "phoenix"),
    ("App.csproj", '<PackageReference Include="duende.bff"/>', "Duende.BFF"),
]


@pytest.mark.parametrize(("name", "text", "package"), NAMES)
def test_a_package_is_found_by_its_whole_name(name: str, text: str, package: str) -> None:
    names = names_in(name, text)
    assert names(package)
    assert not names(package[:-1])


@pytest.mark.parametrize("name", ["package.json", "Pipfile", "Cargo.toml", "requirements.txt"])
@pytest.mark.parametrize("text", ["", "[", "\0", "[" * 100_000])
def test_what_is_damaged_names_none(name: str, text: str) -> None:
    assert not names_in(name, text)("flask")
