"""Loopback unless asked; what cannot be listened on is one line with a fix."""

from __future__ import annotations

import socket

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.listening import (
    bind,
    check_address,
    check_reachable,
    exposure,
    in_url,
    port_of,
    provider_name,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        ("[::1]", "::1"),
        ("0.0.0.0", "0.0.0.0"),
        ("192.0.2.7", "192.0.2.7"),
    ],
)
def test_an_address_is_an_ip_address(text: str, address: str) -> None:
    assert check_address(text) == address


@pytest.mark.parametrize("text", ["example.com", "127.1", "0.0.0.0:80", "::g"])
def test_a_name_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="it must be an IP address of this machine"):
        check_address(text)


def test_only_what_others_can_reach_is_warned_of() -> None:
    assert exposure("127.0.0.1") == exposure("::1") == ""
    assert exposure("0.0.0.0").startswith("listening on 0.0.0.0: other machines can reach it")


def test_a_free_port_is_taken_without_delay_of_small_packets() -> None:
    listener = bind(0)
    with listener:
        assert port_of(listener) > 0
        assert listener.proto == socket.IPPROTO_TCP
        assert not listener.getblocking()


def test_a_taken_port_is_one_line_that_names_the_flag() -> None:
    with bind(0) as listener:
        taken = port_of(listener)
        with pytest.raises(InputError) as error:
            bind(taken, "--provider-port")
    assert error.value.message == (
        f"port {taken} is taken; choose another one. Fix: --provider-port 0"
    )


def test_another_machine_s_address_is_refused() -> None:
    with pytest.raises(InputError, match="is no address of this machine"):
        bind(0, address="192.0.2.7")


def test_every_address_needs_a_name_for_browsers() -> None:
    check_reachable("0.0.0.0", "http://lab.test:3000")
    check_reachable("127.0.0.1", "")
    with pytest.raises(InputError, match="add --base-url"):
        check_reachable("0.0.0.0", "")


@pytest.mark.parametrize(
    ("address", "base_url", "name"),
    [
        ("127.0.0.1", "http://127.0.0.1:3000", "localhost"),
        ("::1", "http://[::1]:3000", "[::1]"),
        ("192.0.2.7", "http://lab.test:3000", "lab.test"),
        ("192.0.2.7", "", "192.0.2.7"),
    ],
)
def test_on_loopback_the_provider_has_another_host_than_the_app(
    address: str, base_url: str, name: str
) -> None:
    assert provider_name(address, base_url) == name


def test_ipv6_stands_in_brackets() -> None:
    assert (in_url("::1"), in_url("127.0.0.1")) == ("[::1]", "127.0.0.1")


def test_a_port_that_no_browser_opens_is_refused_with_another_one() -> None:
    with pytest.raises(InputError, match=r"no browser opens\. Fix: --port 6100"):
        bind(6000)
