"""Finds the headings of a page that LaTeXML did not make: which is the title, which are sections.

The converters mark them with elements of their own: latex2html from `h1`, hevea and TtH from `h2`,
tex4ht from `h3`, paragraphs as `span`. Authors use what looks right, bold lines among them.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.formulas.cleaning import tidy_latex
from arxiviz_pipeline.ingest.html.markdown import write_inline
from arxiviz_pipeline.ingest.html.math import classes_of

_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLE_CLASSES = frozenset({"title", "titleHead", "titlemain", "ltx_title_document", "MsoTitle"})
_UNDER_TITLE = frozenset({"author", "date", "subtitle", "titlerest"})
_NO_SECTION = frozenset({
    "abstract-title", "abstracttitle", "ltx_title_abstract", "ltx_title_classification",
    "ltx_title_keywords", "ltx_title_proof", "ltx_title_theorem",
})  # fmt: skip
_RUN_IN = {"paragraphHead": 6, "likeparagraphHead": 6, "subparagraphHead": 7}  # tex4ht's
_CHROME_TAGS = ("nav", "aside", "footer")
_CHROME_CLASSES = frozenset({"ltx_TOC", "tableofcontents", "toc", "sidebar"})
_CONVERTERS = re.compile(r"latex2html|tex4ht|hevea|tth|pandoc|latexml", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:§\s*)?(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}(?=\.\s)|[A-Z](?:(?:\.\d{1,2})+|(?=[.\u2003])))"
    r"(?:[.):]\s*|\s*[-–—]\s+|\s+)(?=\S)"
)
_LETTER = re.compile(r"[A-Z](?:\.\d{1,2})*[.\u2003\s]")
_SPACED_LETTER = re.compile(r"\s*[A-Z](?:\.\d{1,2})*\u00a0\u00a0")  # TtH's
_LONGEST_TITLE = 120  # characters of a bold line that is a heading


@dataclass(frozen=True, slots=True)
class PlainHeadings:
    """A page's headings.

    Attributes:
        title: The paper's title, or nothing.
        levels: Each section's heading and its level, 1 at the top.
        titles: Each section's heading and its title, without its number.
        lettered: The headings numbered by letters, after others numbered by digits.
        author_lines: Headings under the title, which hold names and dates.
        front_matter: The title's heading and those of the authors.
    """

    title: str
    levels: dict[HtmlElement, int]
    titles: dict[HtmlElement, str]
    lettered: frozenset[HtmlElement]
    author_lines: tuple[HtmlElement, ...]
    front_matter: frozenset[HtmlElement]

    def title_of(self, heading: HtmlElement) -> str:
        """Return a section's title without its number."""
        return self.titles[heading]


def find_headings(body: HtmlElement, head_title: str, generator: str) -> PlainHeadings:
    """Find a page's headings; bold lines are some where the page has no others.

    Args:
        body: The page's body; bold lines and run-in headings become heading elements in it.
        head_title: What the page is called in its head.
        generator: What the page says it was made by.
    """
    found = _marked_headings(body)
    if len(found) < 2:
        found += _bold_lines(body)
    found = [heading for heading in found if _text(heading)]
    title = _title_among(found, head_title)
    rest = [heading for heading in found if heading is not title]
    under_title = _under_title(rest) if title is not None else []
    if title is not None:
        rest = rest[len(under_title) :]
    titles = {heading: _text(heading) for heading in rest}
    front = [] if title is None else [title, *under_title]
    return PlainHeadings(
        title="" if title is None else _text(title),
        levels=_levels(rest, is_converted=_CONVERTERS.search(generator) is not None),
        titles=_without_numbers(titles),
        lettered=_lettered(titles),
        author_lines=tuple(under_title),
        front_matter=frozenset(front),
    )


def _marked_headings(body: HtmlElement) -> list[HtmlElement]:
    found: list[HtmlElement] = []
    for element in list(body.iter(*_TAGS, "span", "p")):
        classes = classes_of(element)
        if element.tag == "span" and classes.isdisjoint(_RUN_IN):
            continue
        if element.tag == "p" and classes.isdisjoint(_TITLE_CLASSES):
            continue
        if classes.isdisjoint(_NO_SECTION) and not _is_chrome(element):
            found.append(element)
    for element in found:
        if element.tag not in _TAGS:
            element.tag = "h6" if element.tag == "span" else "h1"
    return found


def _is_chrome(element: HtmlElement) -> bool:
    return any(
        holder.tag in _CHROME_TAGS or not classes_of(holder).isdisjoint(_CHROME_CLASSES)
        for holder in element.iterancestors()
    )


