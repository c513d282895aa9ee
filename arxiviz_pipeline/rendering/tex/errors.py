"""Reads TeX's own words out of what it prints."""

import re

_CONTROL_WORD_AT_END = re.compile(r"(\\[A-Za-z@]+\*?|\\.)\s*$")
_LINES_OF_CONTEXT = 4


def tex_error(log: str) -> str | None:
    r"""Return TeX's first error in one line, or None if it reports none.

    An undefined control sequence is named, as TeX does in the line below its message:
    `Undefined control sequence \foo`.
    """
    lines = log.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("! "):
            message = " ".join(line[2:].split()).rstrip(".")
            if message != "Undefined control sequence":
                return message
            context = lines[number + 1 : number + 1 + _LINES_OF_CONTEXT]
            named = next(filter(None, map(_CONTROL_WORD_AT_END.search, context)), None)
            return f"{message} {named[1]}" if named else message
    return None
