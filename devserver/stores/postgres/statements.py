"""What is asked of one table, as SQL.

A moment is `timestamptz` in every statement, and an end is compared with it as the app's own
`expires_at > NOW()` compares: where the column has no time zone, the server reads it in the zone of
the connection.
"""

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
TIME_ZONE = "SELECT current_setting('TimeZone')"
SNAPSHOT = "SELECT txid_current_snapshot()::text"
"""Moves whenever any transaction that wrote begins or ends; asking costs nothing."""
END = "extract(epoch FROM expires_at::timestamptz)::float8"
"""The end in seconds: infinity, and years that Python has not, are numbers too."""
# $1 id, $2 now, $3 now + inactivity, $4 absolute in seconds: the rule of `roll_end`. LEAST and
# GREATEST keep a createdAt of any size within what a timestamp can be; a session that is kept
# whole as a text shows none, and is left as it is.
TOUCH = """
UPDATE {table} SET expires_at = CASE
  WHEN data ? '__json__' THEN expires_at::timestamptz
  WHEN jsonb_typeof(data->'internal'->'createdAt') = 'number' THEN
    GREATEST($2::timestamptz, LEAST($3::timestamptz,
      timestamptz '1970-01-01 00:00:00+00' + make_interval(secs => $4 +
      GREATEST(-1e11, LEAST(1e11, (data->'internal'->>'createdAt')::numeric))::float8)))
  ELSE $2 END
WHERE {id}=$1 AND expires_at > $2::timestamptz RETURNING data, {end}, data ? '__json__'
"""
EXPIRED = "expires_at <= $1::timestamptz"
ENDLESS = "expires_at >= $1::timestamptz OR expires_at IS NULL"
"""Rows that nothing cleans up: an empty end is neither over nor to come."""


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
        return f"SELECT data, {END} FROM {self.table.name} WHERE {self._is_live(2)}"

    @property
    def write(self) -> str:
        """Write (id, data, end), over what was there."""
        return (
            f"INSERT INTO {self.table.name} (id, data, expires_at) VALUES ($1,$2,$3::timestamptz)"
            " ON CONFLICT (id) DO UPDATE SET data=EXCLUDED.data, expires_at=EXCLUDED.expires_at"
        )

    @property
    def update(self) -> str:
        """Write (id, data, end, now) over a live row."""
        return (
            f"UPDATE {self.table.name} SET data=$2, expires_at=$3::timestamptz"
            f" WHERE {self._is_live(4)}"
        )

    @property
    def touch(self) -> str:
        """Roll a live row of JSONB."""
        return TOUCH.format(table=self.table.name, id=self.table.key_column, end=END)

    @property
    def move_end(self) -> str:
        """Write (id, end, now) over a live row."""
        return f"UPDATE {self.table.name} SET expires_at=$2::timestamptz WHERE {self._is_live(3)}"

    @property
    def delete(self) -> str:
        """Delete one row, by id."""
        return f"DELETE FROM {self.table.name} WHERE {self._key}=$1"

    @property
    def find_named(self) -> str:
        """Rows of JSONB that a logout token may mean, by (sid, sub)."""
        return (
            f"SELECT id, data, {END} FROM {self.table.name} WHERE data->'internal'->>'sid' = $1"
            " OR data->'user'->>'sub' = $2 OR data ? '__json__'"
        )

    @property
    def find_user(self) -> str:
        """Rows of JSONB of one user, by sub."""
        return (
            f"SELECT id, data, {END} FROM {self.table.name}"
            " WHERE data->'user'->>'sub' = $1 OR data ? '__json__' ORDER BY id"
        )

    @property
    def page(self) -> str:
        """Rows after (id), as many as (limit)."""
        return (
            f"SELECT id, data, {END} FROM {self.table.name} WHERE {self._key} > $1"
            f" ORDER BY {self._key} LIMIT $2"
        )

    @property
    def count(self) -> str:
        """How many rows there are."""
        return f"SELECT count(*) FROM {self.table.name}"

    @property
    def sign(self) -> str:
        """What any write to the table moves: each row, and the transaction that wrote it."""
        return (
            "SELECT count(*), coalesce(sum(hashtext(concat(id, ' ', xmin))::bigint), 0)"
            f" FROM {self.table.name}"
        )

    @property
    def drop(self) -> str:
        """Remove the table itself."""
        return f"DROP TABLE {self.table.name}"

    def count_where(self, rule: str) -> str:
        """How many rows are of a rule."""
        return f"{self.count} WHERE {rule}"

    def delete_some(self, rule: str) -> str:
        """Delete rows of a rule, by (its value, how many), each if it still is."""
        some = f"SELECT id FROM {self.table.name} WHERE {rule} LIMIT $2"
        return f"DELETE FROM {self.table.name} WHERE id IN ({some}) AND ({rule})"

    def _is_live(self, number: int) -> str:
        return is_live(self.table, number)

    @property
    def _key(self) -> str:
        return self.table.key_column


def is_live(table: SessionTable, number: int) -> str:
    """Return the condition of a row, $1, that is live at a parameter."""
    return f"{table.key_column}=$1 AND expires_at > ${number}::timestamptz"
