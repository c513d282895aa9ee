"""Executes steps of runs on Celery's workers, wherever these are, so that none is lost.

Dagster's executor waits for ever for a step whose worker was killed, or whose message the broker
lost. This one asks the workers now and then who has the step; if nobody has, and nothing waits,
it is sent again. Steps may be: what they have finished is found finished.

Dagster's page: https://docs.dagster.io/deployment/execution/celery
"""

import logging
import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Final

import dagster as dg
from celery import Celery
from celery.exceptions import WorkerLostError
from celery.result import AsyncResult
from dagster_celery.core_execution_loop import core_celery_execution_loop
from dagster_celery.executor import (
    CeleryExecutor,
    _submit_task,  # pyright: ignore[reportPrivateUsage] - its own loop's
)
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 10.0
_ANSWER_SECONDS: Final = 1.0  # within which a worker says what it has
_MOST_MISSES: Final = 3
_MOST_SENDINGS: Final = 3
_OUT_OF_REACH: Final = (OperationalError, ConnectionError, TimeoutError)
CONFIG: Final[dict[str, Any]] = {
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {"visibility_timeout": 120},
    "result_expires": 7 * 24 * 3600,
    "task_publish_retry_policy": {
        "max_retries": 30,
        "interval_start": 0.5,
        "interval_step": 0.5,
        "interval_max": 5.0,
    },
    "task_default_queue": "dagster",
    "task_default_priority": 5,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_disable_prefetch": True,  # what a worker has, it works on
    "worker_prefetch_multiplier": 1,
}
"""How Celery is set up, on both sides."""

WORKER_CONFIG: Final = {"result_backend_always_retry": True}
"""How it is set up on the workers' side alone: there results wait, here we do."""


class LostStepError(Exception):
    """A step was given to workers, and none of them came to its end."""


class WatchfulCeleryExecutor(CeleryExecutor):
    """Dagster's executor, with steps that are watched."""

    def execute(
        self, plan_context: Any, execution_plan: Any
    ) -> Generator[dg.DagsterEvent, Any, None]:
        """Execute a plan."""
        return core_celery_execution_loop(
            plan_context, execution_plan, step_execution_fn=_send_watched
        )


class WatchedTask:
    """A step at the workers; to Dagster's loop it is the result of one task."""

    def __init__(
        self,
        app: Celery,
        queue: str,
        name: str,
        send: Callable[[], AsyncResult],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Send it.

        Args:
            app: Where.
            queue: The queue that it waits in until a worker takes it.
            name: The step's.
            send: Sends it, and returns its result to come.
            clock: Seconds.
        """
        self._app = app
        self._queue = queue
        self._name = name
        self._send = send
        self._clock = clock
        self._out_of_reach = (*_OUT_OF_REACH, *getattr(app.backend, "connection_errors", ()))
        self._sendings = 1
        self._misses = 0
        self._result = send()
        self._next_look = clock() + _LOOK_SECONDS

    def ready(self) -> bool:
        """Tell whether it has ended, well or not; send it again if it was lost."""
        try:
            if self._result.ready():
                return not (self._was_killed() and self._send_again())
            if self._clock() >= self._next_look:
                self._next_look = self._clock() + _LOOK_SECONDS
                return self._look()
        except self._out_of_reach as error:
            log.warning("step %s: the broker cannot be reached: %s", self._name, error)
        return False

    def get(self) -> Any:
        """Return the step's events.

        Raises:
            LostStepError: If it was lost too often.
        """
        if not self._result.ready():
            message = (
                f"Step {self._name!r} was sent to Celery's workers {self._sendings} times, and "
                "none that took it is left: were they killed, for instance as memory was out?"
            )
            raise LostStepError(message)
        return self._result.get()

    def revoke(self) -> None:
        """End it, also where it is at work."""
        self._result.revoke(terminate=True)

    def _was_killed(self) -> bool:
        return isinstance(self._result.result, WorkerLostError)

    def _look(self) -> bool:
        """Ask who has the step; return whether it is lost for good."""
        is_somewhere = self._is_at_a_worker() or self._is_anything_waiting()
        self._misses = 0 if is_somewhere else self._misses + 1
        return self._misses >= _MOST_MISSES and not self._send_again()

    def _is_at_a_worker(self) -> bool:
        inspector = self._app.control.inspect(timeout=_ANSWER_SECONDS)
        answers = inspector.query_task(self._result.id) or {}
        return any(answers.values())

    def _is_anything_waiting(self) -> bool:
        """Tell whether the queue holds anything; whose it is, it does not say."""
        with self._app.connection_for_read() as connection:
            declared = connection.default_channel.queue_declare(self._queue)
        return declared.message_count > 0

    def _send_again(self) -> bool:
        """Send it again, if it was not sent too often."""
        if self._sendings >= _MOST_SENDINGS:
            return False
        log.warning("step %s: no worker has it any more; it is sent again", self._name)
        self._sendings += 1
        self._misses = 0
        self._result = self._send()
        return True


def make_executor(broker: str, backend: str) -> dg.ExecutorDefinition:
    """Return the executor for this broker and this store of results, by their URLs."""

    @dg.executor(name="celery", requirements=dg.multiple_process_executor_requirements())
    def celery(_: dg.InitExecutorContext) -> WatchfulCeleryExecutor:
        return celery_executor(broker, backend)

    return celery


def celery_executor(broker: str, backend: str) -> WatchfulCeleryExecutor:
    """Return what runs and workers share: broker, store of results, and how Celery is set up."""
    from dagster._core.execution.retries import RetryMode

    return WatchfulCeleryExecutor(
        retries=RetryMode.DISABLED, broker=broker, backend=backend, config_source=CONFIG
    )


def _send_watched(
    app: Celery, plan_context: Any, step: Any, queue: str, priority: int, known_state: Any
) -> WatchedTask:
    send = partial(_submit_task, app, plan_context, step, queue, priority, known_state)
    return WatchedTask(app, queue, step.key, send)
