"""A JSON tree as fields: values as they are, claims of tokens."""

from __future__ import annotations

from session_inspector.devserver.core.values import Secret, ShownObject
from session_inspector.inspector.model.trees import claims_of, tree_fields
from tests.inspector.sample import JWT, NOW


def test_values_are_shown_as_they_are() -> None:
    shown: ShownObject = {"yes": True, "no": False, "none": None, "n": 1.5, "far": 10**400}
    fields = {field.label: field.value for field in tree_fields("x", shown, 0, NOW)}
    assert [fields[name] for name in shown] == [
        "true",
        "false",
        "null",
        "1.5",
        "too large a number",
    ]


def test_what_is_no_jwt_has_no_claims() -> None:
    for text in ("", "a.b", "a.b.c", "a.e30", "a.WzFd.c", "a.é.c", JWT + ".more"):
        assert claims_of(Secret.of(text)) == {}
    assert claims_of(Secret(5, "digest")) == {}


def test_true_and_false_are_no_numbers() -> None:
    fields = {
        field.label: field
        for field in tree_fields("member", {"verified": True, "locked": False}, 0, NOW)
    }
    assert (fields["verified"].value, fields["locked"].value) == ("true", "false")


def test_a_link_with_a_secret_is_shown_without_it_and_can_be_revealed() -> None:
    link = Secret.of("/cb?code=V4lue", masked="/cb?code=•••")
    found = tree_fields("returnTo", link, 0, NOW)
    assert [(field.value, field.secret) for field in found] == [("/cb?code=•••", link)]
