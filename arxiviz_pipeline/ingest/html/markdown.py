"""Writes a section's HTML as Markdown, and collects its display formulas on the way.

`writer` does the work; `blocks`, `lists`, `tables` and `pictures` tell it what it sees.
"""

from collections.abc import Callable

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.formulas.cleaning import clean_latex
from arxiviz_pipeline.ingest.html.blocks import HEADINGS, holders_of_blocks
from arxiviz_pipeline.ingest.html.section_text import SectionText, content_of
from arxiviz_pipeline.ingest.html.writer import Writer
from arxiviz_pipeline.ingest.markdown_text import one_line


def write_markdown(
    element: HtmlElement,
    is_foreign: Callable[[HtmlElement], bool],
    holders: frozenset[HtmlElement],
) -> SectionText:
    """Write what is in an element.

    Args:
        element: A section, or the whole article.
        is_foreign: Tells elements that are no text of this section, to be left out.
        holders: The elements with blocks inside, as `holders_of_blocks` finds them in the article.
    """
    writer = Writer(is_foreign, holders)
    writer.flow(content_of(element))
    return writer.written


def write_parts(
    element: HtmlElement,
    opens_part: Callable[[HtmlElement], bool],
    is_foreign: Callable[[HtmlElement], bool] = lambda _: False,
) -> list[tuple[HtmlElement | None, SectionText]]:
    """Write an element in parts, each with the heading that opens it; the first has none."""
    openers = frozenset(
        holder
        for heading in element.iter(*HEADINGS)
        if opens_part(heading)
        for holder in heading.iterancestors()
    )
    writer = Writer(is_foreign, holders_of_blocks(element), opens_part=opens_part, openers=openers)
    writer.start_part(None)
    writer.flow(content_of(element))
    return writer.parts


def write_inline(element: HtmlElement, latex: Callable[[str], str] = clean_latex) -> str:
    """Write an element's content as one line without emphasis: a title, an abstract's paragraph."""
    writer = Writer(lambda _: False, frozenset(), latex=latex, escapes=False, emphasis=False)
    return one_line(writer.inline_content(element))
