"""Choose between the terminal app and a headless command."""


def main() -> None:
    """Run the command line."""
    raise SystemExit(2)