def _bold_lines(body: HtmlElement) -> list[HtmlElement]:
    """Find the paragraphs that are one bold line, and make headings of them."""
    found: list[HtmlElement] = []
    for element in list(body.iter("p", "center", "div")):
        bold = [child for child in element if child.tag in ("b", "strong", "font", "u")]
        if len(bold) != 1 or len(element) > 1 + len(element.findall("a")):
            continue
        text = " ".join("".join(element.itertext()).split())
        beside = (element.text or "") + "".join(child.tail or "" for child in element)
        is_bold = bold[0].tag in ("b", "strong") or bold[0].find(".//b") is not None
        if not is_bold or beside.strip() or not 2 < len(text) <= _LONGEST_TITLE:
            continue
        if not text.endswith((",", ";")) and not _is_chrome(element):
            element.tag = "h3"
            found.append(element)
    return found


def _title_among(found: list[HtmlElement], head_title: str) -> HtmlElement | None:
    for heading in found:
        if not classes_of(heading).isdisjoint(_TITLE_CLASSES):
            return heading
    if not found:
        return None
    first, others = found[0], found[1:]
    if not others or _rank(first) < min(map(_rank, others)):
        return first
    if _letters(head_title) and _letters(_text(first)) == _letters(head_title):
        return first
    is_alone = _is_centred(first) and not any(
        _is_centred(other) for other in others if _rank(other) == _rank(first)
    )
    return first if is_alone and _rank(first) == 1 else None


def _under_title(rest: list[HtmlElement]) -> list[HtmlElement]:
    """Find the headings of names and dates: deeper than the sections' that follow."""
    found: list[HtmlElement] = []
    # Of each heading, the highest rank among those behind it.
    highest = list(accumulate(map(_rank, reversed(rest[1:])), min))[::-1]
    for index, heading in enumerate(rest):
        is_deeper = index < len(highest) and _rank(heading) > highest[index]
        if classes_of(heading).isdisjoint(_UNDER_TITLE) and not (
            is_deeper and _is_centred(heading)
        ):
            break
        found.append(heading)
    return found


def _rank(heading: HtmlElement) -> int:
    run_in = (_RUN_IN[name] for name in classes_of(heading) if name in _RUN_IN)
    return next(run_in, int(heading.tag[1]))


def _is_centred(heading: HtmlElement) -> bool:
    style = (heading.get("style") or "").replace(" ", "").lower()
    if (heading.get("align") or "").lower() == "center" or "text-align:center" in style:
        return True
    parent = heading.getparent()
    if any(name.lower() in ("center", "centered") for name in classes_of(heading)):
        return True
    if parent is None:
        return False
    return parent.tag == "center" or (parent.get("align") or "").lower() == "center"


def _levels(headings: list[HtmlElement], *, is_converted: bool) -> dict[HtmlElement, int]:
    """Count levels from the highest; authors may leave some out, converters don't."""
    ranks = sorted({_rank(heading) for heading in headings})
    if not ranks:
        return {}
    if is_converted or any(heading.get("class") for heading in headings):
        return {heading: _rank(heading) - ranks[0] + 1 for heading in headings}
    return {heading: ranks.index(_rank(heading)) + 1 for heading in headings}


def _without_numbers(titles: dict[HtmlElement, str]) -> dict[HtmlElement, str]:
    numbered = [heading for heading, title in titles.items() if _NUMBER.match(title)]
    if len(numbered) < 2:
        return titles
    bare: dict[HtmlElement, str] = {}
    for heading, title in titles.items():
        if _SPACED_LETTER.match("".join(heading.itertext())):
            title = title.partition(" ")[2]
        bare[heading] = _NUMBER.sub("", title, count=1)
    return bare


def _lettered(titles: dict[HtmlElement, str]) -> frozenset[HtmlElement]:
    found: set[HtmlElement] = set()
    has_digits = False
    for heading, title in titles.items():
        marks = [mark for mark in heading.iter("span") if "titlemark" in classes_of(mark)]
        number = "".join(marks[0].itertext()).strip() + " " if marks else title
        has_digits = has_digits or number[:1].isdecimal()
        is_number = (
            marks or _NUMBER.match(title) or _SPACED_LETTER.match("".join(heading.itertext()))
        )
        if has_digits and _LETTER.match(number) and is_number:
            found.add(heading)
    return frozenset(found)


def _text(heading: HtmlElement) -> str:
    """Write a heading; tex4ht's number is marked and left out."""
    for mark in heading.iter("span"):
        if "titlemark" in classes_of(mark):
            mark.set("class", "titlemark ltx_rule")
    return write_inline(heading, latex=tidy_latex)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
