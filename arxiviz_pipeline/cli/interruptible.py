"""Work that Ctrl-C ends in good order.

Dagster turns an interrupt into an exception at whatever line the main thread is at, where some
library may swallow it. In a thread of its own a run gets none, and ends where it looks.
"""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")


def run_interruptibly(work: Callable[[], T], stop: Event) -> T:
    """Do some work; the first interrupt sets `stop` and waits for it, a second does not wait.

    Raises:
        KeyboardInterrupt: After an interrupt, whatever became of the work.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            outcome.set_exception(error)

    Thread(target=run, name="work", daemon=True).start()
    try:
        return outcome.result()
    except KeyboardInterrupt:
        stop.set()
        wait([outcome])
        raise
