"""`arxiviz worker`: one of Celery's workers, which executes steps of runs."""

from typing import TYPE_CHECKING, Annotated

import typer

from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.settings import CELERY_MISSING, Settings

if TYPE_CHECKING:
    from celery import Celery


def worker(
    concurrency: Annotated[
        int, typer.Option(min=1, max=100, help="How many steps it executes at once.")
    ] = 1,
    name: Annotated[
        str, typer.Option(help="What it is called; %h is the machine's name.")
    ] = "arxiviz@%h",
) -> None:
    """Execute steps of runs, from the broker that ARXIVIZ_CELERY_BROKER names.

    It goes on until it is told to stop, and then first finishes what it has begun.
    """
    app = make_worker_app(Settings())
    app.worker_main(
        ["worker", f"--concurrency={concurrency}", f"--hostname={name}", "--loglevel=INFO"]
        + ["--without-gossip", "--without-mingle", "--queues=dagster"]
    )


def make_worker_app(settings: Settings) -> "Celery":
    """Return the app that a worker runs.

    Raises:
        ConfigurationError: If no broker is named, or Celery is not installed.
    """
    if settings.celery_urls is None:
        message = (
            "A worker takes steps from a broker: set ARXIVIZ_CELERY_BROKER, as "
            "redis://localhost:6379/0, for it and for all that starts runs."
        )
        raise ConfigurationError(message)
    try:
        from celery.signals import task_postrun
        from dagster_celery.make_app import make_app
        from dagster_celery.tasks import create_task

        from arxiviz_pipeline.defs.celery_executor import WORKER_CONFIG, celery_executor
    except ImportError as error:
        raise ConfigurationError(CELERY_MISSING) from error

    app = make_app(celery_executor(*settings.celery_urls).app_args())
    app.conf.update(WORKER_CONFIG)
    create_task(app)
    task_postrun.connect(close_connections, weak=False)
    return app


def close_connections(**_: object) -> None:
    """Close what a step has opened: Dagster opens the catalog for each, and never closes it."""
    from arxiviz_pipeline.defs.postgres_connections import close_idle_connections

    close_idle_connections()
