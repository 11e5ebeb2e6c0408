"""Where an app is told to live, as far as its environment says: APP_BASE_URL, AUTH_URL, …"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from session_inspector.inspector.decode.secrets import env_files, read_env_file

NAMES = re.compile(
    r"(?!.*ISSUER)(.*_)?(BASE_URL|AUTH_URL|NEXTAUTH_URL|APP_URL|SITE_URL|PUBLIC_URL|ROOT_URL"
    r"|REDIRECT_URI|CALLBACK_URL)"
)
"""Of the app; ISSUER_BASE_URL is the provider's."""


def find_app_urls(env: Mapping[str, str], folder: Path | None) -> list[str]:
    """Return the URLs, those of the environment first, then those of the folder's .env files.

    Raises: InputError for a .env file that cannot be read.
    """
    found = _urls_among(env)
    for path in env_files(folder):
        found += _urls_among(read_env_file(path))
    return found


def _urls_among(values: Mapping[str, str]) -> list[str]:
    return [text for name, text in values.items() if text and NAMES.fullmatch(name)]
