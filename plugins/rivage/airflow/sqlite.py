"""Connections to a local Airflow's SQLite that wait their turn instead of giving up.

SQLite can't turn a transaction that has read into one that writes when somebody else wrote
in between: it fails at once, whatever the timeout. Airflow's SAVEPOINTs start such
transactions, and so creating a backfill beside a busy scheduler failed half-way and took
the scheduler down with it. A transaction that asks for the write lock first just waits.
"""

from __future__ import annotations

import sqlite3
from typing import Any


class PatientCursor(sqlite3.Cursor):
    """Takes the write lock before a SAVEPOINT opens a transaction."""

    def execute(self, sql: str, parameters: Any = ()) -> PatientCursor:
        if sql.startswith("SAVEPOINT") and not self.connection.in_transaction:
            super().execute("BEGIN IMMEDIATE")
        super().execute(sql, parameters)
        return self


class PatientConnection(sqlite3.Connection):
    """A connection whose cursors are patient."""

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or PatientCursor)


connect_args: dict[str, Any] = {
    "factory": PatientConnection,
    "isolation_level": "IMMEDIATE",
    "timeout": 60,
}
"""For `[database] sql_alchemy_connect_args`."""
