"""Lets a request take longer than a tick may.

Dagster ends a tick after a minute, but a request first waits for its turn among all that this
machine asks of arXiv, and some answers are slow. So it is made in a thread, and an answer that
comes too late for its tick is there for the next.
"""

from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Generic, TypeVar

from arxiviz_pipeline.domain.errors import SourceUnavailableError

PATIENCE_SECONDS = 40.0

T = TypeVar("T")


class SlowAnswers(Generic[T]):
    """Waits for one request at a time, and remembers it when there was no time to wait on."""

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._asked: Hashable = None
        self._answer: Future[T] | None = None

    def get(self, asked: Hashable, ask: Callable[[], T]) -> T:
        """Return an answer: that of the same question before, or else ask.

        Raises:
            SourceUnavailableError: If the answer is not there in time.
        """
        answer = self._answer if self._asked == asked else None
        if answer is None:
            answer = _in_a_thread(ask)
        self._asked, self._answer = asked, answer
        wait([answer], self._patience_seconds)
        if not answer.done():
            message = (
                f"arXiv has not answered within {self._patience_seconds:.0f} s, as others may be "
                "asking too; the answer is awaited at the next tick."
            )
            raise SourceUnavailableError(message)
        self._answer = None
        return answer.result()


def _in_a_thread(ask: Callable[[], T]) -> Future[T]:
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
            answer.set_exception(error)

    Thread(target=run, name="slow answer", daemon=True).start()
    return answer
