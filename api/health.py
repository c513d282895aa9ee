"""Asks each thing the API needs whether it works, all at once and none for long.

The renderer works in the runs, not here. What can honestly be said of it is whether Dagster has
loaded the code that renders, and whether the newest run ended because the renderer was missing.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from api.catalog import Catalog
from api.errors import ApiError
from api.launcher import Launcher
from api.schemas import ServiceHealth, Services
from arxiviz_pipeline.domain.errors import ArxivizError, ConfigurationError, RenderError
from arxiviz_pipeline.domain.ports import ObjectStore

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 4.0
_THREADS = 8  # twice the checks: some may hang from the time before


class HealthChecks:
    """The checks, in threads of their own, so that one that hangs holds up no request."""

    def __init__(self, catalog: Catalog, store: ObjectStore, launcher: Launcher) -> None:
        self._catalog = catalog
        self._store = store
        self._launcher = launcher
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="health")

    def services(self) -> Services:
        """Ask everything; takes `PATIENCE_SECONDS` at most."""
        database, storage, renderer, dagster = self._ask_all(
            self._database, self._storage, self._renderer, self._dagster
        )
        return Services(database=database, storage=storage, renderer=renderer, dagster=dagster)

    def close(self) -> None:
        """Wait for no check any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask_all(self, *checks: Callable[[], str]) -> list[ServiceHealth]:
        futures = [self._pool.submit(check) for check in checks]
        wait(futures, timeout=PATIENCE_SECONDS)
        return [_health(future) for future in futures]

    def _database(self) -> str:
        self._catalog.check()
        return "The catalog answers."

    def _storage(self) -> str:
        self._store.check()
        return "The object store answers."

    def _renderer(self) -> str:
        loading_error = self._launcher.health().location_error
        if loading_error is not None:
            raise ConfigurationError(loading_error)
        failure = self._catalog.last_failure()
        if failure is not None and failure.error == RenderError.__name__:
            message = f"The newest run ended for want of a renderer: {failure.message}"
            raise ConfigurationError(message)
        return "The pipeline is loaded, and its newest run did not lack a renderer."

    def _dagster(self) -> str:
        health = self._launcher.health()
        if health.stopped_daemons:
            names = ", ".join(health.stopped_daemons)
            message = f"Queued runs wait for daemons that do not run: {names}. Start: arxiviz up."
            raise ConfigurationError(message)
        return f"Dagster {health.version} and its daemons run."


def _health(future: Future[str]) -> ServiceHealth:
    if not future.done():
        future.cancel()
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
