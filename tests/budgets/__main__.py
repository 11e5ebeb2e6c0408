"""`python -m tests.budgets [FOLDER…]`: the numbers of the budgets, beside three kept libraries.

With folders: each place in them that is over a budget, one a line.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.budgets.counting import measure, sources
from tests.budgets.table import HEAD, row, table


def main(folders: Sequence[str]) -> None:
    """Print the table, or what is over a budget in some folders."""
    if not folders:
        print(table())
        return
    paths = sources(Path(folder) for folder in folders)
    for finding in measure(paths).findings:
        print(finding)
    print(HEAD)
    print(row(", ".join(folders), paths))


if __name__ == "__main__":
    main(sys.argv[1:])
