"""Keeps Dagster's runs, events and schedules in Postgres, over connections that are pooled.

It is dagster-postgres's storage, which opens a connection for each statement and gives up after
seconds. Here a process keeps a few, tries each before it is used, and a run waits for a Postgres
that is restarted. `dagster.yaml` names `PostgresStorage`.

Dagster's page: https://docs.dagster.io/deployment/oss/dagster-yaml
"""

from collections.abc import Mapping, Sequence
from typing import Any

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
from sqlalchemy.exc import DBAPIError

from arxiviz_pipeline.defs.postgres_connections import ConnectionSource
from arxiviz_pipeline.storage.database import database_error, parse_database_url

_START_SECONDS = 10.0


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
            source.patiently(lambda: source.engine.connect().close(), _START_SECONDS)
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
