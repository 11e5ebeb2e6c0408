"""Which of an app's last lines says why it crashed: that of the error, not what npm adds below.

Error: Cannot find module 'express'       this one
    at Module._load (node:internal…)
Node.js v22.1.0
npm notice New version of npm available!  the last one
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ADDED = re.compile(
    r"\s*(?:npm (?:notice|warn|WARN|ERR!|error|verb|info)\b|Node\.js v\d|node:internal/|\[nodemon\]"
    r"|info Visit https://yarnpkg|error Command failed|ELIFECYCLE\b|ERR_PNPM|WARN\b"
    r"|exit status \d|error: script \S+ (?:exited|was terminated)|make: \*\*\*|Progress: \d"
    r"|During handling of the above|The above exception was|note: run with `RUST_BACKTRACE)"
)
"""What package managers and runtimes write below an error."""
TRACE = re.compile(r"\s+(?:at |File \"|\.{3} )|\s*(?:goroutine \d|\^+\s*$|[{}\])]+[,;]?\s*$)")
"""A line of a stack trace, or of a printed object."""
EXCEPTION = re.compile(
    r"(?:Uncaught:? |Unhandled exception[.:]? |\[?\w+\]? Uncaught |PHP )?"
    r"(?:[A-Za-z_][\w.$:/\\]*?)?(?:Error|Exception|Exit|Interrupt|ImproperlyConfigured)"
    r"(?: \[\w+\])?(?::|$)"
    r"|panic: |fatal error: |thread '[^']*'.* panicked at|Exception in thread "
    r"|(?:PHP )?(?:Fatal|Parse) error:|\S+:\d+:in .*\(\w[\w:]*\)$|Unhandled exception\."
)
"""As an interpreter or a runtime writes an error that nobody has caught, at a line's begin."""
COMPILER = re.compile(r"\berror TS\d+:|^error\[E\d+\]:|^\S+:\d+:\d+: (?:fatal )?error:")
"""As compilers write one; the first is often the cause of the others."""
PYTHON_TRACE = "Traceback (most recent call last):"


def find_crash_reason(lines: Sequence[str]) -> str:
    """Return the line that says why an app crashed, empty where it has written none."""
    written = [line.rstrip() for line in lines if line.strip()]
    found = _find_python_error(written) or _find_last(EXCEPTION, written)
    if found:
        return found
    for line in written:
        if COMPILER.search(line):
            return line
    telling = [line for line in written if not ADDED.match(line) and not TRACE.match(line)]
    return next(reversed(telling or written), "")


def _find_python_error(lines: Sequence[str]) -> str:
    """Return what stands below the last traceback: whatever its class is called."""
    traces = [number for number, line in enumerate(lines) if line.endswith(PYTHON_TRACE)]
    if not traces:
        return ""
    prefix = lines[traces[-1]].removesuffix(PYTHON_TRACE)  # of a container, or a logger's word
    for line in lines[traces[-1] + 1 :]:
        text = line.removeprefix(prefix)
        if not text.startswith((" ", "|")):
            return text
    return ""


def _find_last(pattern: re.Pattern[str], lines: Sequence[str]) -> str:
    found = (line for line in reversed(lines) if pattern.match(line) and not ADDED.match(line))
    return next(found, "")
