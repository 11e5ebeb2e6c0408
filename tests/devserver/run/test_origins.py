"""Other origins: named by a flag, kept on a port of their own, and led through by variables."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.run.origins import (
    origin_variables,
    place_origins,
    read_origins,
)


def test_a_flag_is_a_name_and_a_url() -> None:
    routes = read_origins(["api=http://localhost:4000", "bff=https://bff.test"])
    (api, bff) = place_origins(routes, {"api": 4101, "bff": 4102})
    assert api.describe() == "api http://localhost:4101 → http://localhost:4000"
    assert (bff.name, bff.route.port) == ("bff", 443)


@pytest.mark.parametrize(
    "words",
    [
        *(["http://localhost:4000"], ["api"], ["=http://x"], ["API=http://x"]),
        *(["api=ftp://x"], ["api=http://x/path"], ["api=http://a", "api=http://b"]),
    ],
)
def test_what_names_no_origin_is_refused(words: list[str]) -> None:
    with pytest.raises(InputError, match="Fix: "):
        read_origins(words)


def test_variables_that_name_it_lead_through_the_proxy() -> None:
    origins = place_origins(read_origins(["my-api=http://localhost:4000"]), {"my-api": 4101})
    found = origin_variables(
        {
            "VITE_API": "http://localhost:4000/v1",
            "OTHER_NAME": "http://127.0.0.1:4000",
            "LONGER_PORT": "http://localhost:40001/",
            "SECURE": "https://localhost:4000",
        },
        origins,
    )
    assert found == {
        "MY_API_URL": "http://localhost:4101",
        "VITE_API": "http://localhost:4101/v1",
        "OTHER_NAME": "http://localhost:4101",
    }
