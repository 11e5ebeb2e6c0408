"""What an app is, read from the files that each language has for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from session_inspector.devserver.run.manifests import LANGUAGES
from session_inspector.devserver.run.packages import PACKAGES
from session_inspector.devserver.run.project import read_project

MANIFESTS = [
    (
        "package.json",
        json.dumps({"dependencies": {"next": "16", "@auth0/nextjs-auth0": "4"}}),
        "Next.js, @auth0/nextjs-auth0 (package.json)",
        ("nextjs",),
    ),
    (
        "package.json",
        json.dumps({"dependencies": {"express": "5"}, "devDependencies": {"better-auth": "1"}}),
        "Express, better-auth (package.json)",
        ("better-auth",),
    ),
    (
        "pyproject.toml",
        '[project]\ndependencies = ["fastapi>=0.1", "auth0_fastapi[x]"]',
        "FastAPI, auth0-fastapi (pyproject.toml)",
        ("fastapi",),
    ),
    (
        "pyproject.toml",
        '[tool.poetry.dependencies]\ndjango = "5"',
        "Django (pyproject.toml)",
        (),
    ),
    ("requirements.txt", "Flask==3 ; python_version > '3'\n", "Flask (requirements.txt)", ()),
    ("requirements-dev.txt", "starlette\n", "Starlette (requirements-dev.txt)", ()),
    ("go.mod", "require github.com/alexedwards/scs/v2 v2.8.0\n", "scs (go.mod)", ()),
    ("Gemfile", 'gem "rails"\ngem "omniauth-auth0"\n', "Rails, OmniAuth Auth0 (Gemfile)", ()),
    ("Pipfile", '[packages]\nflask = "*"\n', "Flask (Pipfile)", ()),
    ("mix.exs", '{:phoenix, "~> 1.8"}, {:oidcc, "~> 3"}', "Phoenix, Oidcc (mix.exs)", ()),
    ("Cargo.toml", '[dependencies]\naxum = "0.8"\n', "axum (Cargo.toml)", ()),
    (
        "Shop.csproj",
        '<Project Sdk="Microsoft.NET.Sdk.Web"><PackageReference Include="Duende.BFF"/></Project>',
        "ASP.NET Core, Duende.BFF (Shop.csproj)",
        (),
    ),
    (
        "pom.xml",
        "<artifactId>spring-boot-starter-security-oauth2-client</artifactId>"
        "<artifactId>spring-boot-starter-webmvc</artifactId>",
        "Spring Boot, Spring Security (pom.xml)",
        ("spring",),
    ),
    (
        "composer.json",
        json.dumps({"require": {"laravel/framework": "^12"}}),
        "Laravel (composer.json)",
        (),
    ),
    (
        "pom.xml",
        "<artifactId>spring-boot-starter-oauth2-client</artifactId>"
        "<artifactId>spring-boot-starter-web</artifactId>",
        "Spring Boot, Spring Security (pom.xml)",
        ("spring",),
    ),
]


@pytest.mark.parametrize(("name", "text", "line", "reads"), MANIFESTS)
def test_each_language_has_a_file_that_says_what_the_app_is(
    name: str, text: str, line: str, reads: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    found = read_project(tmp_path, ["start"])
    assert (found.describe(), found.reads) == (line, reads)


def test_a_script_that_the_command_names_says_more_than_a_list_of_packages(tmp_path: Path) -> None:
    listed = {"dependencies": {"@auth/express": "1", "express-openid-connect": "3"}}
    (tmp_path / "package.json").write_text(json.dumps(listed))
    (tmp_path / "app.mjs").write_text('import oidc from "express-openid-connect";')
    assert read_project(tmp_path, ["node", "app.mjs"]).reads == ("express",)
    assert read_project(tmp_path, ["npm", "start"]).reads == ("express", "authjs")


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("uvicorn web.main:app --reload", "web/main.py"),
        ("gunicorn -w 2 web.wsgi:application", "web/wsgi.py"),
        ("python -m web", "web/__main__.py"),
        ("python -m web", "src/web/__init__.py"),
        ("flask --app web run", "web.py"),
        ("litestar --app=web.app:make_app run", "web/app.py"),
        ("uv run hypercorn web:app", "web/__init__.py"),
    ],
)
def test_a_module_that_the_command_names_says_what_the_app_is(
    command: str, file: str, tmp_path: Path
) -> None:
    other = tmp_path / "another_app.py"
    other.write_text("import flask_session\nimport flask\n")
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("from litestar import Litestar\nfrom authlib.jose import jwt\n")
    found = read_project(tmp_path, command.split()).describe()
    assert found == f"Litestar, Authlib ({path.name})"


@pytest.mark.parametrize(
    "command", ["flask run", "npm run dev:web", "env A=../../etc:x web", "x -m ../web", "x -m", "x"]
)
def test_a_word_that_is_no_module_names_no_file(command: str, tmp_path: Path) -> None:
    for name in ("run.py", "dev.py", "web.py"):
        (tmp_path / name).write_text("import flask_session\n")
    (tmp_path / "a.py").write_text("import authlib\n")
    assert "(a.py)" in read_project(tmp_path, command.split()).describe()


def test_a_django_app_is_known_by_what_it_has_installed(tmp_path: Path) -> None:
    text = "import django\nINSTALLED_APPS=[\n    'mozilla_django_oidc',\n]\n"
    (tmp_path / "settings.py").write_text(text)
    assert read_project(tmp_path, ["start"]).describe() == (
        "Django, mozilla-django-oidc (settings.py)"
    )


DJANGO = """
import os,sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE","settings")
from django.core.management import execute_from_command_line
"""


@pytest.mark.parametrize(
    ("name", "text", "command", "line"),
    [
        ("manage.py", DJANGO, ["python", "manage.py", "runserver"], "Django (manage.py)"),
        ("app.py", "from fastapi import FastAPI\n", ["python", "app.py"], "FastAPI (app.py)"),
        ("main.py", "import os, fastapi, redis\n", ["uvicorn", "main:app"], "FastAPI, Redis"),
        ("app.js", "const f=require('fastify')();", ["node", "app.js"], "Fastify (app.js)"),
        ("server.mjs", 'import express from "express";', ["npm", "start"], "Express (server.mjs)"),
        ("app.tsx", 'import { Hono } from "hono";', ["bun", "app.tsx"], "Hono (app.tsx)"),
        (
            "main.go",
            'import (\n\t"github.com/gin-gonic/gin"\n)',
            ["go", "run", "."],
            "Gin (main.go)",
        ),
        ("app.rb", 'require "sinatra"\n', ["ruby", "app.rb"], "Sinatra (app.rb)"),
        (
            "app.js",
            "stream.on('next', go); mode = 'vite'",
            ["node", "app.js"],
            "an app of no known",
        ),
    ],
)
def test_without_any_list_the_sources_say_which_framework_it_is(
    name: str, text: str, command: list[str], line: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    assert read_project(tmp_path, command).describe().startswith(line)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    if not line.startswith("an app"):
        assert read_project(tmp_path, command).describe().startswith(line), "a list of nothing"


def test_own_sources_say_more_than_a_list_in_a_folder_above(tmp_path: Path) -> None:
    listed = {"dependencies": {"@auth/express": "1"}}
    (tmp_path / "package.json").write_text(json.dumps(listed))
    app = tmp_path / "apps" / "web"
    (app / "lib").mkdir(parents=True)
    assert read_project(app, ["start"]).reads == ("authjs",)
    (app / "node_modules").mkdir()
    (app / "node_modules" / "x.js").write_text('require("better-auth")')
    (app / "lib" / "auth.ts").write_text("import { x } from '@auth0/nextjs-auth0/server'")
    assert read_project(app, ["start"]).reads == ("nextjs",)


def test_a_workspace_is_what_its_apps_are(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"devDependencies": {"turbo": "2"}}))
    for name, packages in (
        ("apps/web", {"next": "16", "next-auth": "5"}),
        ("docs", {"astro": "5"}),
    ):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "package.json").write_text(json.dumps({"dependencies": packages}))
    hidden = tmp_path / "node_modules" / "better-auth"
    hidden.mkdir(parents=True)
    (hidden / "package.json").write_text(json.dumps({"dependencies": {"better-auth": "1"}}))
    found = read_project(tmp_path, ["npm", "run", "dev"])
    assert found.reads == ("authjs",)
    assert found.describe() == (
        "Astro, Next.js, Auth.js (next-auth) (docs/package.json, apps/web/package.json)"
    )
    listed = {"dependencies": {"@auth0/nextjs-auth0": "4"}}
    (tmp_path / "package.json").write_text(json.dumps(listed))
    assert read_project(tmp_path, ["npm", "run", "dev"]).reads == ("nextjs",), "its own list wins"


def test_nothing_above_the_repository_is_read(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("django")
    app = tmp_path / "repository"
    (app / ".git").mkdir(parents=True)
    assert read_project(app, ["start"]).describe() == "an app of no known framework"


def test_its_env_files_and_its_compose_file_are_named(tmp_path: Path) -> None:
    for name in (".env", ".env.local", ".env.example"):
        (tmp_path / name).write_text("A=1")
    (tmp_path / "compose.yaml").write_text("services: {web: {ports: ['8080:80']}}")
    found = read_project(tmp_path, ["docker", "compose", "up"])
    assert found.describe() == (
        "an app of no known framework; .env, .env.local; compose ports 8080"
    )


@pytest.mark.parametrize("name", LANGUAGES)
@pytest.mark.parametrize("text", ["", "[", "\0", '{"dependencies": []}', "[" * 100_000])
def test_a_file_that_is_damaged_says_nothing(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    assert read_project(tmp_path, ["start"]).reads == ()


def test_no_language_lists_a_package_twice() -> None:
    for rows in PACKAGES.values():
        names = [row.name for row in rows]
        assert len(names) == len(set(names))
