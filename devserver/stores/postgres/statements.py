"""What is asked of one table, as SQL."""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.stores.postgres.table import SessionTable

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS {table} (id TEXT PRIMARY KEY, data JSONB NOT NULL,"
    " expires_at TIMESTAMP NOT NULL)",
    "CREATE INDEX IF NOT EXISTS {index}_expires_at ON {table} (expires_at)",
)
COLUMNS = (
    "SELECT attname, format_type(atttypid, NULL) AS kind FROM pg_attribute"
    " WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped"
)
# $1 id, $2 now, $3 now + inactivity, $4 absolute in seconds: the rule of `roll_end`. LEAST and
# GREATEST keep a createdAt of any size within what a timestamp can be; a session that is kept
# whole as a text shows none, and is left as it is.
TOUCH = """
UPDATE {table} SET expires_at = CASE
  WHEN data ? '__json__' THEN expires_at
  WHEN jsonb_typeof(data->'internal'->'createdAt') = 'number' THEN
    GREATEST($2, LEAST($3, {kind} '1970-01-01 00:00:00+00' + make_interval(secs => $4 +
      GREATEST(-1e11, LEAST(1e11, (data->'internal'->>'createdAt')::numeric))::float8)))
  ELSE $2 END
WHERE id=$1 AND expires_at > $2 RETURNING data, expires_at, data ? '__json__'
"""
EXPIRED = "expires_at <= $1"
ENDLESS = "expires_at >= $1"


def create_table(table: str) -> list[str]:
    """Return the statements that make a table and its index."""
    index = table.rpartition(".")[2]
    return [line.format(table=table, index=index) for line in SCHEMA]


@dataclass(frozen=True, slots=True)
class PostgresStatements:
    """Statements on one table; its name was checked."""

    table: SessionTable

    @property
    def read(self) -> str:
        """One live row, by (id, now)."""
        return f"SELECT data, expires_at FROM {self.table.name} WHERE id=$1 AND expires_at > $2"

    @property
    def write(self) -> str:
        """Write (id, data, end), over what was there."""
        return (
            f"INSERT INTO {self.table.name} (id, data, expires_at) VALUES ($1,$2,$3)"
            " ON CONFLICT (id) DO UPDATE SET data=EXCLUDED.data, expires_at=EXCLUDED.expires_at"
        )

    @property
    def update(self) -> str:
        """Write (id, data, end, now) over a live row."""
        return (
            f"UPDATE {self.table.name} SET data=$2, expires_at=$3 WHERE id=$1 AND expires_at > $4"
        )

    @property
    def touch(self) -> str:
        """Roll a live row of JSONB."""
        return TOUCH.format(table=self.table.name, kind=self.table.expires_at)

    @property
    def move_end(self) -> str:
        """Write (id, end, now) over a live row."""
        return f"UPDATE {self.table.name} SET expires_at=$2 WHERE id=$1 AND expires_at > $3"

    @property
    def delete(self) -> str:
        """Delete one row, by id."""
        return f"DELETE FROM {self.table.name} WHERE id=$1"

    @property
    def find_named(self) -> str:
        """Rows that a logout token may mean, by (sid, sub)."""
        return (
            f"SELECT id, data FROM {self.table.name} WHERE {self._json}->'internal'->>'sid' = $1"
            f" OR {self._json}->'user'->>'sub' = $2 OR {self._json} ? '__json__'"
        )

    @property
    def find_user(self) -> str:
        """Rows of one user, by sub."""
        return (
            f"SELECT id, data, expires_at FROM {self.table.name}"
            f" WHERE {self._json}->'user'->>'sub' = $1 ORDER BY id"
        )

    @property
    def page(self) -> str:
        """Rows after (id), as many as (limit)."""
        return (
            f"SELECT id, data, expires_at FROM {self.table.name} WHERE id > $1 ORDER BY id LIMIT $2"
        )

    @property
    def count(self) -> str:
        """How many rows there are."""
        return f"SELECT count(*) FROM {self.table.name}"

    @property
    def sign(self) -> str:
        """What any write moves: how many there are, and the outermost ends."""
        return f"SELECT count(*), max(expires_at), min(expires_at) FROM {self.table.name}"

    @property
    def drop(self) -> str:
        """Remove the table itself."""
        return f"DROP TABLE {self.table.name}"

    def count_where(self, rule: str) -> str:
        """How many rows are of a rule."""
        return f"{self.count} WHERE {rule}"

    def delete_where(self, rule: str) -> str:
        """Delete the rows of a rule."""
        return f"DELETE FROM {self.table.name} WHERE {rule}"

    @property
    def _json(self) -> str:
        if self.table.is_jsonb:
            return "data"
        return "data::jsonb"
