"""Sessions whose attributes are rows of another table: Spring Session's tables in SQLite.

The real Spring Session on PostgreSQL: `tests/apps/test_stored_rows.py`.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from session_inspector.devserver.attach.rows.attributes import change_members, join_rows
from session_inspector.devserver.attach.stored_rows import SPRING_SESSION
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint
from tests.contracts.raw_rows import KEY, NOW, OTHER, App, shelf_of
from tests.contracts.undone_rows import UndoneRowsContract

IDLE = 1800
PRINCIPAL = "org.springframework.session.FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME"
ATTRIBUTES = SPRING_SESSION.places.tables[0].attributes
TABLES = """
CREATE TABLE SPRING_SESSION (
  PRIMARY_ID CHARACTER(36) NOT NULL PRIMARY KEY, SESSION_ID CHARACTER(36) NOT NULL UNIQUE,
  CREATION_TIME INTEGER NOT NULL, LAST_ACCESS_TIME INTEGER NOT NULL,
  MAX_INACTIVE_INTERVAL INTEGER NOT NULL, EXPIRY_TIME INTEGER NOT NULL, PRINCIPAL_NAME VARCHAR(100)
);
CREATE TABLE SPRING_SESSION_ATTRIBUTES (
  SESSION_PRIMARY_ID CHAR(36) NOT NULL, ATTRIBUTE_NAME VARCHAR(200) NOT NULL,
  ATTRIBUTE_BYTES BLOB NOT NULL, PRIMARY KEY (SESSION_PRIMARY_ID, ATTRIBUTE_NAME),
  FOREIGN KEY (SESSION_PRIMARY_ID) REFERENCES SPRING_SESSION(PRIMARY_ID) ON DELETE CASCADE
);
"""


class SpringFile:
    """What JdbcIndexedSessionRepository keeps."""

    layout = "spring-session"

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite://{path}"
        self.db = sqlite3.connect(path, isolation_level=None, timeout=5)
        self.db.executescript(TABLES)

    async def put(self, key: str, ends: float) -> None:
        await self.delete(key)
        touched = int((ends - IDLE) * 1000)
        row = (f"row of {key}", key, 1, touched, IDLE, int(ends * 1000), "zoë")
        self.db.execute("INSERT INTO SPRING_SESSION VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        for name, value in ((PRINCIPAL, "zoë".encode()), ("bytes", bytes(range(256)))):
            attribute = (f"row of {key}", name, value)
            self.db.execute("INSERT INTO SPRING_SESSION_ATTRIBUTES VALUES (?, ?, ?)", attribute)

    async def stored(self, key: str) -> object:
        rows = self.db.execute("SELECT * FROM SPRING_SESSION WHERE SESSION_ID = ?", (key,))
        attributes = self.db.execute(
            "SELECT * FROM SPRING_SESSION_ATTRIBUTES WHERE SESSION_PRIMARY_ID = ? ORDER BY 2",
            (f"row of {key}",),
        )
        return [*rows, *attributes] or None

    async def ends(self, key: str) -> float | None:
        statement = (
            "SELECT EXPIRY_TIME / 1000, LAST_ACCESS_TIME / 1000 + MAX_INACTIVE_INTERVAL"
            " FROM SPRING_SESSION WHERE SESSION_ID = ?"
        )
        ((by_clean_up, by_request),) = self.db.execute(statement, (key,))
        assert by_clean_up == by_request
        return float(by_request)

    async def delete(self, key: str) -> None:
        self.db.execute("DELETE FROM SPRING_SESSION WHERE SESSION_ID = ?", (key,))
        owner = (f"row of {key}",)
        self.db.execute("DELETE FROM SPRING_SESSION_ATTRIBUTES WHERE SESSION_PRIMARY_ID = ?", owner)


class TestSpringInSqlite(UndoneRowsContract):
    @pytest.fixture
    def app(self, tmp_path: Path) -> App:
        return SpringFile(tmp_path / "app.db")


async def test_a_session_that_never_ends_is_ended_as_its_clean_up_does(tmp_path: Path) -> None:
    app = SpringFile(tmp_path / "app.db")
    await app.put(KEY, NOW + 3600)
    await app.put(OTHER, NOW + 3600)
    never = (
        "UPDATE SPRING_SESSION SET MAX_INACTIVE_INTERVAL = -1, EXPIRY_TIME = 9223372036854775807"
    )
    app.db.execute(never)
    events: list[Event] = []
    async with shelf_of(app, ManualClock(NOW), events) as shelf:
        await shelf.look()
        seen = [event for event in events if isinstance(event, SessionSeen)]
        assert not [timer for one in seen for timer in one.facts.timers if timer.ends_session]
        assert "no row" in (await shelf.prune(is_dry=True, cause="c1")).message
        await shelf.expire(fingerprint(KEY), "inactivity", cause="c2")
    assert (await app.stored(KEY), await app.stored(OTHER) is None) == (None, False)


def test_the_attributes_of_a_row_are_among_its_members() -> None:
    assert ATTRIBUTES is not None
    rows = [("id", None, NOW, "r1", 1, 2, 3), ("other", None, NOW, "r2", 4, 5, 6)]
    found = join_rows(ATTRIBUTES, rows, [("r1", "a", b"\xff"), ("gone", "b", b"x")])
    first = b'{"creationTime": "1", "lastAccessedTime": "2", "maxInactiveInterval": "3", %s}'
    other = b'{"creationTime": "4", "lastAccessedTime": "5", "maxInactiveInterval": "6"}'
    assert found == [("id", first % b'"sessionAttr:a": "\\u00ff"', NOW), ("other", other, NOW)]


def test_only_the_column_of_a_changed_member_is_written() -> None:
    assert ATTRIBUTES is not None
    before = b'{"creationTime":"1","lastAccessedTime":"2","maxInactiveInterval":"3"}'
    after = before.replace(b'"2"', b'"-7"')
    assert change_members(ATTRIBUTES, before, before) == {}
    assert change_members(ATTRIBUTES, before, after) == {"last_access_time": -7}
