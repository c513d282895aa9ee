"""Asks each thing the API needs whether it works, all at once and none for long.

The renderer works in the runs, not here. What can honestly be said of it is whether Dagster has
loaded the code that renders, and whether the newest run ended because the renderer was missing.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Lock, Thread

from api.catalog import Catalog
from api.dagster_client import DagsterClient
from api.errors import ApiError
from api.schemas.health import ServiceHealth, Services
from arxiviz_pipeline.domain.errors import ArxivizError, ConfigurationError, RenderError
from arxiviz_pipeline.domain.ports import ObjectStore

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 4.0


class HealthChecks:
    """The checks, each in one thread of its own, so that one that hangs holds up nothing else.

    Who asks while a check is under way waits for that one: there is never a second of its kind.
    """

    def __init__(self, catalog: Catalog, store: ObjectStore, dagster: DagsterClient) -> None:
        self._catalog = catalog
        self._store = store
        self._dagster = dagster
        self._pending: dict[str, Future[str]] = {}
        self._lock = Lock()

    def services(self) -> Services:
        """Ask everything; takes `PATIENCE_SECONDS` at most."""
        asked = {
            "database": self._ask(self._database),
            "storage": self._ask(self._storage),
            "renderer": self._ask(self._renderer),
            "dagster": self._ask(self._runs),
        }
        wait(asked.values(), timeout=PATIENCE_SECONDS)
        return Services(**{name: _health(future) for name, future in asked.items()})

    def _ask(self, check: Callable[[], str]) -> Future[str]:
        with self._lock:
            pending = self._pending.get(check.__name__)
            if pending is not None and not pending.done():
                return pending
            future = self._pending[check.__name__] = Future[str]()
        # A daemon: a check that hangs must not keep the process from ending.
        Thread(target=_answer, args=(check, future), name="health", daemon=True).start()
        return future

    def _database(self) -> str:
        self._catalog.check()
        return "The catalog answers."

    def _storage(self) -> str:
        self._store.check()
        return "The object store answers."

    def _renderer(self) -> str:
        loading_error = self._dagster.health().location_error
        if loading_error is not None:
            raise ConfigurationError(loading_error)
        failure = self._catalog.last_failure()
        if failure is not None and failure.error == RenderError.__name__:
            message = f"The newest run ended for want of a renderer: {failure.message}"
            raise ConfigurationError(message)
        return "The pipeline is loaded, and its newest run did not lack a renderer."

    def _runs(self) -> str:
        health = self._dagster.health()
        if health.stopped_daemons:
            names = ", ".join(health.stopped_daemons)
            message = f"Queued runs wait for daemons that do not run: {names}. Start: arxiviz up."
            raise ConfigurationError(message)
        return f"Dagster {health.version} and its daemons run."


def _answer(check: Callable[[], str], future: Future[str]) -> None:
    try:
        future.set_result(check())
    except BaseException as error:  # noqa: BLE001 - told, and logged, by who waits for it
        future.set_exception(error)


def _health(future: Future[str]) -> ServiceHealth:
    if not future.done():
        message = f"No answer within {PATIENCE_SECONDS:.0f} seconds."
        return ServiceHealth(status="unavailable", message=message)
    match future.exception():
        case None:
            return ServiceHealth(status="ok", message=future.result())
        case ArxivizError() | ApiError() as error:
            return ServiceHealth(status="unavailable", message=str(error))
        case fault:
            log.error("a health check failed", exc_info=fault)
            return ServiceHealth(status="unavailable", message=type(fault).__name__)
