"""What of the sandbox this machine can give: each layer is tried in a process of its own."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from arxiviz_pipeline.sandbox.file_rights import restrict_files
from arxiviz_pipeline.sandbox.file_tree import enter_file_tree
from arxiviz_pipeline.sandbox.namespaces import enter_namespaces
from arxiviz_pipeline.sandbox.policy import Policy
from arxiviz_pipeline.sandbox.privileges import drop_privileges
from arxiviz_pipeline.sandbox.system_calls import filter_system_calls

Layer = Literal["namespaces", "privileges", "landlock", "seccomp"]
"""The parts of a sandbox that a machine may lack; limits and a bare environment each has."""

LAYERS: Final[tuple[Layer, ...]] = get_args(Layer)

LAYER_GIVES: Final[dict[Layer, str]] = {
    "namespaces": "scenes see a file tree, processes and a network of their own",
    "privileges": "scenes run as nobody, without capabilities",
    "landlock": "scenes are kept to their files and off the network once more",
    "seccomp": "scenes are refused the system calls that no scene needs",
}
"""What each layer is for, in a line."""

LAYER_REMEDIES: Final[dict[Layer, str]] = {
    "namespaces": (
        "Run as root or let users make namespaces: sysctl kernel.unprivileged_userns_clone=1 "
        "(Debian) or kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu); in a container, "
        "give it CAP_SYS_ADMIN. Linux 5.12 or later is needed."
    ),
    "privileges": "Any Linux has it.",
    "landlock": "It takes Linux 5.13 or later with landlock among the boot option lsm=.",
    "seccomp": "Install libseccomp: sudo apt-get install libseccomp2 (Debian, Ubuntu).",
}
"""What to do where a layer is missing."""

_MOST_TOLD_BYTES = 1000
_PROBE = Policy(readable=(Path("/usr"),))


@dataclass(frozen=True, slots=True)
class LayerState:
    """Whether a layer works here.

    Attributes:
        refusal: What the kernel said; None if the layer works.
    """

    layer: Layer
    refusal: str | None

    @property
    def works(self) -> bool:
        """Whether the layer can be relied on."""
        return self.refusal is None


def survey_layers() -> tuple[LayerState, ...]:
    """Try each layer; the calling process must have one thread."""
    return tuple(LayerState(layer, _refusal(_TRIALS[layer])) for layer in LAYERS)


def _enter_namespaces() -> None:
    enter_namespaces()
    enter_file_tree(_PROBE)


_TRIALS: Final[dict[Layer, Callable[[], None]]] = {
    "namespaces": _enter_namespaces,
    "privileges": lambda: drop_privileges(os.getpid()),
    "landlock": lambda: restrict_files(_PROBE.readable, (), may_execute=False),
    "seccomp": lambda: filter_system_calls(may_execute=False, is_alone=True),
}


def _refusal(trial: Callable[[], None]) -> str | None:
    """Try a layer in a fork of this process; return why it failed, or None."""
    if sys.platform != "linux":
        return "it is Linux's"
    told, telling = os.pipe()
    child = os.fork()
    if child == 0:
        refusal = _try(trial)
        os.write(telling, refusal.encode()[:_MOST_TOLD_BYTES])
        os._exit(0)
    os.close(telling)
    with os.fdopen(told, "rb") as answer:
        refusal = answer.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    if status:
        return f"trying it ended with status {status}"
    return refusal or None


def _try(trial: Callable[[], None]) -> str:
    try:
        trial()
    except OSError as error:
        return error.strerror or str(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the layer doesn't work
        return f"{type(error).__name__}: {error}"
    return ""
