"""Where a sample app keeps its sessions, and an administrator who deletes one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import redis

from tests.apps.samples import DJANGO, Sample


class Rows:
    """Where an app keeps its sessions."""

    def __init__(self, sample: Sample, redis_url: str, folder: Path) -> None:
        self.sample = sample
        self.file = folder / "django.db"
        self.url = f"sqlite://{self.file}" if sample is DJANGO else redis_url
        self.where = {sample.store: str(self.file) if sample is DJANGO else redis_url}

    def delete(self, session_id: str) -> int:
        """Delete a row, as an administrator does; returns how many there were."""
        if self.sample is DJANGO:
            with sqlite3.connect(self.file) as connection:
                query = "DELETE FROM django_session WHERE session_key = ?"
                found = connection.execute(query, [session_id]).rowcount
            connection.close()
            return found
        with redis.Redis.from_url(self.url) as client:
            return int(client.delete(self.sample.key.format(session_id)))
