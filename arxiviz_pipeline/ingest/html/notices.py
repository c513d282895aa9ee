"""Tells pages that sites send as if they were papers: failed conversions, notices, guards."""

import re

from lxml.html import HtmlElement

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.html.math import classes_of

UNTITLED = "Untitled Document"  # the title LaTeXML gives where it found none
_ABSTRACT_PAGE_FIELD = "citation_arxiv_id"  # in every arxiv.org/abs page, in no paper
_FATAL_ERROR = "Conversion to HTML had a Fatal error"  # ar5iv's own words
_LONGEST_NOTICE = 4000  # characters, the site's menus among them
_NOTICES = {
    r"\bno html (?:\w+ ){0,3}for\b|html is not available": "has no HTML",
    r"\bno content available\b": "has no content",
    r"\brate exceeded\b|too many requests": "was asked too often",
    r"just a moment|verify(?:ing)? (?:that )?you are (?:a )?human|captcha|access denied|"
    r"enable javascript and cookies|attention required": "asks whether a person is there",
    r"(?:service|temporarily) unavailable|bad gateway": "is out of order",
    r"\b(?:page|article|paper) (?:was )?not found\b": "does not have the paper",
}  # what is in a notice, and what the site tells with it


def refuse_failed_conversion(root: HtmlElement, url: str) -> None:
    """Refuse a page in which LaTeXML gave up: what there is may break off anywhere.

    Raises:
        PaperFormatError: If it is one.
    """
    for element in root.iter("span", "div", "p", "h1"):
        text = element.text or ""
        if text.lstrip().startswith(_FATAL_ERROR) and _is_message(element):
            message = f"The page {url} is a conversion that failed: it says {_FATAL_ERROR!r}."
            raise PaperFormatError(message)


def refuse_notice(root: HtmlElement, url: str) -> None:
    """Refuse a page without an article that says something of the site's.

    Raises:
        PaperFormatError: If it is one.
    """
    if any(meta.get("name") == _ABSTRACT_PAGE_FIELD for meta in root.iter("meta")):
        message = (
            f"{url} is arXiv's page about a paper, not the paper. "
            "Save its HTML page instead: the address with /html/ in place of /abs/."
        )
        raise PaperFormatError(message)
    body = root.find("body")
    text = _text(root if body is None else body, _LONGEST_NOTICE)
    if len(text) >= _LONGEST_NOTICE:
        return
    text = f"{root.findtext('.//title') or ''} {text}"
    for words, told in _NOTICES.items():
        if found := re.search(words, text, re.IGNORECASE):
            message = f"The page {url} holds no paper: the site {told} ({found[0]!r})."
            raise PaperFormatError(message)


def _is_message(element: HtmlElement) -> bool:
    holders = [element, *element.iterancestors()]
    return not any("ltx_para" in classes_of(holder) for holder in holders)


def _text(element: HtmlElement, longest: int) -> str:
    pieces: list[str] = []
    length = 0
    for inner in element.iter():
        if inner.tag in ("script", "style", "noscript"):
            pieces.append(inner.tail or "")
        else:
            pieces.extend([inner.text or "", inner.tail or ""])
        length += len(pieces[-1])
        if length > longest:
            break
    return " ".join(" ".join(pieces).split())
