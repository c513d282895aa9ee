"""What a section says, and the pieces of a page it is written from."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

Piece = str | HtmlElement


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


def pieces_of(elements: list[HtmlElement]) -> Iterator[Piece]:
    """Yield elements, and the text that follows each."""
    for element in elements:
        yield element
        if element.tail:
            yield element.tail


def content_of(element: HtmlElement) -> Iterator[Piece]:
    """Yield what is right in an element: text and elements in order."""
    if element.text:
        yield element.text
    yield from pieces_of(list(element))
