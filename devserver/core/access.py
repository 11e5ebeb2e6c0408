"""The token that opens the control API: made for each run, handed over in a file of mode 0600.

    serve, the app   new_token() ─> keep_token()   token-PORT in the runtime folder
    attach, scripts  find_token(URL): SESSION_INSPECTOR_TOKEN, else that file

Other users of the machine can reach a loopback port, but not read the file. Through SSH a
colleague forwards the port and reads the same file.
"""

from __future__ import annotations

import errno
import hmac
import os
import re
import secrets
import socket
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from session_inspector.devserver.core.configuration.file import state_folder
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.private_file import write_whole

VARIABLE = "SESSION_INSPECTOR_TOKEN"
HOW_TO_GET = (
    f"Fix: {VARIABLE}=$(cat FILE), the file token-PORT of whoever started it; serve and attach"
    " name it on stderr (the same user finds it unasked)"
)
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_PORT = re.compile("[0-9]{1,5}")
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]{16,512}=*")  # RFC 6750 §2.1, long enough to guess at


def new_token(env: Mapping[str, str]) -> str:
    """Return the token of the environment, else a random one.

    Raises: InputError for one that is too short or cannot stand in a header.
    """
    given = env.get(VARIABLE, "")
    if given and not _TOKEN.fullmatch(given):
        raise InputError(
            f"{VARIABLE} has {len(given)} characters; it must have 16 to 512 letters, digits or"
            f" -._~+/. Fix: {VARIABLE}=$(openssl rand -hex 32)"
        )
    return given or secrets.token_urlsafe(32)


def is_token(sent: str, token: str) -> bool:
    """Compare in constant time; an empty token opens nothing."""
    return bool(token) and hmac.compare_digest(sent.encode("utf-8", "replace"), token.encode())


def token_path(env: Mapping[str, str], port: int) -> Path:
    """Return where the token of a lab on this port is kept."""
    runtime = env.get("XDG_RUNTIME_DIR", "")
    folder = state_folder(env)
    if runtime and Path(runtime).is_dir():
        folder = Path(runtime) / "session-inspector"
    return folder / f"token-{port}"


def keep_token(env: Mapping[str, str], port: int, token: str) -> Path:
    """Write a token for the other processes of this user; returns where.

    The file is made anew (O_EXCL, 0600), so that nobody's link or open handle receives it. Those of
    processes that were killed are swept. Raises: InputError when it cannot be written.
    """
    path = token_path(env, port)
    try:
        write_whole(path, f"{token}\n".encode("ascii"))
        _sweep(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror}); the token of the control API is kept"
            f" there. Fix: set {VARIABLE}, or XDG_RUNTIME_DIR to a folder of yours"
        ) from error
    return path


def _sweep(own: Path) -> None:
    """Delete the tokens of ports on which nobody listens any more."""
    for path in own.parent.glob("token-*"):
        port = path.name.removeprefix("token-")
        if path != own and _PORT.fullmatch(port) and _is_free(int(port)):
            path.unlink(missing_ok=True)


def _is_free(port: int) -> bool:
    """Check whether nobody listens on a port, at any address; in doubt somebody does."""
    for family, address in ((socket.AF_INET, ""), (socket.AF_INET6, "::")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                if sys.platform == "linux":  # where it still refuses a port that is listened on
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if error.errno not in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
                return False
        except OverflowError:
            return True  # no port at all
    return True


def find_token(env: Mapping[str, str], url: str) -> str:
    """Return the token for a lab's URL, empty when none is known.

    A file is believed only for loopback, and only when nobody else could have written it.
    """
    if env.get(VARIABLE):
        return env[VARIABLE]
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if port is None or parts.hostname not in LOOPBACK_NAMES:
        return ""
    path = token_path(env, port)
    try:
        with path.open(encoding="ascii") as file:
            if _is_mine(os.fstat(file.fileno())):
                return file.read(1024).strip()
    except (OSError, UnicodeDecodeError):
        return ""  # none there, or no text: the server's answer shows how to get one
    return ""


def _is_mine(found: os.stat_result) -> bool:
    return os.name != "posix" or (
        found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o077
    )
