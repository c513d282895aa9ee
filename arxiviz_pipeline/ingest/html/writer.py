"""The writer of Markdown: blocks one after the other, running text between them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest import markdown_text as markdown
from arxiviz_pipeline.ingest.formulas.cleaning import clean_latex
from arxiviz_pipeline.ingest.html import pictures
from arxiviz_pipeline.ingest.html.blocks import HEADINGS, LIST_CLASSES, is_block, is_skipped
from arxiviz_pipeline.ingest.html.lists import items_of, marker_of, tag_of
from arxiviz_pipeline.ingest.html.math import (
    classes_of,
    display_latex,
    is_display,
    prose_in,
    raw_latex,
)
from arxiviz_pipeline.ingest.html.section_text import Piece, SectionText, content_of
from arxiviz_pipeline.ingest.html.tables import is_data_table, rows_of

_DEEPEST = 120  # levels: real pages have about 30; below, only text is kept
_BOLD = frozenset({"ltx_font_bold"})
_ITALIC = frozenset({"ltx_emph", "ltx_font_italic", "ltx_font_slanted"})
_CODE = frozenset({"ltx_font_typewriter", "ltx_verbatim"})
_CAPTIONS = frozenset({"ltx_caption", "caption"})
_HIDDEN_NOTE = "ltx_role_footnotemark"  # its text stands elsewhere


@dataclass(slots=True)
class Writer:
    """Writes elements as Markdown.

    Attributes:
        is_foreign: Tells elements to be left out.
        holders: The elements with blocks inside.
        opens_part: Tells headings that begin a new part.
        openers: The elements with such headings inside, whatever else they may be.
        latex: Cleans inline formulas.
        escapes: Whether Markdown's signs in text are escaped.
        emphasis: Whether emphasis, links and pictures are kept.
    """

    is_foreign: Callable[[HtmlElement], bool]
    holders: frozenset[HtmlElement]
    opens_part: Callable[[HtmlElement], bool] = lambda _: False
    openers: frozenset[HtmlElement] = frozenset()
    latex: Callable[[str], str] = clean_latex
    escapes: bool = True
    emphasis: bool = True
    written: SectionText = field(default_factory=SectionText)
    parts: list[tuple[HtmlElement | None, SectionText]] = field(default_factory=list)
    depth: int = 0
    nesting: int = 0

    def start_part(self, heading: HtmlElement | None) -> None:
        """Begin a new part, opened by this heading."""
        self.written = SectionText()
        self.parts.append((heading, self.written))

    def flow(self, pieces: Iterator[Piece]) -> None:
        """Write blocks; running text between them becomes paragraphs."""
        running: list[str] = []
        notes: list[HtmlElement] = []
        for piece in pieces:
            if isinstance(piece, str):
                running.append(self._text(piece))
            elif self.is_foreign(piece) or is_skipped(piece):
                continue
            elif piece in self.holders and "ltx_note" in classes_of(piece):
                notes.append(piece)  # blocks of its own must not break the sentence it hangs on
            elif is_block(piece) or piece in self.holders or _is_figure(piece):
                self._end_paragraph(running, notes)
                self._block(piece)
            else:
                running.append(self._inline(piece))
        self._end_paragraph(running, notes)

    def _end_paragraph(self, running: list[str], notes: list[HtmlElement]) -> None:
        paragraph = markdown.settle("".join(running))
        running.clear()
        if paragraph:
            self.written.blocks.append(markdown.escape_lines(paragraph))
        for note in notes:
            blocks = self._apart(content_of(note))
            self.written.blocks.extend(_as_note(blocks))
        notes.clear()

    def _block(self, element: HtmlElement) -> None:
        if self.depth >= _DEEPEST:
            self._end_paragraph([self._text("".join(element.itertext()))], [])
            return
        self.depth += 1
        self._write_block(element, classes_of(element))
        self.depth -= 1

    def _write_block(self, element: HtmlElement, classes: frozenset[str]) -> None:
        if element in self.openers:
            self.flow(content_of(element))
        elif is_display(element):
            self._display(element)
        elif element.tag in HEADINGS and not self.nesting and self.opens_part(element):
            self.start_part(element)
        elif element.tag in HEADINGS:
            self._add_marked("**", element)
        elif element.tag in ("figcaption", "caption") or not _CAPTIONS.isdisjoint(classes):
            self._add_marked("*", element)
        elif element.tag in ("ul", "ol", "dl") or not LIST_CLASSES.isdisjoint(classes):
            self._list(element)
        elif element.tag == "pre" or "ltx_listing" in classes:
            self._listing(element)
        elif is_data_table(element):
            self._add(markdown.write_table(rows_of(element, self._cell)))
        elif element.tag == "blockquote":
            for inner in self._apart(content_of(element)):
                self.written.blocks.append("> " + inner.replace("\n", "\n> "))
        elif pictures.is_picture(element):
            words = pictures.name_of(element) or "Picture"
            self.written.blocks.append(markdown.write_picture(words, element.get("src") or ""))
        else:
            blocks = self.written.blocks
            start = len(blocks)
            self.flow(content_of(element))
            if "ltx_acknowledgements" in classes and len(blocks) > start:
                blocks[start] = f"**Acknowledgements.** {blocks[start]}"

    def _add(self, block: str) -> None:
        if block:
            self.written.blocks.append(block)

    def _display(self, element: HtmlElement) -> None:
        if tex := display_latex(element):
            self.written.equations.append(tex)
            self.written.blocks.append(f"$$\n{markdown.write_formula(tex)}\n$$")
        for prose in [] if element.tag == "math" else prose_in(element):
            self._end_paragraph([self.inline_content(prose)], [])

    def _add_marked(self, mark: str, element: HtmlElement) -> None:
        if line := markdown.one_line(self._content_without_emphasis(element)):
            self.written.blocks.append(f"{mark}{line}{mark}")

    def _apart(self, pieces: Iterator[Piece]) -> list[str]:
        """Write blocks that go into another one."""
        outer, self.written = self.written, SectionText(equations=self.written.equations)
        self.nesting += 1
        self.flow(pieces)
        self.nesting -= 1
        inner, self.written = self.written, outer
        return inner.blocks

    def _list(self, element: HtmlElement) -> None:
        items: list[tuple[str, str]] = []
        term = ""
        for number, item in enumerate(items_of(element), start=1):
            if self.is_foreign(item):
                continue
            if item.tag == "dt":
                term = markdown.one_line(self.inline_content(item))
                continue
            tag = tag_of(item)
            label = term if tag is None else markdown.one_line(self.inline_content(tag))
            term = ""
            pieces = (piece for piece in content_of(item) if piece is not tag)
            content = "\n\n".join(self._apart(pieces))
            items.append((marker_of(element, item, number, label), content))
        self._add(markdown.write_list(items))

    def _listing(self, element: HtmlElement) -> None:
        rows = [row for row in element.iter() if "ltx_listingline" in classes_of(row)]
        code = (
            "\n".join(self._code_line(row) for row in rows) if rows else "".join(element.itertext())
        )
        self._add(markdown.write_code(code))

    def _cell(self, cell: HtmlElement) -> str:
        return markdown.one_line(self.inline_content(cell))

    def _text(self, text: str) -> str:
        return markdown.escape(text) if self.escapes else text

    def _content_without_emphasis(self, element: HtmlElement) -> str:
        before, self.emphasis = self.emphasis, False
        content = self.inline_content(element)
        self.emphasis = before
        return content

    def _code_line(self, row: HtmlElement) -> str:
        before, self.escapes = self.escapes, False
        line = self._content_without_emphasis(row)
        self.escapes = before
        return re.sub(rf"[\s{markdown.NEWLINE}]", " ", line.strip("\n")).rstrip()

    def inline_content(self, element: HtmlElement) -> str:
        """Write what is in an element as running text, breaks and spaces not yet settled."""
        parts: list[str] = []
        for piece in content_of(element):
            if isinstance(piece, str):
                parts.append(self._text(piece))
            elif not self.is_foreign(piece) and not is_skipped(piece):
                parts.append(self._inline(piece))
        return "".join(parts)

    def _inline(self, element: HtmlElement) -> str:
        if self.depth >= _DEEPEST:
            return self._text("".join(element.itertext()))
        self.depth += 1
        written = self._inline_element(element, classes_of(element))
        self.depth -= 1
        return written

    def _inline_element(self, element: HtmlElement, classes: frozenset[str]) -> str:
        if is_display(element):
            tex = display_latex(element)
            self.written.equations.extend([tex] if tex else [])
            return f" ${markdown.write_formula(tex)}$ " if tex else ""
        if element.tag == "math":
            tex = self.latex(raw_latex(element))
            return f"${markdown.write_formula(tex)}$" if tex else ""
        if element.tag == "br":
            return markdown.NEWLINE
        if element.tag in ("img", "object", "embed"):
            if not (self.emphasis and pictures.is_picture(element)):
                return ""
            return markdown.write_picture(pictures.name_of(element), element.get("src") or "")
        content = self.inline_content(element)
        if "ltx_note" in classes:
            note = markdown.one_line(content)
            return f" (note: {note})" if note and _HIDDEN_NOTE not in classes else ""
        if "ltx_tag_listingline" in classes:
            return f"{content.strip()} "
        if element.tag in ("sup", "sub") and self.emphasis and content.strip():
            return f"<{element.tag}>{content.strip()}</{element.tag}>"
        if is_block(element):
            return f" {content} "
        return self._emphasised(element, classes, content) if self.emphasis else content

    def _emphasised(self, element: HtmlElement, classes: frozenset[str], content: str) -> str:
        target = element.get("href") or ""
        if element.tag == "a" and target.startswith(("https://", "http://")):
            return markdown.write_link(content, target)
        if element.tag in ("code", "tt", "kbd") or not _CODE.isdisjoint(classes):
            return markdown.emphasise(content, "`")
        if element.tag in ("b", "strong") or not _BOLD.isdisjoint(classes):
            return markdown.emphasise(content, "**")
        if element.tag in ("i", "em") or not _ITALIC.isdisjoint(classes):
            return markdown.emphasise(content, "*")
        return content


def _as_note(blocks: list[str]) -> list[str]:
    if not blocks:
        return []
    is_formula = blocks[0].startswith("$$")
    opening = ["(note:", blocks[0]] if is_formula else [f"(note: {blocks[0]}"]
    closed = [*opening, *blocks[1:]]
    return [*closed, ")"] if closed[-1].endswith("$$") else [*closed[:-1], f"{closed[-1]})"]


def _is_figure(element: HtmlElement) -> bool:
    return pictures.is_picture(element) and pictures.stands_alone(element)
