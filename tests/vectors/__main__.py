"""`python -m tests.vectors FILE`: runs the golden cases of a file."""

import logging
import sys
from pathlib import Path

from tests.vectors.run import run_file

if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
    sys.stderr.write("usage: python -m tests.vectors FILE   (a JSON file of golden cases)\n")
    raise SystemExit(2)
logging.getLogger("session_inspector").setLevel(logging.CRITICAL)  # failures are what cases are of
raise SystemExit(run_file(Path(sys.argv[1])))
