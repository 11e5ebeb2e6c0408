"""The wheel installed without extras: one package, and each command works or says what it lacks."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from session_inspector.devserver.core.version import __version__
from session_inspector.inspector.cli.main import COMMANDS
from tests.install.wheel import Environment, build_wheel

VECTORS = Path(__file__).parents[1] / "vectors" / "other-formats.json"
POSTGRES = "pip install 'session-inspector[postgres]'"
MONGODB = "pip install 'session-inspector[mongodb]'"
DYNAMODB = "pip install 'session-inspector[dynamodb]'"
PLUGIN = """
from session_inspector.devserver.stores.memory import MemoryStore
class Store(MemoryStore):
    pass
"""
FOREIGN = "raise RuntimeError('somebody else is imported')\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment(tmp_path_factory.mktemp("environment") / "venv", wheel)


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a command wrote, which is no traceback."""
    text = done.stdout + done.stderr
    assert "Traceback" not in text, text
    return text


def test_the_wheel_is_one_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
    assert {name.partition("/")[0] for name in names} == {
        "session_inspector",
        f"session_inspector-{__version__}.dist-info",
    }
    assert "session_inspector/py.typed" in names
    assert "session_inspector/inspector/ui/inspector.tcss" in names


def test_the_version_and_the_help_of_each_command(environment: Environment, tmp_path: Path) -> None:
    done = environment.run("--version", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"session-inspector {__version__}\n")
    for command in COMMANDS:
        done = environment.run(command, "--help", folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), command


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (["stores", "check", "postgresql://h/d"], POSTGRES),
        (["stores", "check", "mongodb+srv://h/d"], MONGODB),
        (["stores", "create", "dynamodb://h/t"], DYNAMODB),
        (["stores", "prune", "postgres://h/d"], POSTGRES),
        (["sessions", "list", "--store", "postgresql://h/d"], POSTGRES),
        (["sessions", "list", "--store", "mongodb://h/d"], MONGODB),
        (["sessions", "list", "--store", "mongodb://h/d", "--layout", "connect-redis"], MONGODB),
        (["sessions", "show", "x", "--store", "postgresql://h/d", "--layout", "django"], POSTGRES),
        (["sessions", "revoke", "x", "--store", "dynamodb://h/t"], DYNAMODB),
        (["attach", "--headless", "--store", "mongodb://h/d"], MONGODB),
        (["attach", "--headless", "--store", "postgresql://h/d"], POSTGRES),
        (["attach", "--headless", "--store", "dynamodb://h/t"], DYNAMODB),
        (
            ["attach", "--headless", "--store", "mongodb://h/d", "--layout", "connect-redis"],
            MONGODB,
        ),
        (["attach", "--headless", "http://127.0.0.1:1", "--store", "postgresql://h/d"], POSTGRES),
        (["serve", "--store", "postgresql://h/d"], POSTGRES),
        (["scenario", "stolen-cookie", "--store", "mongodb://h/d"], MONGODB),
        (["--web"], "pip install 'session-inspector[web]'"),
    ],
    ids=" ".join,
)
def test_what_needs_an_extra_names_it_in_one_line(
    environment: Environment, tmp_path: Path, words: list[str], fix: str
) -> None:
    done = environment.run(*words, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said(done).strip().endswith(f"Fix: {fix}")
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["stores"], 0, "redis+cluster://     built in   installed"),
        (["stores"], 0, f"mongodb://           built in   missing · {MONGODB}"),
        (["stores", "check", "redis://127.0.0.1:1"], 2, "Redis: Error 111"),
        (["sessions", "list", "--store", "redis://127.0.0.1:1"], 2, "127.0.0.1:1"),
        (["sessions", "list", "--store", "memory://"], 0, "0 sessions"),
        (["scenario", "stolen-cookie"], 0, "✔"),
        (["scenario"], 0, "stolen-cookie"),
        (["compare", "--only-named", "mongodb://h/d"], 2, f"Fix: {MONGODB}"),
        (["decode", ""], 2, "the input is empty"),
        (["weak", "hello"], 4, "could not be tried"),
        (["reseal", "hello", "--secret", "s" * 32], 1, "none of these looks like"),
        (["config", "check"], 0, "the defaults hold"),
        (["completion", "zsh"], 0, "#compdef"),
        (["provider", "http://127.0.0.1:1"], 2, "does not answer"),
        (["replay", "no-such-file"], 2, "cannot be read"),
        ([], 2, "no terminal"),
    ],
    ids=lambda found: " ".join(found) if isinstance(found, list) else "",
)
def test_all_else_works_without_extras(
    environment: Environment, tmp_path: Path, words: list[str], code: int, text: str
) -> None:
    done = environment.run(*words, folder=tmp_path)
    assert text in said(done)
    assert done.returncode == code


def test_a_cookie_that_needs_a_library_names_it(environment: Environment, tmp_path: Path) -> None:
    cases = {case["name"]: case for case in json.loads(VECTORS.read_text())}
    case = cases["o2p-single"]
    ((name, value),) = case["cookies"].items()
    words = ("decode", f"{name}={value}", "--secret", case["secret"])
    done = environment.run(*words, folder=tmp_path)
    assert "Fix: pip install 'session-inspector[formats]'" in " ".join(said(done).split())


def test_foreign_folders_of_our_folders_names_do_not_matter(
    environment: Environment, tmp_path: Path
) -> None:
    for name in ("devserver", "inspector"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(FOREIGN)
    for env in ({}, {"PYTHONPATH": str(tmp_path)}):
        done = environment.run("scenario", "stolen-cookie", folder=tmp_path, **env)
        assert done.returncode == 0, said(done)


def test_a_distribution_with_a_package_devserver_may_stand_beside(
    environment: Environment, tmp_path: Path
) -> None:
    # as django-devserver has; ours has to work whatever it does
    package = environment.site_packages / "devserver"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").write_text(FOREIGN)
    facts = environment.site_packages / "django_devserver-0.8.0.dist-info"
    facts.mkdir(exist_ok=True)
    (facts / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: django-devserver\nVersion: 0.8.0\n"
    )
    (facts / "top_level.txt").write_text("devserver\n")
    done = environment.run("scenario", "stolen-cookie", folder=tmp_path)
    assert done.returncode == 0, said(done)


def test_a_store_class_of_the_current_folder_is_found(
    environment: Environment, tmp_path: Path
) -> None:
    (tmp_path / "mystores").mkdir()
    (tmp_path / "mystores" / "memory.py").write_text(PLUGIN)
    done = environment.run("sessions", "list", "--store", "mystores.memory:Store", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "0 sessions\n"), said(done)
