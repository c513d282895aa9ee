"""Limits that the kernel keeps, for the programs that handle what nobody has read."""

import resource
from contextlib import suppress


def limit_resources(memory_bytes: int, file_bytes: int) -> None:
    """Limit this process and all it starts, each on its own.

    Args:
        memory_bytes: Address space a process may have; macOS cannot limit it.
        file_bytes: How large a file may become; further writes fail.
    """
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_AS: memory_bytes,
    }
    for limit, value in limits.items():
        with suppress(ValueError, OSError):  # a lower hard limit stands
            resource.setrlimit(limit, (value, value))
