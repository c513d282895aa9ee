r"""What is written of a formula so far, and what is open in it.

What is open (groups, `\left … \right`, rows and cells) is kept on a stack of frames, where TeX
keeps it too. What is missing when a frame closes is added then.
"""

import re
from typing import Final

from arxiviz_pipeline.ingest.formulas.alignments import Alignment
from arxiviz_pipeline.ingest.formulas.expansion import Expander
from arxiviz_pipeline.ingest.formulas.frames import Frame, FrameKind, Mode
from arxiviz_pipeline.ingest.formulas.known_commands import MATH_SYMBOLS

CELL_ENDS: Final = frozenset(["&", "\\\\"])
BLANK: Final = frozenset(["", " ", "\\ ", "\\\\"])
WITHIN_CELL: Final = frozenset(["single", "fence", "option", "cell"])
"""The frames that close of themselves where a cell or a group ends."""

_DEEPEST: Final = 200  # TeX itself follows 255 levels of groups
_SPACE: Final = re.compile(r"\\(?:[,;:!>/ -]|m?kern|[hm]skip)")
_CAPITALS_ONLY: Final = {r"\mathbb": r"\mathbf", r"\Bbb": r"\mathbf", r"\mathcal": r"\mathit"}


class TooDeepError(Exception):
    """Groups are nested deeper than TeX allows."""


