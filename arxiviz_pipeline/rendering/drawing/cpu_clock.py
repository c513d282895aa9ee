"""Adds up the processor time that the parts of a render take, thread by thread."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

Part = Literal["draw", "convert", "encode"]


class CpuClock:
    """Processor time, by what it was spent on; parts that overlap are not of the same name."""

    def __init__(self) -> None:
        self._seconds: dict[Part, float] = {"draw": 0.0, "convert": 0.0, "encode": 0.0}

    @contextmanager
    def measuring(self, part: Part) -> Iterator[None]:
        """Count what this thread spends until this ends."""
        started = time.thread_time()
        try:
            yield
        finally:
            self._seconds[part] += time.thread_time() - started

    def told(self) -> Mapping[str, float]:
        """Return the seconds of each part, and of all else that this process did."""
        rest = time.process_time() - sum(self._seconds.values())
        return {**self._seconds, "script": rest}


CLOCK = CpuClock()
"""Of this process, which renders one scene."""
