"""The app's own session store: one of the JavaScript classes beside this file, in its process."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from session_inspector.devserver.core.values import Json, JsonObject
from tests.node.packages import installed

FOLDER = Path(__file__).parent


class SeedApp:
    """Calls the class as the SDK would; each call is one line to and from its process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def get(self, key: str) -> Json:
        """Return the session the app sees; None: the user is logged out."""
        return self._call("get", key)

    def set(self, key: str, session: JsonObject, lifetime: int = 86_400) -> None:
        self._call("set", key, session, lifetime)

    def delete(self, key: str) -> None:
        self._call("delete", key)

    def delete_by_logout_token(self, *, sid: str = "", sub: str = "") -> None:
        self._call("deleteByLogoutToken", {"sid": sid, "sub": sub})

    def wait(self) -> Json:
        """Return the next answer. Raises: RuntimeError with what the class threw."""
        assert self._process.stdout is not None
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        found: Json = answer["ok"]
        return found

    def _call(self, *call: Json) -> Json:
        assert self._process.stdin is not None
        print(json.dumps(call), file=self._process.stdin, flush=True)
        return self.wait()


@contextmanager
def seed_app(kind: str, url: str, **env: str) -> Iterator[SeedApp]:
    """Run the class of one kind of store (`postgres`), connected."""
    process = subprocess.Popen(
        [installed(), "runner.mjs", kind, url],
        cwd=FOLDER,
        env={**os.environ, **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process, process.stdin, process.stdout:
        try:
            app = SeedApp(process)
            app.wait()
            yield app
        finally:
            process.kill()
