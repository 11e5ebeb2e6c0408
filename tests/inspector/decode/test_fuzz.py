"""Whatever is pasted: one clear line, or a report; never another error."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.inspector.decode.captures import READERS
from session_inspector.inspector.decode.panel import report_fields, wrap_fields
from session_inspector.inspector.decode.paste import read_paste
from session_inspector.inspector.decode.report import Question, examine
from session_inspector.inspector.decode.secrets import FoundSecret

DECODERS = load_decoders()
QUESTION = Question(decoders=DECODERS, secrets=[FoundSecret("s" * 32, "--secret")])
WORDS = st.sampled_from(
    [
        "curl ",
        "-H",
        "'Cookie: ",
        "Set-Cookie: ",
        "__session=",
        "eyJ",
        ".",
        "..",
        ";",
        "=",
        "\n",
        "\t",
        "fetch(",
        '{"log":',
        '{"cookies":[',
        "Path=/",
        "Max-Age=-1",
        "Fe26.2*",
        "s:",
        "%",
        "^",
        "wget ",
        'System.Net.Cookie("',
        "$'\\\\u",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                [
                    "log",
                    "entries",
                    "request",
                    "response",
                    "headers",
                    "name",
                    "value",
                    "cookies",
                    "url",
                    "expires",
                    "domain",
                    "startedDateTime",
                ]
            ),
            inner,
        )
    ),
)


def survives(text: str) -> None:
    try:
        sites = read_paste(text, READERS)
    except InputError as error:
        assert len(error.message.splitlines()) == 1  # noqa: PT017  # either is right
        return
    for site in sites:
        fields = report_fields(examine(site, QUESTION, 1.8e9), 1.8e9)
        assert all(row.value.isprintable() for row in wrap_fields(fields, 60))


@given(st.lists(WORDS | st.text(max_size=30)).map("".join))
@settings(deadline=None)
def test_any_text(text: str) -> None:
    survives(text)


@given(JSON)
@settings(deadline=None)
def test_any_json(value: object) -> None:
    survives(json.dumps(value))