class Draft:
    """A formula that is being written.

    Attributes:
        source: What is still to be read.
        written: The pieces written; some are empty, places where something may be put later.
        frames: What is open, outermost first.
        rows: The formula's own rows and cells, outside of any environment.
        row_ends: How many of these rows have ended.
        endless: The drawings whose end was looked for and not found.
    """

    def __init__(self, source: Expander) -> None:
        """Write what this hands out."""
        self.source = source
        self.written: list[str] = [""]
        self.frames = [Frame("root", "math", 0)]
        self.rows = Alignment("gathered", "", 0)
        self.row_ends = 0
        self.endless: set[str] = set()

    @property
    def top(self) -> Frame:
        """The innermost frame."""
        return self.frames[-1]

    @property
    def is_text(self) -> bool:
        """Whether words are written now, not math."""
        return self.frames[-1].mode == "text"

    def put_space(self) -> None:
        """Write a space, where one is of use."""
        frame, written = self.top, self.written
        if frame.pending or written[-1] == " ":
            return
        opens = frame.start == len(written) - 1 and written[frame.start - 1] not in CELL_ENDS
        if not opens or frame.mode == "text":
            written.append(" ")

    def symbol(self, text: str, *, is_operator: bool = False) -> None:
        """Write something that stands by itself."""
        frame = self.top
        if not frame.pending and frame.kind != "single":
            frame.begin_atom(is_operator=is_operator)
            self.written.append(text)
        elif frame.pending and frame.pending[0] == "^" and not _SPACE.match(text):
            frame.pending.clear()
            self.written.append(text)
            self.settle()
        else:
            self.enter()
            self.written.append(text)
            self.settle()

    def enter(self, *, is_operator: bool = False) -> Frame:
        """Make place for an atom, in braces if it is an argument that has none."""
        frame = self.top
        if frame.pending:
            kind = frame.pending.pop(0)
            self.written.append("{")
            frame = self.open("single", "text" if kind == "t" else "math")
        frame.begin_atom(is_operator=is_operator)
        return frame

    def settle(self) -> None:
        """Close the frames of one token that have it."""
        while self.top.kind == "single" and not self.top.pending:
            self.close()

    def open(self, kind: FrameKind, mode: Mode) -> Frame:
        """Open a frame at this place.

        Raises:
            TooDeepError: If TeX would not follow that deep.
        """
        if len(self.frames) > _DEEPEST:
            raise TooDeepError
        frame = Frame(kind, mode, len(self.written))
        self.written.append("")
        self.frames.append(frame)
        return frame

    def close(self) -> None:
        """Close the frame on top, with all it still waits for."""
        frame = self.top
        self.fill(frame)
        self.frames.pop()
        if frame.kind == "rows":
            while self.written[-1] in BLANK:
                self.written.pop()
        self.written.append(frame.half)
        match frame.kind:
            case "single" | "group" | "cell":
                self._mend_alphabet(frame.start)
                self.written.append("}")
            case "fence":
                self.written.append(r"\right.")
            case "option":
                self.written.append("]")
            case "dollar":
                is_empty = is_blank(self.written, frame.start)
                self.written.append("{}$" if is_empty else "$")
            case "rows" if frame.alignment is not None:
                begin, end = frame.alignment.written()
                self.written[frame.alignment.begin] = begin
                self.written.append(end)
            case _:
                pass

    def _mend_alphabet(self, start: int) -> None:
        """Write letters that an alphabet of capitals lacks in another."""
        written = self.written
        command = written[start - 2]
        if command not in _CAPITALS_ONLY:
            return
        letters = "".join(written[start:]).strip()
        if letters == "k" and command != r"\mathcal":
            written[start - 2 :] = ["", "{", r"\Bbbk"]
        elif letters.isalnum() and not letters.isupper():
            written[start - 2] = _CAPITALS_ONLY[command]

    def close_down_to(self, place: int) -> None:
        """Close what is above this frame."""
        while len(self.frames) > place + 1:
            self.close()

    def fill(self, frame: Frame) -> None:
        """Write what a frame still waits for as empty groups."""
        self.written += ["{}"] * len(frame.pending)
        frame.pending.clear()

    def finish(self) -> Frame:
        """Give commands that still wait for arguments empty ones."""
        self.settle()
        while self.top.pending:
            self.fill(self.top)
            self.settle()
        return self.top

    def insert_before(self, frame: Frame, text: str) -> None:
        """Write something at the beginning of a frame, or of its cell."""
        written = self.written
        written[frame.start] = text + written[frame.start]
        if written[frame.start + 1 : frame.start + 2] == [" "]:
            written[frame.start + 1] = ""

    def place_of(self, kind: FrameKind, within: frozenset[str] = WITHIN_CELL) -> int:
        """Find an open frame below those that may be closed for it; -1 if there is none."""
        for place in range(len(self.frames) - 1, 0, -1):
            if self.frames[place].kind == kind:
                return place
            if self.frames[place].kind not in within:
                break
        return -1

    def put_accent(self, accent: str) -> None:
        """Put an accent on the letter just written."""
        last = self.written[-1]
        if self.top.pending:
            return
        if last and last[-1].isalnum() and (last[0] != "\\" or last[1:] in MATH_SYMBOLS):
            letter = last if last[0] == "\\" else last[-1]
            self.written[-1] = last[: -len(letter)]
            accented = f"\\{accent}{{{letter}}}"
            is_script = not self.written[-1] and self.written[-2:-1] in (["^"], ["_"])
            self.written.append(f"{{{accented}}}" if is_script else accented)
            self.top.begin_atom()

    def open_group(self) -> None:
        """Open a brace: an argument that is waited for, or a group."""
        frame = self.top
        mode, has_lines = frame.mode, False
        if frame.pending:
            kind = frame.pending.pop(0)
            mode, has_lines = "text" if kind == "t" else "math", kind == "l"
        else:
            frame.begin_atom()
        self.written.append("{")
        self.open("group", mode).has_lines = has_lines

    def close_group(self) -> None:
        """Close the last open brace; without one, do nothing."""
        place = self.place_of("group", WITHIN_CELL | {"dollar"})
        if place > 0:
            self.close_down_to(place - 1)
            self.settle()

    def begin_math(self, tokens: list[str]) -> None:
        """Begin a formula within text, for one atom."""
        self.enter()
        self.written.append(r"\ensuremath{")
        self.open("single", "math")
        self.source.stream.give_back(tokens)

    def text(self) -> str:
        """Close everything and return the formula, its rows in an environment."""
        self.close_down_to(0)
        self.fill(self.top)
        written = self.written
        while written and written[-1] in BLANK:
            self.row_ends -= written.pop() == "\\\\"
        written.append(self.top.half)
        tex = _joined(written)
        if self.row_ends <= 0 and self.rows.width == 1:
            return tex
        begin, end = self.rows.written()
        if tex.startswith(("[", "*")):
            begin += "{}"
        return f"{begin}{tex}{end}"


def is_blank(written: list[str], start: int = 0) -> bool:
    """Tell whether nothing can be seen from this place on."""
    for place in range(start, len(written)):
        if written[place] and not written[place].isspace():
            return False
    return True


def _joined(written: list[str]) -> str:
    """Join what was written, with the spaces that end a command's name."""
    pieces: list[str] = []
    last = ""
    for text in written:
        if text:
            ends_name = last[-1:].isalpha() and text[0].isalpha() and "\\" in last
            # `\\\{` would be read by Manim as an open brace.
            if ends_name or (last == "\\\\" and text[0] == "\\"):
                pieces.append(" ")
            pieces.append(text)
            last = text
    return re.sub(r"  +", " ", "".join(pieces)).strip()
