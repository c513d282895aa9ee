"""Writes a section's HTML as Markdown, and collects its display formulas on the way."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.formulas.cleaning import clean_latex
from arxiviz_pipeline.ingest.html.math import classes_of, display_latex, is_display, raw_latex
from arxiviz_pipeline.ingest.html.tables import write_table

_DEEPEST = 120  # levels: real pages have about 30; below, only text is kept
_BLOCK_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "div", "dl", "dt",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tr", "ul",
})  # fmt: skip
_LIST_CLASSES = frozenset({"ltx_description", "ltx_enumerate", "ltx_itemize"})
_BLOCK_CLASSES = _LIST_CLASSES | {
    "ltx_item",
    "ltx_p",
    "ltx_para",
    "ltx_tabular",
}  # spans, inside a cell or box
_SKIPPED_TAGS = frozenset({
    "annotation", "button", "head", "img", "link", "meta", "nav", "object", "script", "style",
    "svg", "template", "title",
})  # fmt: skip
_SKIPPED_CLASSES = frozenset({
    "ar5iv-footer", "ltx_acknowledgements", "ltx_bib_cited", "ltx_dates", "ltx_ERROR",
    "ltx_listing_data", "ltx_note_mark", "ltx_note_type", "ltx_page_footer", "ltx_page_logo",
    "ltx_pagination", "ltx_pubnotes", "ltx_rule", "ltx_tag_note", "ltx_TOC",
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD = frozenset({"ltx_font_bold"})
_ITALIC = frozenset({"ltx_emph", "ltx_font_italic", "ltx_font_slanted"})
_CODE = frozenset({"ltx_font_typewriter", "ltx_verbatim"})
_MARKUP = re.compile(r"([\\`*$]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?]))")
_BLOCK_MARKUP = re.compile(r"^(#{1,6}\s|>|[-+]\s|\d{1,9}[.)]\s)")
_BULLETS = frozenset("•-–—∗*◦‣▪■□◆⋄⋆·")
_SPACES = re.compile(r"[ \t\r\f\v\n\u00a0]+")
_INNER_DOLLARS = re.compile(r"(?<!\\)\$([^$]*)(?<!\\)\$")
_NEWLINE = "\x00"  # a break inside running text, until white space is settled


@dataclass(slots=True)
class SectionText:
    """What a section says.

    Attributes:
        blocks: Markdown paragraphs, displays, lists and captions in order.
        equations: LaTeX of each display block in order.
    """

    blocks: list[str] = field(default_factory=list)
    equations: list[str] = field(default_factory=list)

    @property
    def markdown(self) -> str:
        """The section as one Markdown text."""
        return "\n\n".join(self.blocks)


def write_markdown(
    elements: list[HtmlElement], is_foreign: Callable[[HtmlElement], bool]
) -> SectionText:
    """Write these elements, which are neighbours, one after the other.

    Args:
        elements: What to write, with the text that follows each.
        is_foreign: Tells elements that belong to another section, to be left out.
    """
    writer = _Writer(is_foreign, _holders_of_blocks(elements))
    writer.flow(_pieces_of(elements))
    return SectionText(writer.blocks, writer.equations)


def write_parts(
    element: HtmlElement, opens_part: Callable[[HtmlElement], bool]
) -> list[tuple[HtmlElement | None, SectionText]]:
    """Write an element in parts, each with the heading that opens it; the first has none."""
    writer = _Writer(lambda _: False, _holders_of_blocks([element]), opens_part=opens_part)
    writer.start_part(None)
    writer.flow(_content_of(element))
    return writer.parts


def write_inline(element: HtmlElement, latex: Callable[[str], str] = clean_latex) -> str:
    """Write an element's content as one line without emphasis: a title, an abstract's paragraph."""
    writer = _Writer(lambda _: False, frozenset(), latex=latex, escapes=False, emphasis=False)
    return _settle(writer.inline_content(element)).replace("\n", " ")


def normalise_spaces(text: str) -> str:
    """Write runs of white space as one space."""
    return _SPACES.sub(" ", text).strip()


_Piece = str | HtmlElement


def _pieces_of(elements: list[HtmlElement]) -> Iterator[_Piece]:
    for element in elements:
        yield element
        if element.tail:
            yield element.tail


def _content_of(element: HtmlElement) -> Iterator[_Piece]:
    if element.text:
        yield element.text
    yield from _pieces_of(list(element))


def _holders_of_blocks(elements: list[HtmlElement]) -> frozenset[HtmlElement]:
    """Find the elements with a block somewhere inside, which cannot be written as running text."""
    found: set[HtmlElement] = set()
    for element in elements:
        for inner in element.iter():
            if _is_block(inner):
                holder = inner.getparent()
                while holder is not None and holder not in found:
                    found.add(holder)
                    holder = holder.getparent()
    return frozenset(found)


def _is_block(element: HtmlElement) -> bool:
    if element.tag in _BLOCK_TAGS or is_display(element):
        return True
    return not _BLOCK_CLASSES.isdisjoint(classes_of(element))


def _is_skipped(element: HtmlElement) -> bool:
    return element.tag in _SKIPPED_TAGS or not _SKIPPED_CLASSES.isdisjoint(classes_of(element))


@dataclass(slots=True)
class _Writer:
    is_foreign: Callable[[HtmlElement], bool]
    holders: frozenset[HtmlElement]
    opens_part: Callable[[HtmlElement], bool] = lambda _: False
    latex: Callable[[str], str] = clean_latex
    escapes: bool = True
    emphasis: bool = True
    blocks: list[str] = field(default_factory=list)
    equations: list[str] = field(default_factory=list)
    parts: list[tuple[HtmlElement | None, SectionText]] = field(default_factory=list)
    depth: int = 0
    nesting: int = 0

    def start_part(self, heading: HtmlElement | None) -> None:
        self.blocks, self.equations = [], []
        self.parts.append((heading, SectionText(self.blocks, self.equations)))

    def flow(self, pieces: Iterator[_Piece]) -> None:
        """Write blocks; running text between them becomes paragraphs."""
        running: list[str] = []
        for piece in pieces:
            if isinstance(piece, str):
                running.append(self.text(piece))
            elif self.is_foreign(piece) or _is_skipped(piece):
                continue
            elif _is_block(piece) or piece in self.holders:
                self.end_paragraph(running)
                self.block(piece)
            else:
                running.append(self.inline(piece))
        self.end_paragraph(running)

    def end_paragraph(self, running: list[str]) -> None:
        paragraph = _settle("".join(running))
        running.clear()
        if paragraph:
            self.blocks.append(_BLOCK_MARKUP.sub(r"\\\1", paragraph))

    def block(self, element: HtmlElement) -> None:
        if self.depth >= _DEEPEST:
            self.end_paragraph([self.text("".join(element.itertext()))])
            return
        self.depth += 1
        classes = classes_of(element)
        if is_display(element):
            self.display(element)
        elif element.tag in _HEADINGS and not self.nesting and self.opens_part(element):
            self.start_part(element)
        elif element.tag in _HEADINGS:
            self.add_marked("**", element)
        elif element.tag == "figcaption" or "ltx_caption" in classes or element.tag == "caption":
            self.add_marked("*", element)
        elif element.tag in ("ul", "ol", "dl") or not _LIST_CLASSES.isdisjoint(classes):
            self.list_items(element)
        elif element.tag == "pre" or "ltx_listing" in classes:
            self.listing(element)
        elif element.tag == "table" or "ltx_tabular" in classes:
            self.table(element)
        elif element.tag == "blockquote":
            self.quote(element)
        else:
            self.flow(_content_of(element))
        self.depth -= 1

    def display(self, element: HtmlElement) -> None:
        if tex := display_latex(element):
            self.equations.append(tex)
            self.blocks.append(f"$$\n{_without_dollars(tex)}\n$$")

    def add_marked(self, mark: str, element: HtmlElement) -> None:
        line = _settle(self.content_without_emphasis(element)).replace("\n", " ")
        if line:
            self.blocks.append(f"{mark}{line}{mark}")

    def apart(self, pieces: Iterator[_Piece]) -> list[str]:
        """Write blocks that go into another one."""
        outer, self.blocks = self.blocks, []
        self.nesting += 1
        self.flow(pieces)
        self.nesting -= 1
        inner, self.blocks = self.blocks, outer
        return inner

    def list_items(self, element: HtmlElement) -> None:
        lines: list[str] = []
        term = ""
        for number, item in enumerate(_items(element), start=1):
            if item.tag == "dt":
                term = _settle(self.inline_content(item)).replace("\n", " ")
                continue
            tag = _tag_of(item)
            label = term if tag is None else _settle(self.inline_content(tag)).replace("\n", " ")
            term = ""
            marker = _marker(element, item, number, label)
            pieces = (piece for piece in _content_of(item) if piece is not tag)
            content = "\n\n".join(self.apart(pieces))
            if content:
                indent = " " * len(marker.partition(" ")[0]) + " "
                lines.append(marker + content.replace("\n", "\n" + indent))
        if lines:
            self.blocks.append("\n".join(_without_blank_indent(line) for line in lines))

    def listing(self, element: HtmlElement) -> None:
        rows = [row for row in element.iter() if "ltx_listingline" in classes_of(row)]
        code = (
            "\n".join(self.code_line(row) for row in rows) if rows else "".join(element.itertext())
        )
        code = code.strip("\n")
        if code.strip():
            fence = "````" if "```" in code else "```"
            self.blocks.append(f"{fence}\n{code}\n{fence}")

    def table(self, element: HtmlElement) -> None:
        if "ltx_tabular" not in classes_of(element):
            self.flow(_content_of(element))
            return
        if markdown := write_table(element, self.cell):
            self.blocks.append(markdown)

    def cell(self, cell: HtmlElement) -> str:
        return _settle(self.inline_content(cell)).replace("\n", " ").replace("|", r"\|")

    def quote(self, element: HtmlElement) -> None:
        for inner in self.apart(_content_of(element)):
            self.blocks.append("> " + inner.replace("\n", "\n> "))

    def text(self, text: str) -> str:
        return _MARKUP.sub(r"\\\1", text) if self.escapes else text

    def content_without_emphasis(self, element: HtmlElement) -> str:
        before, self.emphasis = self.emphasis, False
        content = self.inline_content(element)
        self.emphasis = before
        return content

    def code_line(self, row: HtmlElement) -> str:
        before, self.escapes = self.escapes, False
        line = self.content_without_emphasis(row)
        self.escapes = before
        return re.sub(r"[\s\x00]", " ", line.strip("\n")).rstrip()

    def inline_content(self, element: HtmlElement) -> str:
        parts: list[str] = []
        for piece in _content_of(element):
            if isinstance(piece, str):
                parts.append(self.text(piece))
            elif not self.is_foreign(piece) and not _is_skipped(piece):
                parts.append(self.inline(piece))
        return "".join(parts)

    def inline(self, element: HtmlElement) -> str:
        if self.depth >= _DEEPEST:
            return self.text("".join(element.itertext()))
        self.depth += 1
        written = self.inline_element(element)
        self.depth -= 1
        return written

    def inline_element(self, element: HtmlElement) -> str:
        classes = classes_of(element)
        if is_display(element):
            tex = display_latex(element)
            self.equations.extend([tex] if tex else [])
            return f" ${_without_dollars(tex)}$ " if tex else ""
        if element.tag == "math":
            tex = self.latex(raw_latex(element))
            return f"${_without_dollars(tex)}$" if tex else ""
        if element.tag == "br":
            return _NEWLINE
        content = self.inline_content(element)
        if "ltx_note" in classes:
            note = _settle(content).replace("\n", " ")
            return f" (note: {note})" if note and "ltx_role_footnotemark" not in classes else ""
        if "ltx_tag_listingline" in classes:
            return f"{content.strip()} "
        if element.tag == "sup" and self.emphasis and content.strip():
            return f"<sup>{content.strip()}</sup>"
        if _is_block(element):
            return f" {content} "
        return self.emphasised(element, classes, content) if self.emphasis else content

    def emphasised(self, element: HtmlElement, classes: frozenset[str], content: str) -> str:
        target = element.get("href") or ""
        if element.tag == "a" and target.startswith(("https://", "http://")):
            address = re.sub(r"[\s<>()\\]", "", target)
            return _surround("[", content, f"]({address})")
        if element.tag == "code" or not _CODE.isdisjoint(classes):
            if set("`$*") & set(content):
                return content
            return _surround("`", content.replace("\\", ""), "`")
        if element.tag in ("b", "strong") or not _BOLD.isdisjoint(classes):
            return _surround("**", content.replace("**", ""), "**")
        if element.tag in ("i", "em") or not _ITALIC.isdisjoint(classes):
            return content if "*" in content else _surround("*", content, "*")
        return content


def _surround(before: str, content: str, after: str) -> str:
    """Put marks right at the words: Markdown knows no emphasis that begins with a space."""
    stripped = content.strip(f" \t\r\n\u00a0{_NEWLINE}")
    if not stripped or _NEWLINE in stripped:
        return content
    start = content.index(stripped)
    return f"{content[:start]}{before}{stripped}{after}{content[start + len(stripped) :]}"


def _without_dollars(tex: str) -> str:
    return _INNER_DOLLARS.sub(r"\\(\1\\)", tex)


def _settle(text: str) -> str:
    lines = [normalise_spaces(line) for line in text.split(_NEWLINE)]
    return "\n".join(line for line in lines if line)


def _items(element: HtmlElement) -> list[HtmlElement]:
    tags = ("li", "dd", "dt", "div", "ul", "ol")
    return [item for item in element if item.tag in tags or "ltx_item" in classes_of(item)]


def _tag_of(item: HtmlElement) -> HtmlElement | None:
    for element in item:
        if not {"ltx_tag_item", "ltx_tag_bibitem", "ltx_bibtag"}.isdisjoint(classes_of(element)):
            return element
    return None


def _marker(element: HtmlElement, item: HtmlElement, number: int, label: str) -> str:
    digits = label.strip("().[]")
    if "ltx_bibitem" in classes_of(item):
        return f"- {label} " if label else "- "
    is_numbered = element.tag == "ol" or "ltx_enumerate" in classes_of(element)
    if is_numbered and (not label or digits.isdecimal()):
        return f"{digits or number}. "
    return "- " if not label or label.strip("\\") in _BULLETS else f"- {label} "


def _without_blank_indent(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n"))
