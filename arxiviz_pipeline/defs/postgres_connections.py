"""One pool of connections to the catalog's Postgres, which waits for a server that is restarted.

SQLAlchemy's page: https://docs.sqlalchemy.org/en/20/core/pooling.html
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar
from weakref import WeakSet

import sqlalchemy as db
from dagster_postgres.utils import DagsterPostgresException
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from arxiviz_pipeline.storage.database import CONNECT_SECONDS, database_error

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE_SECONDS = 120.0  # a run's, for a restart with recovery, or for a failover
_FIRST_WAIT_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 2.0
_POOL_SIZE = 2
_MAX_OVERFLOW = 20
_RECYCLE_SECONDS = 300
_FIRST_USE_LOCK = 7205759403792794  # any number that nobody else takes
# Signs of a server that is coming back, or of one that is full: what waiting may cure.
_PASSING = (
    *("could not connect", "Connection refused", "Connection reset", "No such file or directory"),
    *("starting up", "shutting down", "in recovery", "closed the connection", "terminating"),
    *("timeout expired", "timed out", "too many", "connection slots", "server closed", "EOF"),
    *("connection already closed", "Broken pipe", "not yet accepting"),
)


class ConnectionSource:
    """One pool of connections for all three storages of a process."""

    def __init__(self, url: str) -> None:
        """Open nothing yet; a run's patience holds until `serve` is called."""
        self.url = url
        self._patience_seconds = PATIENCE_SECONDS
        self._statement_timeout: int | None = None
        _SOURCES.add(self)

    @cached_property
    def engine(self) -> Engine:
        """The engine with the pool, made at first use."""
        engine = db.create_engine(
            self.url,
            isolation_level="AUTOCOMMIT",
            pool_size=_POOL_SIZE,
            max_overflow=_MAX_OVERFLOW,
            pool_recycle=_RECYCLE_SECONDS,
            pool_pre_ping=True,
            pool_timeout=CONNECT_SECONDS,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "keepalives_idle": 30,
                "keepalives_interval": 10,
                "keepalives_count": 3,
            },
        )
        event.listen(engine, "connect", self._limit_statements)
        return engine

    def serve(self, statement_timeout: int) -> None:
        """Answer people from now on: say at once that the database is away, end long statements.

        Args:
            statement_timeout: Milliseconds.
        """
        self._patience_seconds = 0.0
        self._statement_timeout = statement_timeout
        self.engine.pool.dispose()

    def close_idle(self) -> None:
        """Close the connections that nobody uses; they are opened again when they are wanted."""
        if "engine" in vars(self):
            self.engine.dispose()

    def patiently(self, do: Callable[[], T], seconds: float | None = None) -> T:
        """Do something that is harmless when done twice, again until the database is back.

        Raises:
            DagsterPostgresException: If it is not back in time.
        """
        patience = self._patience_seconds if seconds is None else seconds
        deadline = time.monotonic() + patience
        wait = _FIRST_WAIT_SECONDS
        while True:
            try:
                return do()
            except (OperationalError, DBAPIError) as error:
                if not _may_pass(error):
                    raise
                if time.monotonic() + wait > deadline:
                    message = str(database_error(self.url, error.orig or error))
                    raise DagsterPostgresException(message) from error
                log.warning("waiting for the catalog's Postgres: %s", error.orig)
            time.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Take a connection that works from the pool."""
        with self.patiently(self.engine.connect) as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep the other processes that want this out until the block ends.

        Held by a transaction, so that a pooler that lends connections by transaction keeps it.
        """
        transactional = self.engine.execution_options(isolation_level="READ COMMITTED")
        with transactional.begin() as held:
            held.execute(db.select(db.func.pg_advisory_xact_lock(_FIRST_USE_LOCK)))
            yield

    def _limit_statements(self, connection: Any, _record: object) -> None:
        if self._statement_timeout is None:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, false)", (str(self._statement_timeout),)
            )
        connection.commit()


_SOURCES: WeakSet[ConnectionSource] = WeakSet()


def close_idle_connections() -> None:
    """Close what nobody uses of all storages that this process has ever opened and not dropped."""
    for source in list(_SOURCES):
        source.close_idle()


def _may_pass(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    found = str(error.orig)
    return isinstance(error, OperationalError) and any(sign in found for sign in _PASSING)
