"""Locks in the catalog's Postgres: for all processes of all machines that share it.

They are advisory locks of a transaction, so a pooler that lends connections by transaction keeps
them, and whoever is killed lets go of what it held.

Postgres's page: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from sqlalchemy.engine import make_url

from arxiviz_pipeline.storage.database import CONNECT_SECONDS, database_error
from arxiviz_pipeline.storage.folder_locks import WAIT_SECONDS, held_too_long

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812 - a class in lower case

log = logging.getLogger(__name__)

LONGEST_SECONDS: Final = 300.0  # ten times what is done under a lock may take
# Whoever waits must not be ended by a server's own limits, and whoever vanished with its machine
# must not hold on for the hours that TCP takes to notice.
_LIMITS = """
SELECT set_config('lock_timeout', %s, true),
       set_config('statement_timeout', '0', true),
       set_config('idle_in_transaction_session_timeout', %s, true)
"""


class PostgresLocks:
    """One connection for each lock that is held or waited for, and no table."""

    def __init__(
        self,
        url: str,
        *,
        wait_seconds: float = WAIT_SECONDS,
        longest_seconds: float = LONGEST_SECONDS,
    ) -> None:
        """Use a database; nothing is connected to before a lock is wanted.

        Args:
            url: As `parse_database_url` returns it.
            wait_seconds: How long somebody waits for a lock.
            longest_seconds: How long one is held at most; then its holder is taken for lost.
        """
        self._url = url
        self._wait_seconds = wait_seconds
        self._longest_seconds = longest_seconds
        self._lines: WeakValueDictionary[str, Lock] = WeakValueDictionary()
        self._new_line = Lock()

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Keep all others who want this name out until the block ends."""
        import psycopg2

        with self._in_line(name), closing(self._connect()) as connection:
            try:
                self._acquire(connection, name)
            except psycopg2.errors.LockNotAvailable as error:
                raise held_too_long(name, self._wait_seconds) from error
            except psycopg2.Error as error:
                raise database_error(self._url, error) from error
            try:
                yield
            finally:
                _let_go(connection, name)

    @contextmanager
    def _in_line(self, name: str) -> Iterator[None]:
        """Let one thread of this process at a time ask, so that a crowd takes one connection."""
        with self._new_line:
            line = self._lines.setdefault(name, Lock())
        if not line.acquire(timeout=self._wait_seconds):
            raise held_too_long(name, self._wait_seconds)
        try:
            yield
        finally:
            line.release()

    def _connect(self) -> "Connection":
        import psycopg2

        address = make_url(self._url).set(drivername="postgresql")
        try:
            return psycopg2.connect(
                address.render_as_string(hide_password=False), connect_timeout=CONNECT_SECONDS
            )
        except psycopg2.Error as error:
            raise database_error(self._url, error) from error

    def _acquire(self, connection: "Connection", name: str) -> None:
        with connection.cursor() as cursor:
            limits = (self._wait_seconds, self._longest_seconds)
            cursor.execute(_LIMITS, [f"{seconds * 1000:.0f}" for seconds in limits])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_key(name),))


def _key(name: str) -> int:
    """Make a name into the number that Postgres knows a lock by."""
    digest = hashlib.sha256(f"arxiviz {name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _let_go(connection: "Connection", name: str) -> None:
    import psycopg2

    try:
        connection.rollback()
    except psycopg2.Error as error:  # what was done under it is done
        log.warning("the lock of %s was lost before it was let go: %s", name, error)
