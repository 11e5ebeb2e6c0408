"""Where a lab listens: app and provider on hosts of their own, all or nothing bound."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from session_inspector.devserver.core.access import LOOPBACK_NAMES
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.listening import bind, port_of
from session_inspector.devserver.lab.sockets import Listening, listen
from session_inspector.devserver.settings import Settings
from tests.devserver.lab.lab_scene import LabScene

SETTINGS = LabScene().site.settings


@contextmanager
def listening(settings: Settings) -> Iterator[Listening]:
    found = listen(settings)
    try:
        yield found
    finally:
        for listener in found.sockets:
            listener.close()


def test_on_loopback_the_provider_is_another_host_than_the_app() -> None:
    with listening(SETTINGS) as found:
        assert found.provider is not None
        app = port_of(found.app)
        provider = port_of(found.provider)
        assert found.addresses.base_url == f"http://127.0.0.1:{app}"
        assert found.addresses.issuer == f"http://localhost:{provider}/"
        assert found.addresses.hosts == LOOPBACK_NAMES


def test_an_outside_provider_has_no_socket() -> None:
    with listening(replace(SETTINGS, issuer="https://tenant.test/")) as found:
        assert found.provider is None
        assert found.addresses.issuer == "https://tenant.test/"


def test_beyond_loopback_the_api_answers_under_the_name_of_the_base_url_too() -> None:
    settings = replace(SETTINGS, listen="0.0.0.0", base_url="http://lab.test:3000/")
    with listening(settings) as found:
        assert found.addresses.base_url == "http://lab.test:3000"
        assert found.addresses.hosts == LOOPBACK_NAMES | {"lab.test", "0.0.0.0"}
        assert found.addresses.issuer.startswith("http://lab.test:")


def test_a_taken_provider_port_leaves_the_app_s_free() -> None:
    with bind(0) as taken, bind(0) as probe:
        port = port_of(probe)
        probe.close()
        settings = replace(SETTINGS, port=port, provider_port=port_of(taken))
        with pytest.raises(InputError, match="--provider-port 0"):
            listen(settings)
        bind(port).close()
