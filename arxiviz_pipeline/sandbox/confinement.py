"""Confines a process: gives it what a policy says, by every layer this machine has."""

import os
import signal
import struct
import sys
from collections.abc import Collection
from pathlib import Path

from arxiviz_pipeline.processes.process_tree import adopt_orphans, end_like, kill_descendants
from arxiviz_pipeline.sandbox import kernel
from arxiviz_pipeline.sandbox.file_rights import restrict_files
from arxiviz_pipeline.sandbox.file_tree import SCRATCH, enter_file_tree
from arxiviz_pipeline.sandbox.layers import Layer
from arxiviz_pipeline.sandbox.namespaces import enter_namespaces
from arxiviz_pipeline.sandbox.policy import Policy
from arxiviz_pipeline.sandbox.privileges import drop_privileges, limit_resources
from arxiviz_pipeline.sandbox.system_calls import filter_system_calls

_STATUS = struct.Struct("i")


def enter_confinement(policy: Policy, layers: Collection[Layer]) -> None:
    """Go on confined: what returns from here is a descendant of the process that called.

    The process that called, which must have one thread, stays outside as its keeper: it ends
    as the confined one ends, and when it is killed, so is all it keeps.

    Args:
        policy: What the confined process gets.
        layers: Those to use, all of which must work: see `layers.survey_layers`.

    Raises:
        OSError: If the kernel refuses a layer; the process may then be confined in part, and
            should end.
    """
    number = os.getpid()
    alone = "namespaces" in layers
    told, telling = os.pipe()
    if alone:
        enter_namespaces()
        enter_file_tree(policy)
    first = os.fork()  # number one of its namespace, if it has one: what it leaves dies with it
    if first:
        os.close(telling)
        _keep(first, told)
    os.close(told)
    _die_with_parent()
    adopt_orphans()
    if alone:
        _give_up(policy, layers, number)
    script = os.fork()
    if script:
        _tell_end(script, telling, sweep=not alone)
    os.close(telling)
    if not alone:
        _die_with_parent()
        _give_up(policy, layers, number)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        kernel.die_with_parent(signal.SIGKILL)


def _give_up(policy: Policy, layers: Collection[Layer], number: int) -> None:
    if "privileges" in layers:
        drop_privileges(number, () if "namespaces" in layers else policy.readable)
        _die_with_parent()  # a change of user forgets it
        kernel.stay_readable()  # so that its memory can be told
    limit_resources(policy, is_alone="namespaces" in layers)
    if "landlock" in layers:
        inside = "namespaces" in layers  # where nothing is to be seen but what may be
        readable = (Path("/"),) if inside else policy.readable
        written = (SCRATCH, *policy.writable) if inside else policy.writable
        restrict_files(readable, written, may_execute=policy.may_execute)
    if "seccomp" in layers:
        filter_system_calls(may_execute=policy.may_execute, is_alone="namespaces" in layers)


def _keep(first: int, told: int) -> None:
    """Wait for the confined process, and end as it ended."""
    with os.fdopen(told, "rb") as answer:
        status = answer.read(_STATUS.size)
    _, own = os.waitpid(first, 0)
    end_like(_STATUS.unpack(status)[0] if len(status) == _STATUS.size else own)


def _tell_end(script: int, telling: int, *, sweep: bool) -> None:
    """Wait for the script's process, whatever else ends meanwhile, and tell how it ended.

    Without a namespace, which ends with its first process, what is left must be found.
    """
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == script:
            if sweep:
                kill_descendants()
            os.write(telling, _STATUS.pack(status))
            os._exit(0)
