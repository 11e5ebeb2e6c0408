"""Which commands run a test suite."""

from __future__ import annotations

import shlex

import pytest

from session_inspector.devserver.run.suite import is_suite

SUITES = [
    "pytest",
    "python -m pytest -q tests",
    "/venv/bin/python3.12 -m pytest",
    "uv run pytest",
    "poetry run pytest tests",
    "npx playwright test",
    "npx --yes playwright test --project=chromium",
    "npm test",
    "npm run test:e2e",
    "pnpm test",
    "pnpm exec vitest run",
    "yarn run test",
    "bun test",
    "go test ./...",
    "cargo test",
    "mvn verify",
    "node --test",
    "NODE_ENV=test npx jest",
    "env CI=1 npx mocha",
    "bundle exec rspec",
    "make test",
    "python manage.py test",
    "xvfb-run npx cypress run",
    "coverage run -m pytest",
]
APPS = [
    "npm run dev",
    "npx next dev",
    "node app.mjs",
    "node test-server.js",
    "python app.py",
    "uvicorn pytest_app:app",
    "go run .",
    "rails server",
    "docker compose up",
    "npx playwright show-report",
    "sh -c 'pytest'",
]


@pytest.mark.parametrize("command", SUITES)
def test_a_test_runner_is_a_suite(command: str) -> None:
    assert is_suite(shlex.split(command))


@pytest.mark.parametrize("command", APPS)
def test_what_serves_is_none(command: str) -> None:
    assert not is_suite(shlex.split(command))
