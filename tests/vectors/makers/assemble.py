"""Makes the golden cases of `tests/vectors/families` from what the makers beside this print.

    python -m tests.vectors.makers.assemble FOLDER

FOLDER has go.jsonl, jvm.jsonl, options.jsonl, php.jsonl, py.jsonl, rows.jsonl, ruby.jsonl,
versions.jsonl and beam.tsv: each maker's own comment says how it is run. `source_made.py` adds what
is made from documented algorithms.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from session_inspector.devserver.core.values import Json, JsonObject
from tests.vectors.makers import made_go, made_jvm, made_options, made_php, made_python, made_ruby
from tests.vectors.makers.source_made import source_made

FAMILIES = Path(__file__).parents[1] / "families"
Make = Callable[[JsonObject], Iterator[JsonObject]]
MAKERS: dict[str, tuple[str, Make]] = {
    "go.jsonl": ("go", made_go.to_cases),
    "jvm.jsonl": ("jvm", made_jvm.to_cases),
    "php.jsonl": ("php", made_php.to_cases),
    "py.jsonl": ("python", made_python.to_cases),
    "rows.jsonl": ("python-rows", made_python.to_cases),
    "versions.jsonl": ("python-versions", made_python.to_cases),
    "options.jsonl": ("python-options", made_options.to_cases),
    "ruby.jsonl": ("ruby", made_ruby.to_cases),
    "beam.tsv": ("beam", made_ruby.to_plug_cases),
}


def read_lines(path: Path) -> Iterator[JsonObject]:
    """Yield what a maker printed."""
    for line in path.read_text().splitlines():
        if path.suffix == ".tsv":
            yield {"fields": [*line.split("\t")]}
        elif "{" in line:
            yield json.loads(line[line.index("{") :])  # before it: colours of Maven


def on_the_wire(case: JsonObject) -> JsonObject:
    """Return a case with its cookies as a browser sends them."""
    cookies = case["cookies"]
    assert isinstance(cookies, dict)
    sent: JsonObject = {name: quote(str(value), safe=SAFE) for name, value in cookies.items()}
    return {"set": "public", "outcome": "ok", **case, "cookies": sent}


SAFE = "!#$&'()*+/:=?@[]~.-_|\"<>{}^`,"


def write(name: str, cases: list[Json]) -> None:
    """Write the cases of one ecosystem, one a line."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (FAMILIES / f"{name}.json").write_text(f"[\n{lines}\n]\n")


def main(folder: Path) -> None:
    """Assemble all files."""
    for file, (name, make) in MAKERS.items():
        if (folder / file).is_file():
            write(
                name,
                [on_the_wire(case) for line in read_lines(folder / file) for case in make(line)],
            )
    write("source-made", [on_the_wire(case) for case in source_made()])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
