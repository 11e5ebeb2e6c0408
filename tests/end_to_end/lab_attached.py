"""The lab as a real app behind an attached proxy, on free loopback ports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.settings import load_settings
from tests.end_to_end.attached import Attached, attached
from tests.end_to_end.lab import Lab
from tests.servers import free_port
from tests.waiting import patient_client

SECRET = "a-session-secret-of-32-bytes-or-more"


@contextmanager
def lab_and_proxy(
    folder: Path, store: str = "", *, may_write: bool = False, **flags: str
) -> Iterator[tuple[Lab, Attached]]:
    """Run the lab as somebody's app: it knows itself by the proxy's URL, as it would in life."""
    port = free_port()
    own = free_port()
    flags["port"] = str(own)
    flags["base_url"] = f"http://127.0.0.1:{port}"
    if store:
        flags["store"] = store
    lab = start_lab(load_settings(flags, {"HOME": str(folder), "AUTH0_SECRET": SECRET}))
    settings = AttachSettings(
        route=route_to(f"http://127.0.0.1:{own}"),
        port=port,
        secrets=[SECRET],
        store=store,
        may_write=may_write,
    )
    try:
        with attached(settings) as proxy:
            yield Lab(lab), proxy
    finally:
        lab.stop()


def browser() -> httpx.Client:
    return patient_client(follow_redirects=True)
