"""The task of a confined process that becomes another program."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path


def execute(
    command: Sequence[str], folder: str, environment: Mapping[str, str], output: str | None = None
) -> None:
    """Replace this process by a program, in this folder and with this environment alone.

    Args:
        command: The program's path, and its arguments.
        folder: Where it starts.
        environment: All it finds in its environment.
        output: The file in that folder to print to, where that is wanted whole.
    """
    os.chdir(folder)
    if output is not None:
        with Path(output).open("wb") as printed:
            os.dup2(printed.fileno(), 1)
            os.dup2(printed.fileno(), 2)
    os.execve(command[0], list(command), dict(environment))  # noqa: S606 - no shell is the point
