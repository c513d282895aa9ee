"""What is open while a formula is written."""

from dataclasses import dataclass, field
from typing import Literal

from arxiviz_pipeline.ingest.formulas.alignments import Alignment

FrameKind = Literal["root", "group", "single", "fence", "option", "dollar", "rows", "cell"]
Mode = Literal["math", "text"]


@dataclass(slots=True)
class Frame:
    r"""Something open, with what TeX would remember of it.

    Attributes:
        kind: `single` holds one token that is an argument without braces, `dollar` is a formula
            within text, `rows` an environment, `cell` a cell of text; the rest is as in TeX.
        start: The place in what is written where this frame, or its cell, begins.
        pending: What the last command still waits for: `m` math, `t` text, `l` lines of math,
            `^` a script.
        has_lines: Whether a row may end here, as in `\substack`.
        is_operator: Whether the last atom is one that `\limits` may follow.
        font: The font switch that holds here.
        half: What closes a fraction that was begun by `\over`.
    """

    kind: FrameKind
    mode: Mode
    start: int
    alignment: Alignment | None = None
    has_lines: bool = False
    pending: list[str] = field(default_factory=list)
    has_subscript: bool = False
    has_superscript: bool = False
    ends_in_prime: bool = False
    is_operator: bool = False
    font: str = ""
    half: str = ""

    def begin_atom(self, *, is_operator: bool = False) -> None:
        """Forget the scripts of the atom before."""
        self.has_subscript = self.has_superscript = self.ends_in_prime = False
        self.is_operator = is_operator

    def begin_cell(self, start: int) -> None:
        """Begin anew at this place."""
        self.start = start
        self.font = self.half = ""
        self.begin_atom()

    def expects_other_mode(self) -> bool:
        """Tell whether the next argument is text within math, or math within text."""
        expected = self.pending[0]
        return expected != "^" and (expected == "t") != (self.mode == "text")
