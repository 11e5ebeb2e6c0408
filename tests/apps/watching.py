"""A sample app, and `attach` that watches it, until the block ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from session_inspector.devserver.attach.attachment import start_attachment
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.attach.command import attach_settings
from tests.apps.samples import Sample, running
from tests.end_to_end.attached import Attached
from tests.servers import free_port


@contextmanager
def watching(
    app: Sample, env: Mapping[str, str], folder: Path, *, secret: str, store: str = ""
) -> Iterator[Attached]:
    """Run an app and watch it; empty: the secret is not told, the store not named."""
    port = free_port()
    command = ["attach", f"http://127.0.0.1:{port}"]
    if secret:
        command += ["--secret", secret]
    if store:
        command += ["--store", store]
    with running(app, port, dict(env), folder):
        attachment = start_attachment(attach_settings(parse(command)))
        try:
            yield Attached(attachment)
        finally:
            attachment.stop()
