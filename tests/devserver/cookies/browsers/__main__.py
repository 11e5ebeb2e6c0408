"""`python -m tests.devserver.cookies.browsers`: ask the real browsers, and keep what they do."""

from __future__ import annotations

from tests.devserver.cookies.browsers.record import main

main()
