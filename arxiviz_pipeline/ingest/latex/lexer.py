r"""Cuts TeX text into tokens, as far as category codes that papers really change allow.

A token is a string, told by its first character: a control sequence begins with a backslash, the
signs with a meaning (`{ } $ & ^ _ ~ #`) stand alone, a parameter is `#1`, white space is one
space, an empty line is `\par`. Everything else comes in runs of characters, a word at a time;
who needs single characters splits them. Text that is not to be read as TeX follows `RAW`.
"""

import re

RAW = "\x00"
PARAGRAPH = r"\par"

_TEXT = r"""
    (\\%s)(?:[ \t]*(?:\n(?![ \t]*\n)[ \t]*)?)  # 1: a control word, and the white space it swallows
  | (\\(?:[^A-Za-z]|$))                        # 2: a control symbol
  | (%%[^\n]*(?:\n[ \t]*(\n\s*)?)?)            # 3: a comment with its line's end; 4: an empty line
  | (\s+)                                      # 5: white space
  | ([{}$&^_~]|\#+[1-9]?|[^\\%%{}$&^_~\#\s]+)  # 6: signs and text
"""
_TOKEN = re.compile(_TEXT % "[A-Za-z]+", re.VERBOSE)
_TOKEN_IN_STYLE = re.compile(_TEXT % "[A-Za-z@]+", re.VERBOSE)
_DELIMITED = re.compile(
    r"\*?(?:\[[^\]\n]{0,200}\])?[ \t]*(?:\{([^{}\n]{0,2000})\}|(\S)([^\n]{0,2000}?)\2)"
)
_SPACES = re.compile(r"[ \t]*")

_MOST_MARKINGS = 5  # each goes through the whole file


class Lexer:
    r"""Reads one file's tokens one by one.

    Attributes:
        at_is_letter: Whether `@` may be part of a control word, as after `\makeatletter`.
    """

    def __init__(self, text: str, name: str, *, at_is_letter: bool = False) -> None:
        self.name = name
        self.at_is_letter = at_is_letter
        self._text = text.replace(RAW, "")
        self._position = 0
        self._markings_left = _MOST_MARKINGS
        self._absent: set[str] = set()  # markers that do not follow, wherever one looks from

    def next(self) -> str | None:
        """Return the next token, or None at the end."""
        while True:
            pattern = _TOKEN_IN_STYLE if self.at_is_letter else _TOKEN
            match = pattern.match(self._text, self._position)
            if match is None:
                return None
            self._position = match.end()
            if match[6] or match[1]:
                return match[6] or match[1]
            if match[5]:
                return PARAGRAPH if match[5].count("\n") > 1 else " "
            if match[2]:
                return r"\ " if match[2][1:].isspace() else match[2]
            if match[4] is not None:
                return PARAGRAPH

    def raw_until(self, marker: str) -> str | None:
        """Take the text up to a marker, and the marker; None if it does not follow."""
        end = -1 if marker in self._absent else self._text.find(marker, self._position)
        if end < 0:
            self._absent.add(marker)
            return None
        raw = self._text[self._position : end]
        self._position = end + len(marker)
        return raw

    def raw_delimited(self) -> str | None:
        r"""Take what stands between two equal signs on one line: `|a%b|`, as after `\verb`."""
        match = _DELIMITED.match(self._text, self._position)
        if match is None:
            return None
        self._position = match.end()
        return match[1] if match[1] is not None else match[3]

    def raw_group(self) -> str | None:
        """Take what stands between braces, as in an address: `%` and `#` mean themselves."""
        start = _SPACES.match(self._text, self._position)
        position = start.end() if start else self._position
        if self._text[position : position + 1] != "{":
            return None
        depth = 0
        for brace in re.compile(r"\\.|[{}]|\n[ \t]*\n", re.DOTALL).finditer(self._text, position):
            depth += (brace[0] == "{") - (brace[0] == "}")
            if brace[0][0] == "\n":
                return None
            if depth == 0:
                self._position = brace.end()
                return self._text[position + 1 : brace.start()]
        return None

    def rest_of_line(self) -> str:
        """Take the text up to the line's end."""
        raw = self.raw_until("\n")
        if raw is None:
            raw, self._position = self._text[self._position :], len(self._text)
        return raw

    def skip_line(self, *markers: str) -> None:
        """Leave out what stands before the first of these marks, and the mark; nothing if none."""
        marks = [mark for mark in markers if mark not in self._absent]
        places = [(self._text.find(mark, self._position), mark) for mark in marks]
        self._absent.update(mark for place, mark in places if place < 0)
        found = [place for place in places if place[0] >= 0]
        if found:
            start, mark = min(found)
            self._position = start + len(mark)

    def mark_verbatim(self, sign: str, *, until: str) -> None:
        r"""Put `\verb` before each text between two of these signs, up to a marker."""
        self._markings_left -= 1
        if self._markings_left < 0:
            return
        end = self._text.find(until, self._position)
        end = len(self._text) if end < 0 else end
        rest = self._text[self._position : end]
        mark = re.escape(sign)
        marked = re.sub(
            rf"(?<![\\a-z]){mark}([^{mark}\n]*){mark}", lambda found: rf"\verb{found[0]}", rest
        )
        self._text = self._text[: self._position] + marked + self._text[end:]
        self._absent.clear()

    def end(self) -> None:
        """Leave out what follows."""
        self._position = len(self._text)
