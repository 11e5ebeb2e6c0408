"""Organisations: an app asks for one, its members sign in for it, the tokens name it.

Claims and errors are spelled as Auth0 spells them: `organization`, `org_id`, `org_name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from session_inspector.devserver.core.errors import OAuthError

PREFIX = "org_"
NAME = re.compile("[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """One organisation."""

    id: str
    """Begins with org_."""
    name: str
    members: tuple[str, ...] = ()
    """Subjects; none: everybody."""

    def has_member(self, sub: str) -> bool:
        """Return whether a user belongs to it."""
        return not self.members or sub in self.members


class Organizations:
    """Those of the settings; where none is configured, any name is one."""

    def __init__(self, known: Iterable[Organization]) -> None:
        self._known = tuple(known)

    def find(self, asked: str) -> Organization | None:
        """Return the organisation that a request names, by id or name; None when it names none.

        Raises: OAuthError for one that is not known.
        """
        if not asked:
            return None
        for organization in self._known:
            if asked in (organization.id, organization.name):
                return organization
        if self._known or not NAME.fullmatch(asked):
            raise OAuthError("parameter organization names no organization of this provider")
        return make_organization(asked)


def make_organization(asked: str) -> Organization:
    """Return an organisation of that id or name."""
    name = asked.removeprefix(PREFIX)
    return Organization(id=f"{PREFIX}{name}", name=name)


def check_membership(organization: Organization | None, sub: str) -> None:
    """Check that a user may sign in for an organisation. Raises: OAuthError (access_denied)."""
    if organization is not None and not organization.has_member(sub):
        raise OAuthError(
            f"user {sub} is not part of the {organization.id} organization", code="access_denied"
        )
