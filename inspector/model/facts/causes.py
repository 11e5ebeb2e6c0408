"""What an event's cause says: the number of a request (`x7`), or of a person's command (`c7`)."""

from __future__ import annotations

import re

_COMMAND = re.compile("c[0-9]+")


SCENARIO = "scenario "
"""Stands before the name of what was played, in the place of a command's name."""


def is_command(cause: str) -> bool:
    """Check for the number of a command, which a person has given."""
    return _COMMAND.fullmatch(cause) is not None
