"""`python -m session_inspector`: the same as the command."""

from session_inspector.inspector.entry import main

main()
