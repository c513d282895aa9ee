"""Walks a paper's expanded tokens and writes Markdown, its displays and sections on the way.

What commands and environments do is installed from `text_commands`, `environments` and
`structure`; here are running text, groups, formulas and paragraphs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from arxiviz_pipeline.ingest.formulas.cleaning import tidy_latex
from arxiviz_pipeline.ingest.latex.document import NONE, Cursor, Document
from arxiviz_pipeline.ingest.latex.formulas import display_latex, inline_latex, write_latex
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH, RAW
from arxiviz_pipeline.ingest.latex.outline import Part
from arxiviz_pipeline.ingest.latex.running_text import (
    emphasise,
    one_line,
    settle,
    write_paragraph,
    write_run,
)
from arxiviz_pipeline.ingest.markdown_text import NEWLINE, write_formula

_DEEPEST = 12  # texts within texts: a cell in a caption in a note
_MOST_OPENED = 100  # groups and environments, one in the other
_LONGEST_INLINE = 20_000  # tokens

Handler = Callable[["Writer", str], None]


@dataclass(frozen=True, slots=True)
class Mode:
    """How text is written.

    Attributes:
        is_inline: On one line, without blocks.
        escapes: Whether Markdown's own signs are escaped.
        emphasis: Whether emphasis, links and notes are kept.
        is_tidy: Whether formulas are left as the paper has them.
    """

    is_inline: bool = False
    escapes: bool = True
    emphasis: bool = True
    is_tidy: bool = False


FLOW = Mode()
INLINE = Mode(is_inline=True)
CAPTION = Mode(is_inline=True, emphasis=False)
PLAIN = Mode(is_inline=True, escapes=False, emphasis=False, is_tidy=True)


@dataclass(slots=True)
class Front:
    """What a paper says of itself before its text; authors are spans of tokens."""

    title: str = ""
    title_end: int = 0
    abstract: str = ""
    authors: list[tuple[int, int]] = field(default_factory=list)


class ListItems(Protocol):
    """A list whose items are being written."""

    def begin_item(self, label: str | None) -> None:
        """Begin an item, with the label it brings."""
        ...


@dataclass(slots=True)
class Opened:
    """Something that was opened: a group, a list, a note.

    Attributes:
        closer: The token that closes it.
        finish: What is done then.
        marks: Emphasis from a place in the running text on.
    """

    closer: str
    finish: Callable[[], None] | None = None
    marks: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Shared:
    """What the writers of a paper's parts have in common."""

    document: Document
    handlers: Mapping[str, Handler]
    front: Front = field(default_factory=Front)
    parts: list[Part] = field(default_factory=lambda: [Part("", 1)])
    counters: dict[str, int] = field(default_factory=dict)
    citations: Mapping[str, str] = field(default_factory=dict)
    citation_years: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    is_appendix: bool = False


