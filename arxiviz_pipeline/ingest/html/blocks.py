"""Tells a page's elements apart: blocks, running text, and what is no text of the paper."""

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.html.math import classes_of, is_display

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LIST_CLASSES = frozenset({"ltx_description", "ltx_enumerate", "ltx_itemize"})
_BLOCK_TAGS = HEADINGS | {
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_BLOCK_CLASSES = LIST_CLASSES | {"ltx_item", "ltx_p", "ltx_para", "ltx_tabular"}  # spans, in a cell
_SKIPPED_TAGS = frozenset({
    "annotation", "button", "head", "input", "link", "meta", "nav", "noscript", "script", "select",
    "style", "svg", "template", "textarea", "title",
})  # fmt: skip
_SKIPPED_CLASSES = frozenset({
    "ar5iv-footer", "ltx_bib_cited", "ltx_dates", "ltx_ERROR", "ltx_listing_data", "ltx_note_mark",
    "ltx_note_type", "ltx_page_footer", "ltx_page_logo", "ltx_pagination", "ltx_pubnotes",
    "ltx_rule", "ltx_tag_note", "ltx_TOC",
})  # fmt: skip


def is_block(element: HtmlElement) -> bool:
    """Tell what begins a line of its own."""
    if element.tag in _BLOCK_TAGS or is_display(element):
        return True
    return not _BLOCK_CLASSES.isdisjoint(classes_of(element))


def is_skipped(element: HtmlElement) -> bool:
    """Tell what is no text of the paper: scripts, navigation, LaTeXML's complaints."""
    return element.tag in _SKIPPED_TAGS or not _SKIPPED_CLASSES.isdisjoint(classes_of(element))


def holders_of_blocks(element: HtmlElement) -> frozenset[HtmlElement]:
    """Find the elements with a block somewhere inside, which cannot be written as running text."""
    found: set[HtmlElement] = set()
    for inner in element.iter():
        if is_block(inner):
            holder = inner.getparent()
            while holder is not None and holder not in found:
                found.add(holder)
                holder = holder.getparent()
    return frozenset(found)
