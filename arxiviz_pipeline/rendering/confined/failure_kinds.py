"""Tells what kind of failure an exception is, by its type, its number and who raised it."""

import errno
import re
from collections.abc import Iterator
from types import TracebackType
from typing import Final

from arxiviz_pipeline.domain.errors import RenderErrorKind

_KINDS_OF_ERRNO: Final[dict[int | None, RenderErrorKind]] = {
    errno.EPERM: "forbidden",
    errno.EACCES: "forbidden",
    errno.EROFS: "forbidden",
    errno.ENETUNREACH: "forbidden",
    errno.ENOMEM: "memory",
    errno.ENOSPC: "disk",
    errno.EDQUOT: "disk",
    errno.EFBIG: "disk",
    errno.EAGAIN: "processes",
}
# Python has one type for a call with wrong arguments and for whatever else is of a wrong type.
_WRONG_ARGUMENTS: Final = re.compile(
    r"unexpected keyword argument|required (?:keyword-only )?(?:positional )?argument"
    r"|positional arguments? but|takes no (?:keyword )?arguments|multiple values for"
)
_MADE_READER: Final = "Mobject.__getattr__.<locals>."  # Manim's, for any get_… and set_…
_NO_INPUT: Final = "EOF when reading a line"
_NO_THREAD: Final = "can't start new thread"
_NETWORK_MODULES: Final = frozenset({"socket", "urllib", "http", "requests", "httpx", "aiohttp"})
_MOST_CAUSES: Final = 10


def failure_kind(error: BaseException) -> RenderErrorKind:
    """Return the kind of failure that a script's exception is."""
    if any(map(_is_of_network, _with_causes(error))):
        return "forbidden"
    match error:
        case ImportError():
            return "import"
        case NameError() | AttributeError():
            return "name"
        case TypeError():
            return _kind_of_type_error(error)
        case SystemExit():
            return "exit"
        case EOFError() if str(error) == _NO_INPUT:
            return "input"
        case MemoryError():
            return "memory"
        case RuntimeError() if str(error) == _NO_THREAD:
            return "processes"
        case OSError():
            return _KINDS_OF_ERRNO.get(error.errno, "exception")
        case _:
            return "exception"


def lacks_method(error: BaseException) -> bool:
    """Tell whether a method was called that is not there, and that Manim made a reader of."""
    return isinstance(error, TypeError) and str(error).startswith(_MADE_READER)


def expression_at(traceback: TracebackType | None, script: str) -> str | None:
    """Return what the script's innermost line was evaluating, as it is written, if on one line."""
    place: TracebackType | None = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == script:
            place = traceback
        traceback = traceback.tb_next
    if place is None:
        return None
    positions = list(place.tb_frame.f_code.co_positions())[place.tb_lasti // 2]
    line, last_line, start, end = positions
    if line is None or line != last_line:
        return None
    with open(script, "rb") as file:  # noqa: PTH123 - columns count bytes
        written = file.read().split(b"\n")[line - 1]
    return written[start:end].decode(errors="replace")


def _kind_of_type_error(error: TypeError) -> RenderErrorKind:
    if lacks_method(error):
        return "name"
    return "argument" if _WRONG_ARGUMENTS.search(str(error)) else "exception"


def _is_of_network(error: BaseException) -> bool:
    module = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError) and module in _NETWORK_MODULES


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, and what it was raised for."""
    seen: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in seen and len(seen) < _MOST_CAUSES:
        yield each
        seen.append(each)
        each = each.__cause__ or each.__context__
