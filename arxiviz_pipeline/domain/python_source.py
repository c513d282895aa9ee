"""Parses Python that somebody else wrote; nothing of it is executed."""

import ast
from threading import Lock
from typing import Final

# CPython counts how deep a tree is for all threads at once, and fails with a SystemError where
# two build one at the same time: https://github.com/python/cpython/issues/106905
_PARSING: Final = Lock()


def parse_python(code: str) -> ast.Module:
    """Parse a module.

    Raises:
        SyntaxError: If Python cannot read it; ValueError, RecursionError or MemoryError if it
            holds null bytes or is nested too deeply.
    """
    with _PARSING:
        return ast.parse(code)
