"""What is asked of one table, as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

COLUMNS = ("id", "data", "expires_at")
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS {table} (id TEXT PRIMARY KEY, data TEXT NOT NULL,"
    " expires_at TIMESTAMP NOT NULL)",
    "CREATE INDEX IF NOT EXISTS {table}_expires_at ON {table} (expires_at)",
)
PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL")
DIRTY_READS = "PRAGMA read_uncommitted=1"
"""A shared cache locks whole tables, and waits for nobody: reads see what is there."""
EXPIRED = "expires_at <= ?"
ORPHANED = "expires_at IS NULL OR expires_at >= ? OR NOT json_valid(data)"


@dataclass(frozen=True, slots=True)
class SqliteStatements:
    """Statements on one table; its name was checked."""

    table: str

    @property
    def sample(self) -> str:
        """Any row."""
        return f"SELECT id, data, expires_at FROM {self.table} LIMIT 1"

    @property
    def read(self) -> str:
        """One row, by id."""
        return f"SELECT data, expires_at FROM {self.table} WHERE id=?"

    @property
    def write(self) -> str:
        """Write (id, data, end), over what was there."""
        return f"INSERT OR REPLACE INTO {self.table} (id, data, expires_at) VALUES (?,?,?)"

    @property
    def update(self) -> str:
        """Write (data, end, id, now) over a live row."""
        return (
            f"UPDATE {self.table} SET data=?, expires_at=?"
            " WHERE id=? AND (expires_at IS NULL OR expires_at > ?)"
        )

    @property
    def move_end(self) -> str:
        """Write (end, id)."""
        return f"UPDATE {self.table} SET expires_at=? WHERE id=?"

    @property
    def move(self) -> str:
        """Write (data, end, id)."""
        return f"UPDATE {self.table} SET data=?, expires_at=? WHERE id=?"

    def move_back(self, columns: Sequence[str]) -> str:
        """Write columns by id over those that have other values: (values, id, others)."""
        sets = ", ".join(f"{name}=?" for name in columns)
        others = " AND ".join(f"{name} IS ?" for name in columns)
        return f"UPDATE {self.table} SET {sets} WHERE id=? AND {others}"

    @property
    def take(self) -> str:
        """Delete one row, by id, and return all its columns."""
        return f"DELETE FROM {self.table} WHERE id=? RETURNING *"

    @property
    def take_ended(self) -> str:
        """Delete one row, by (id, now), if it has expired, and return all its columns."""
        return f"DELETE FROM {self.table} WHERE id=? AND {EXPIRED} RETURNING *"

    def put_back(self, names: Sequence[str]) -> str:
        """Insert a row of some columns, unless one of its id is there."""
        columns = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
        marks = ", ".join("?" * len(names))
        return f"INSERT OR IGNORE INTO {self.table} ({columns}) VALUES ({marks})"

    @property
    def delete(self) -> str:
        """Delete one row, by id."""
        return f"DELETE FROM {self.table} WHERE id=?"

    @property
    def find_named(self) -> str:
        """Rows that a logout token may mean, by (sid, sub)."""
        return (
            f"SELECT id, data FROM {self.table} WHERE json_valid(data) AND"
            " (json_extract(data,'$.internal.sid') = ? OR json_extract(data,'$.user.sub') = ?)"
        )

    @property
    def find_user(self) -> str:
        """Rows of one user, by sub."""
        return (
            f"SELECT id, data, expires_at FROM {self.table}"
            " WHERE json_valid(data) AND json_extract(data,'$.user.sub') = ? ORDER BY id"
        )

    @property
    def first_page(self) -> str:
        """The first rows, as many as (limit); a number as an id comes before each text."""
        return f"SELECT id, data, expires_at FROM {self.table} ORDER BY id LIMIT ?"

    @property
    def page(self) -> str:
        """Rows after (id), as many as (limit)."""
        return f"SELECT id, data, expires_at FROM {self.table} WHERE id > ? ORDER BY id LIMIT ?"

    def count_where(self, rule: str) -> str:
        """How many rows are of a rule."""
        return f"SELECT count(*) FROM {self.table} WHERE {rule}"

    def delete_some(self, rule: str) -> str:
        """Delete rows of a rule, by (its value, how many, its value); a row may have no id."""
        some = f"SELECT id FROM {self.table} WHERE {rule} LIMIT ?"
        return f"DELETE FROM {self.table} WHERE (id IN ({some}) OR id IS NULL) AND ({rule})"
