"""What a confined process may see, write and use."""

from dataclasses import dataclass
from pathlib import Path

_MIB = 1024**2


@dataclass(frozen=True, slots=True)
class Policy:
    """What a confined process may see, write and use; of all else it has nothing.

    Attributes:
        readable: Files and folders it sees, at their own places; those that are missing it
            doesn't see.
        writable: Folders it may also write to, which outlive it.
        may_execute: Whether it may start programs among what it sees.
        scratch_bytes: Size of its own folder for temporary files, which ends with it.
        memory_bytes: Memory that it and all it starts may have together.
        address_bytes: Address space of each process.
        file_bytes: How large any file may become.
        process_count: Processes and threads it may have at once.
        cpu_seconds: Processor time of each process, if there is a limit.
    """

    readable: tuple[Path, ...]
    writable: tuple[Path, ...] = ()
    may_execute: bool = False
    scratch_bytes: int = 512 * _MIB
    memory_bytes: int = 4 * 1024 * _MIB
    address_bytes: int = 8 * 1024 * _MIB
    file_bytes: int = 1024 * _MIB
    process_count: int = 32
    cpu_seconds: int | None = None
