"""Flags that are no good are one line, whichever of them comes alone."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.attach.command import attach_settings

APP = "http://localhost:3000"
STORE = ["--store", "redis://localhost"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([APP, "--layout", "foo"], "--layout is 'foo'; it must be one of nextjs-auth0, connect-r"),
        ([APP, "--layout", "django"], "none is named. Fix: --store URL"),
        ([APP, "--write"], "--write changes the app's store"),
        ([*STORE, "--write", "--read-only"], "exclude each other"),
        ([*STORE, "--cookie", "sid"], "no app is named"),
        *(
            ([APP, "--cookie", name], "it must be the name of one cookie")
            for name in ("", "a b", "a;b", "a=b", "a,b", "a\n", "a\u2028", " ")
        ),
        *(
            ([APP, "--allow-host", name], "it must be a host name")
            for name in ("", "a b", "app.test:3000", "*.test", "http://app.test", "a/b", ".", "é")
        ),
    ],
)
def test_bad_flags_are_one_line(arguments: list[str], said: str) -> None:
    with pytest.raises(InputError) as refused:
        attach_settings(parse(["attach", *arguments]))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["sid", "__Host-sid", "connect.sid", "sitzung-ü", "a|b", "k[0]"])
def test_a_cookie_s_name_may_be_what_browsers_send(name: str) -> None:
    assert attach_settings(parse(["attach", APP, "--cookie", name])).cookies == [name]


@pytest.mark.parametrize(
    "name", ["app.test", "APP", "my_app.local", "::1", "[fe80::1]", "10.0.0.1"]
)
def test_a_host_is_a_name_or_an_address(name: str) -> None:
    route = attach_settings(parse(["attach", APP, "--allow-host", name])).route
    assert route is not None
    assert name.lower().strip("[]") in route.allowed


def test_a_page_without_a_scheme_is_of_http() -> None:
    words = ["browser", "localhost:3000", "--browser", "9222", "--origin", "localhost:4000"]
    wish = attach_settings(parse(words)).browser
    assert wish is not None
    assert (wish.url, wish.origins) == (APP, ("http://localhost:4000",))
