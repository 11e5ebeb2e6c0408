"""Clients and organisations of the file and the flags; what is wrong is one line."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.configuration.registered import (
    RegisteredClient,
    RegisteredOrganization,
    read_clients,
    read_organizations,
)
from session_inspector.devserver.core.errors import InputError


def test_a_client_of_the_file_has_what_its_specifications_name() -> None:
    entry = {
        "client_id": "api",
        "client_secret": "s",
        "redirect_uris": ["http://localhost:1/cb", "myapp:/cb"],
        "web_origins": ["HTTP://Localhost:2/"],
        "frontchannel_logout_uri": "http://localhost:1/out",
        "require_pushed_authorization_requests": True,
        "dpop_bound_access_tokens": True,
    }
    assert read_clients([entry], [], ()) == (
        RegisteredClient(
            client_id="api",
            client_secret="s",
            redirect_uris=("http://localhost:1/cb", "myapp:/cb"),
            web_origins=("http://localhost:2",),
            frontchannel_logout_uri="http://localhost:1/out",
            require_pushed_authorization_requests=True,
            dpop_bound_access_tokens=True,
        ),
    )
    assert "secret='s'" not in repr(read_clients([entry], [], ()))


def test_a_client_of_the_flag_is_public_and_may_go_home_after_logout() -> None:
    (spa, tv) = read_clients(
        None, ["spa=http://localhost:5173/cb", "tv", "spa=http://localhost:1/cb"], ()
    )
    assert spa.redirect_uris == ("http://localhost:5173/cb", "http://localhost:1/cb")
    assert spa.post_logout_redirect_uris[:2] == ("http://localhost:5173", "http://localhost:5173/")
    assert tv == RegisteredClient(client_id="tv")


@pytest.mark.parametrize(
    ("found", "flag", "said"),
    [
        ({}, [], "write [[clients]]"),
        (["a"], [], "must be a table"),
        ([{}], [], "clients.client_id is None"),
        ([{"client_id": "a b"}], [], "clients.client_id is 'a b'"),
        ([{"client_id": "a", "secret": "x"}], [], "clients.secret is no setting"),
        ([{"client_id": "a", "client_secret": 5}], [], "must be a text"),
        ([{"client_id": "a", "redirect_uris": "x"}], [], "must be a list of texts"),
        ([{"client_id": "a", "redirect_uris": ["/cb"]}], [], "it must be a whole URL"),
        ([{"client_id": "a", "backchannel_logout_uri": "http://[x"}], [], "a whole URL"),
        ([{"client_id": "a", "web_origins": ["http://a/b"]}], [], "scheme, host and port"),
        ([{"client_id": "a", "web_origins": ["app://a"]}], [], "scheme, host and port"),
        ([{"client_id": "a", "dpop_bound_access_tokens": "yes"}], [], "true or false"),
        ([{"client_id": "lab"}], [], "is taken"),
        ([{"client_id": "a"}], ["a=http://x/"], "is taken"),
        (None, ["=http://x/"], "--client is ''"),
        (None, ["a=/cb"], "it must be a whole URL"),
    ],
)
def test_a_wrong_client_is_one_line(found: object, flag: list[str], said: str) -> None:
    with pytest.raises(InputError) as error:
        read_clients(found, flag, ("lab",))
    assert said in error.value.message
    assert "\n" not in error.value.message


def test_an_organisation_has_a_name_and_members_or_neither() -> None:
    entries = [{"id": "org_acme"}, {"id": "org_x", "name": "globex", "members": ["local|bob"]}]
    assert read_organizations(entries) == (
        RegisteredOrganization(id="org_acme", name="acme"),
        RegisteredOrganization(id="org_x", name="globex", members=("local|bob",)),
    )


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"id": "acme"}, "it must begin with org_"),
        ({"id": "org_a", "name": ""}, "organizations.name is ''"),
        ({"id": "org_a", "members": "bob"}, "organizations.members is 'bob'"),
        ({"id": "org_a", "display": "A"}, "organizations.display is no setting"),
    ],
)
def test_a_wrong_organisation_is_one_line(entry: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as error:
        read_organizations([entry])
    assert said in error.value.message
