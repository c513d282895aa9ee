"""Which modules a scene may use: those that compute, and none that reach outside it."""

import sys
from typing import Final

COMPUTING: Final = frozenset(
    """
    __future__ abc array bisect calendar cmath collections colorsys contextlib copy dataclasses
    datetime decimal enum fractions functools heapq itertools json keyword logging manim
    math mpmath networkx numbers numpy operator pprint queue random re scipy secrets
    statistics string struct sympy textwrap time types typing typing_extensions unicodedata uuid
    warnings zlib
    """.split()  # noqa: SIM905 - read as a list, not as quotes
)
"""What a scene may import."""

HARMLESS_USES: Final = {
    "os": frozenset({"path", "sep", "linesep", "getcwd", "environ", "getenv", "name"}),
    "sys": frozenset({"maxsize", "float_info", "version_info", "version", "path", "platform"}),
    "pathlib": frozenset({"Path", "PurePath"}),
}
"""What of refused modules scenes use without harm, as to join a path they never open."""

READING_ARRAYS: Final = frozenset(
    "load save savez savetxt loadtxt genfromtxt fromfile memmap savez_compressed".split()  # noqa: SIM905
)
"""What numpy reads and writes files by."""


def is_allowed(module: str) -> bool:
    """Tell whether a scene may import a module, given with dots."""
    return module.partition(".")[0] in COMPUTING


def is_standard(module: str) -> bool:
    """Tell whether a module comes with Python."""
    return module.partition(".")[0] in sys.stdlib_module_names