class Writer:
    """Writes the tokens of a span.

    Attributes:
        cursor: Where it is.
        running: The paragraph being written.
        blocks: What is written of the section, list item or note.
    """

    def __init__(
        self, shared: Shared, start: int, end: int, mode: Mode = FLOW, depth: int = 0
    ) -> None:
        self.shared = shared
        self.document = shared.document
        self.cursor = Cursor(shared.document, start, end)
        self.mode = mode
        self.depth = depth
        self.running: list[str] = []
        self.blocks: list[str] = shared.parts[-1].blocks if not mode.is_inline else []
        self.opened: list[Opened] = []
        self.lists: list[ListItems] = []
        self.floats: list[str] = []
        self.container_count = 0

    def write(self) -> None:
        """Write everything up to the end of the span."""
        cursor, tokens, handlers = self.cursor, self.document.tokens, self.shared.handlers
        while cursor.position < cursor.end:
            token = tokens[cursor.position]
            cursor.position += 1
            first = token[0]
            if first == " ":
                self.running.append(token)
            elif first in "\\{}$~^_&":
                handler = handlers.get(token)
                if handler is not None:
                    handler(self, token)
                elif first == "\\":
                    self.unknown(token)
            elif first not in RAW + "#":
                self.running.append(write_run(token, escapes=self.mode.escapes))
        while self.opened:
            self.close_last()
        self.end_paragraph()

    def inline(self, span: tuple[int, int], mode: Mode = INLINE) -> str:
        """Write a span as one line, apart from the text around it."""
        if self.depth >= _DEEPEST or span[0] >= span[1]:
            return ""
        mode = mode if mode.is_inline else INLINE
        end = min(span[1], span[0] + _LONGEST_INLINE)
        writer = Writer(self.shared, span[0], end, mode, self.depth + 1)
        writer.open("")  # a switch to bold type holds for the whole span
        writer.write()
        return one_line("".join(writer.running), escapes=mode.escapes)

    def unknown(self, token: str) -> None:
        """Leave out a command that nobody knows, and keep its argument's text."""
        if token.startswith((r"\begin{", r"\end{")):
            if token.startswith(r"\end{"):
                self.close(token)
            return
        start = self.cursor.position
        if token[1:].isalpha() and self.cursor.option() is not None and self.cursor.peek() != "{":
            self.cursor.position = start

    # Paragraphs and blocks

    def end_paragraph(self) -> None:
        """End the paragraph; on a single line that is but a space."""
        if self.mode.is_inline:
            self.running.append(" ")
            return
        for opened in self.opened:
            self._wrap(opened)
            opened.marks = [(0, mark) for _, mark in opened.marks]
        if paragraph := write_paragraph("".join(self.running)):
            self.blocks.append(paragraph)
        self.running.clear()

    def add_block(self, block: str) -> None:
        """Write a block of its own."""
        if not block:
            return
        if self.mode.is_inline:
            self.running.append(f" {block} ".replace("\n", " "))
            return
        self.end_paragraph()
        self.blocks.append(block)

    # Groups

    def open(self, closer: str, finish: Callable[[], None] | None = None) -> Opened:
        """Remember what closes something, and what is then to be done."""
        opened = Opened(closer, finish)
        if len(self.opened) < _MOST_OPENED:
            self.opened.append(opened)
        return opened

    def close(self, closer: str) -> None:
        """Close what this token closes, with everything still open in it."""
        if any(opened.closer == closer for opened in self.opened[-40:]):
            while self.opened and self.close_last() != closer:
                pass

    def close_last(self) -> str:
        """Close what was opened last."""
        opened = self.opened.pop()
        self._wrap(opened)
        if opened.finish is not None:
            opened.finish()
        return opened.closer

    def emphasise_rest(self, mark: str) -> None:
        """Emphasise what follows in this group."""
        if self.opened and self.mode.emphasis:
            self.opened[-1].marks.append((len(self.running), mark))

    def _wrap(self, opened: Opened) -> None:
        for start, mark in reversed(opened.marks):
            content = "".join(self.running[start:])
            self.running[start:] = [emphasise(content, mark)] if content else []

    def container(self, closer: str, finish: Callable[[list[str]], None]) -> None:
        """Write what follows apart, until the token that closes it.

        Args:
            closer: The token.
            finish: What becomes of the blocks.
        """
        if self.container_count >= _DEEPEST or len(self.opened) >= _MOST_OPENED:
            return
        self.container_count += 1
        outer_blocks, outer_running = self.blocks, self.running
        self.blocks, self.running = [], []

        def close() -> None:
            if self.mode.is_inline:
                self.blocks.append(settle("".join(self.running)))
                self.running.clear()
            self.end_paragraph()
            self.container_count -= 1
            inner, self.blocks, self.running = self.blocks, outer_blocks, outer_running
            finish(inner)

        self.open(closer, close)

    # Formulas

    def display(self, name: str, start: int, end: int) -> None:
        """Write a display block, and keep its formula for the section."""
        tex = display_latex(self.document, name, start, end)
        if not tex:
            return
        if not self.mode.is_tidy:
            self.shared.parts[-1].equations.append(tex)
        if self.mode.is_inline:
            self.running.append(f" ${write_formula(tex)}$ ")
        else:
            self.add_block(f"$$\n{write_formula(tex)}\n$$")

    def formula(self, start: int, end: int) -> None:
        """Write a formula in the line."""
        if self.mode.is_tidy:
            tex = tidy_latex(write_latex(self.document, start, end))
        else:
            tex = inline_latex(self.document, start, end)
        if tex:
            self.running.append(f"${write_formula(tex)}$")

    def line_break(self) -> None:
        """Begin a new line in the paragraph."""
        self.running.append(" " if self.mode.is_inline else NEWLINE)

    def partner(self) -> int:
        """Return where closes what the last token opened, or `NONE`."""
        close = self.document.partners[self.cursor.position - 1]
        return close if close < self.cursor.end else NONE

    def paragraph_end(self) -> int:
        """Return where the paragraph ends that is being written."""
        index = self.cursor.position
        while index < self.cursor.end and self.document.tokens[index] != PARAGRAPH:
            index += 1
        return index
