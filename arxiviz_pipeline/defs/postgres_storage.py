"""Keeps Dagster's runs, events and schedules in Postgres, over connections that are pooled.

It is dagster-postgres's storage, which opens a connection for each statement and gives up after
seconds. Here a process keeps a few, tries each before it is used, and a run waits for a Postgres
that is restarted. `dagster.yaml` names `PostgresStorage`.

Dagster's page: https://docs.dagster.io/deployment/oss/dagster-yaml
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar
from weakref import WeakSet

import sqlalchemy as db
from dagster import DagsterEvent, DagsterRun, EventLogEntry, RunRecord
from dagster._core.storage.base_storage import DagsterStorage
from dagster._core.storage.config import pg_config
from dagster._serdes import ConfigurableClass, ConfigurableClassData
from dagster_postgres import (
    PostgresEventLogStorage,
    PostgresRunStorage,
    PostgresScheduleStorage,
)
from dagster_postgres.utils import DagsterPostgresException, pg_url_from_config
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from arxiviz_pipeline.storage.database import (
    CONNECT_SECONDS,
    database_error,
    parse_database_url,
)

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE_SECONDS = 120.0  # a run's, for a restart with recovery, or for a failover
START_SECONDS = 10.0
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


class _EventLog(PostgresEventLogStorage):
    def __init__(self, source: ConnectionSource, *, makes_tables: bool) -> None:
        self._source = source
        super().__init__(source.url, makes_tables)
        self._engine = source.engine

    def _connect(self) -> Any:
        return self._source.connect()

    def optimize_for_webserver(
        self, statement_timeout: int, pool_recycle: int, max_overflow: int
    ) -> None:
        del pool_recycle, max_overflow  # one pool for all, whose size is its own
        self._source.serve(statement_timeout)

    # A statement that a restart cuts off may have been carried out: then it is there twice, which
    # Dagster's readers bear. That it is lost they do not.
    def store_event(self, event: EventLogEntry) -> None:
        self._source.patiently(lambda: super(_EventLog, self).store_event(event))

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        self._source.patiently(lambda: super(_EventLog, self).store_event_batch(events))


class _Runs(PostgresRunStorage):
    def __init__(self, source: ConnectionSource, *, makes_tables: bool) -> None:
        self._source = source
        super().__init__(source.url, makes_tables)
        self._engine = source.engine

    def connect(self) -> Any:
        return self._source.connect()

    def optimize_for_webserver(
        self, statement_timeout: int, pool_recycle: int, max_overflow: int
    ) -> None:
        del pool_recycle, max_overflow  # one pool for all, whose size is its own
        self._source.serve(statement_timeout)

    def handle_run_event(
        self, run_id: str, event: DagsterEvent, update_timestamp: Any = None
    ) -> None:
        self._source.patiently(
            lambda: super(_Runs, self).handle_run_event(run_id, event, update_timestamp)
        )

    def add_run_tags(self, run_id: str, new_tags: Mapping[str, str]) -> None:
        self._source.patiently(lambda: super(_Runs, self).add_run_tags(run_id, new_tags))

    def get_runs(self, *arguments: Any, **named: Any) -> Sequence[DagsterRun]:
        return self._source.patiently(lambda: super(_Runs, self).get_runs(*arguments, **named))

    def get_run_records(self, *arguments: Any, **named: Any) -> Sequence[RunRecord]:
        return self._source.patiently(
            lambda: super(_Runs, self).get_run_records(*arguments, **named)
        )


class _Schedules(PostgresScheduleStorage):
    def __init__(self, source: ConnectionSource, *, makes_tables: bool) -> None:
        self._source = source
        super().__init__(source.url, makes_tables)
        self._engine = source.engine

    def connect(self, run_id: str | None = None) -> Any:
        del run_id
        return self._source.connect()

    def optimize_for_webserver(
        self, statement_timeout: int, pool_recycle: int, max_overflow: int
    ) -> None:
        del pool_recycle, max_overflow  # one pool for all, whose size is its own
        self._source.serve(statement_timeout)


class PostgresStorage(DagsterStorage, ConfigurableClass):
    """All that Dagster keeps, in one Postgres; tables are made by whoever comes first."""

    def __init__(
        self,
        postgres_url: str,
        *,
        makes_tables: bool = True,
        inst_data: ConfigurableClassData | None = None,
    ) -> None:
        """Connect, and make the tables if they are not there.

        Raises:
            StorageUnavailableError: If the database does not work, with what would mend it.
        """
        self._inst_data = inst_data
        source = ConnectionSource(parse_database_url(postgres_url))
        try:
            source.patiently(lambda: source.engine.connect().close(), START_SECONDS)
            with source.alone():
                self._runs = _Runs(source, makes_tables=makes_tables)
                self._events = _EventLog(source, makes_tables=makes_tables)
                self._schedules = _Schedules(source, makes_tables=makes_tables)
        except DBAPIError as error:
            raise database_error(source.url, error.orig or error) from error
        except DagsterPostgresException as error:
            raise database_error(source.url, error.__cause__ or error) from error
        self._source = source
        super().__init__()

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        """What `dagster.yaml` says of it."""
        return self._inst_data

    @classmethod
    def config_type(cls) -> Any:
        """Return what may be said of it: the same as of dagster-postgres's own."""
        return pg_config()

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "PostgresStorage":
        """Make it as `dagster.yaml` says."""
        return cls(
            pg_url_from_config(config_value),
            makes_tables=config_value.get("should_autocreate_tables", True),
            inst_data=inst_data,
        )

    @property
    def run_storage(self) -> PostgresRunStorage:
        """The runs."""
        return self._runs

    @property
    def event_log_storage(self) -> PostgresEventLogStorage:
        """Their events, and the assets."""
        return self._events

    @property
    def schedule_storage(self) -> PostgresScheduleStorage:
        """Schedules and sensors."""
        return self._schedules

    @property
    def run_storage_data(self) -> ConfigurableClassData | None:
        """How another process would open the runs alone."""
        return self._data_of("PostgresRunStorage")

    @property
    def event_storage_data(self) -> ConfigurableClassData | None:
        """How another process would open the events alone."""
        return self._data_of("PostgresEventLogStorage")

    @property
    def schedule_storage_data(self) -> ConfigurableClassData | None:
        """How another process would open the schedules alone."""
        return self._data_of("PostgresScheduleStorage")

    def _data_of(self, name: str) -> ConfigurableClassData | None:
        given = self._inst_data
        return given and ConfigurableClassData("dagster_postgres", name, given.config_yaml)
