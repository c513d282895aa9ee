"""Keeps a zygote at hand: started when it is first needed, and anew when it is gone."""

import logging
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from arxiviz_pipeline.sandbox.layers import LAYERS, LayerState
from arxiviz_pipeline.sandbox.policy import Policy
from arxiviz_pipeline.sandbox.zygote import EndedProcess, OnMessage, Zygote, ZygoteError

log = logging.getLogger(__name__)

EXECUTE: Final = "arxiviz_pipeline.sandbox.execution:execute"

_MOST_RUNS = 500  # of one zygote: what its children leave in it, if anything, ends with it


class ConfinedProcesses:
    """Runs functions in confined processes, from any number of threads."""

    def __init__(self, python: str, preload: Sequence[str], environment: Mapping[str, str]) -> None:
        """Choose what they find; see `Zygote`."""
        self._python = python
        self._preload = preload
        self._environment = environment
        self._lock = threading.Lock()
        self._zygote: Zygote | None = None
        self._run_count = 0
        self._was_told = False

    def layers(self) -> tuple[LayerState, ...]:
        """Return which layers of the sandbox work here.

        Raises:
            ZygoteError: If nothing can be started.
        """
        return self._current(runs=0).layers

    def run(
        self,
        task: str,
        arguments: Mapping[str, object],
        policy: Policy,
        *,
        timeout_seconds: float,
        on_message: OnMessage = lambda _: None,
        files: Sequence[int] = (),
        cancelled: threading.Event | None = None,
    ) -> EndedProcess:
        """Run a function in a confined process; see `Zygote.run`.

        Raises:
            ZygoteError: If nothing can be started, or what starts it died twice.
        """
        zygote = self._current()
        try:
            return zygote.run(
                task,
                arguments,
                policy,
                timeout_seconds=timeout_seconds,
                on_message=on_message,
                files=files,
                cancelled=cancelled,
            )
        except ZygoteError:
            if zygote.is_alive:
                raise
            log.warning("what starts confined processes died, and is started again")
        return self._current().run(
            task,
            arguments,
            policy,
            timeout_seconds=timeout_seconds,
            on_message=on_message,
            files=files,
            cancelled=cancelled,
        )

    def run_program(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        policy: Policy,
        *,
        timeout_seconds: float,
        cancelled: threading.Event | None = None,
    ) -> EndedProcess:
        """Run a program in a folder, which the policy lets it see, with this environment.

        Raises:
            ZygoteError: As `run`.
        """
        arguments = {
            "command": list(command),
            "folder": str(folder),
            "environment": dict(environment),
        }
        return self.run(
            EXECUTE, arguments, policy, timeout_seconds=timeout_seconds, cancelled=cancelled
        )

    def close(self) -> None:
        """End what is running; the next run starts anew."""
        with self._lock:
            if self._zygote is not None:
                self._zygote.close()
                self._zygote = None

    def _current(self, runs: int = 1) -> Zygote:
        with self._lock:
            self._run_count += runs
            zygote = self._zygote
            if zygote is None or not zygote.is_alive or self._run_count > _MOST_RUNS:
                # A former one ends with the last run that knows it.
                zygote = self._zygote = Zygote(self._python, self._preload, self._environment)
                self._run_count = runs
                self._tell_what_is_missing(zygote.layers)
            return zygote

    def _tell_what_is_missing(self, layers: Sequence[LayerState]) -> None:
        missing = [f"{state.layer}: {state.refusal}" for state in layers if not state.works]
        if missing and not self._was_told:
            log.warning(
                "%d of %d layers of the sandbox don't work here (%s); scripts run with the others. "
                "`arxiviz doctor` tells what to do.",
                len(missing),
                len(LAYERS),
                "; ".join(missing),
            )
            self._was_told = True
