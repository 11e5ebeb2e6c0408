"""`run --https` under names below localhost: Chromium and Node take them without a warning."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from session_inspector.devserver.core.events.process import AppListening
from tests.apps.runs import Run, started
from tests.end_to_end.chromium import FLAGS, browser_path, patient_page
from tests.node.packages import installed
from tests.servers import binary
from tests.waiting import PATIENCE

__all__ = ["browser_path"]
APP = [sys.executable, str(Path(__file__).parent / "names" / "app.py")]
ASK = """
const [port, servername] = process.argv.slice(1);
const request = require("https").get({ host: "127.0.0.1", port, servername }, (answer) => {
  const { subjectaltname } = answer.socket.getPeerCertificate();
  console.log(JSON.stringify([answer.statusCode, subjectaltname]));
  answer.resume();
});
request.on("error", (error) => console.log(JSON.stringify([0, error.code])));
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    home = tmp_path_factory.mktemp("home")
    folder = tmp_path_factory.mktemp("project")
    with started(APP, folder, home, "--https", "--no-tenant") as found:
        found.wait_for(AppListening)
        yield found


@pytest.fixture(scope="module")
def browser(run: Run, browser_path: str) -> Iterator[Browser]:
    """Start a Chromium that trusts the authority, as somebody's who has imported it."""
    store = run.home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    certutil("-d", f"sql:{store}", "-N", "--empty-password")
    certutil("-d", f"sql:{store}", "-A", "-t", "C,,", "-n", "local CA", "-i", run.ca)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=browser_path,
            args=[*FLAGS, "--host-resolver-rules=MAP elsewhere.test 127.0.0.1"],
            env={**os.environ, "HOME": str(run.home)},
        )
        yield found
        found.close()


def certutil(*arguments: str) -> None:
    subprocess.run(
        [binary("certutil"), *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
    )


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    found = patient_page(browser)
    yield found
    found.close()


def test_chromium_takes_localhost_and_each_name_below_it_without_a_warning(
    run: Run, page: Page
) -> None:
    port = urlsplit(run.base_url).port
    for name in ("localhost", "127.0.0.1", "app.localhost", "api.v1.localhost"):
        answer = page.goto(f"https://{name}:{port}/")
        assert answer is not None
        assert answer.text() == f"{name}:{port}"


def test_chromium_takes_no_name_that_is_not_this_machine(run: Run, page: Page) -> None:
    port = urlsplit(run.base_url).port
    with pytest.raises(Error, match=r"ERR_(SSL|CONNECTION)"):
        page.goto(f"https://elsewhere.test:{port}/")


@pytest.mark.parametrize("name", ["localhost", "app.localhost", "a.b.localhost"])
def test_node_takes_a_name_below_localhost(name: str, run: Run) -> None:
    status, names = ask_by_node(run, name)
    assert status == 200
    assert str(names).startswith(f"DNS:{name}")


def test_node_is_refused_under_another_name(run: Run) -> None:
    status, _ = ask_by_node(run, "example.com")
    assert status == 0


def ask_by_node(run: Run, name: str) -> list[object]:
    port = str(urlsplit(run.base_url).port)
    done = subprocess.run(
        [installed(), "-e", ASK, port, name],
        env={**os.environ, "NODE_EXTRA_CA_CERTS": run.ca},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    found: list[object] = json.loads(done.stdout)
    return found
