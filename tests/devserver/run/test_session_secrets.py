"""A session secret is set only where an SDK cannot start without one, and the app has none."""

from __future__ import annotations

import pytest

from session_inspector.devserver.run.session_secrets import (
    find_defaults,
    find_needed,
)

IMPORTS = 'import { auth } from "express-openid-connect";'


@pytest.mark.parametrize(
    ("sdk", "name"),
    [
        ("nextjs", "AUTH0_SECRET"),
        ("express", "SECRET"),
        ("authjs", "AUTH_SECRET"),
        ("fastapi", "AUTH0_SECRET"),
        ("nuxt", "NUXT_SESSION_PASSWORD"),
    ],
)
def test_an_sdk_that_refuses_to_start_gets_its_own(sdk: str, name: str) -> None:
    assert find_needed([sdk], {}, []) == {name}
    assert find_needed([sdk], {name: ""}, []) == {name}
    assert find_needed([sdk], {name: "the app's"}, []) == frozenset()


@pytest.mark.parametrize("reads", [[], ["better-auth"], ["spring"]])
def test_others_get_none(reads: list[str]) -> None:
    assert find_needed(reads, {}, []) == frozenset()


def test_auth_js_takes_its_secret_by_the_older_name_too() -> None:
    assert find_needed(["authjs"], {"NEXTAUTH_SECRET": "the app's"}, []) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        'app.use(auth({ secret: "a long, random string" }))',
        "auth({secret: ['new', 'old']})",
        "auth({ secret: process.env.SECRET || 'dev' })",
        "auth({ secret: process.env.SECRET ?? fallback })",
        "const { SECRET = 'dev' } = process.env; auth({})",
    ],
)
def test_a_secret_in_the_source_is_the_apps_own(text: str) -> None:
    assert find_needed(["express"], {}, [f"{IMPORTS} {text}"]) == frozenset()
    assert find_needed(["express"], {}, [f"{IMPORTS} auth({{}})"]) == {"SECRET"}


@pytest.mark.parametrize(
    "text",
    [
        'app.secret_key = os.environ["SECRET_KEY"]',
        "SECRET_KEY = environ['SECRET_KEY']",
        'Config(".env")("x"); secret = config("SECRET_KEY")',
        'SECRET_KEY = config("SECRET_KEY", cast=Secret)',
        'SECRET_KEY = env.str("SECRET_KEY")',
        'set :session_secret, ENV.fetch("SECRET_KEY")',
    ],
)
def test_a_name_of_general_use_is_set_for_who_fails_without_it(text: str) -> None:
    assert find_needed([], {}, [text]) == {"SECRET_KEY"}
    assert find_needed([], {"SECRET_KEY": "the app's"}, [text]) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        'SECRET_KEY=os.environ.get("SECRET_KEY","09d25e09")',
        'SECRET_KEY = os.getenv("SECRET_KEY") or "dev"',
        'key = os.environ.get("SECRET_KEY")\nif not key:\n    key = "dev"',
        'SECRET_KEY = "django-insecure-1"',
        'app.config["SECRET_KEY"] = "dev"',
        'os.environ["SECRET_KEY"] = "dev"',
        'os.environ.setdefault("SECRET_KEY", "dev"); os.environ["SECRET_KEY"]',
        'os.environ["SECRET_KEY"] if "SECRET_KEY" in os.environ else "dev"',
        'try:\n    key = os.environ["SECRET_KEY"]\nexcept KeyError:\n    key = "dev"',
        'secret_key = config("SECRET_KEY", default="dev")',
        'ENV.fetch("SECRET_KEY", "dev")',
        "session({ secret: process.env.SECRET_KEY || 'dev' })",
        "session({ secret: process.env.SECRET_KEY })",
        "",
    ],
)
def test_one_that_starts_without_it_keeps_its_own(text: str) -> None:
    assert find_needed([], {}, [text]) == frozenset()


def test_what_better_auth_seals_with_in_development_is_tried() -> None:
    assert "better-auth-secret-12345678901234567890" in set(find_defaults(["better-auth"]))
    assert list(find_defaults(["nextjs"])) == []
