"""Reads what the arXiv API answers about one paper: Atom, https://info.arxiv.org/help/api."""

import re
from datetime import datetime

from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] (elements have no other name)

from arxiviz_pipeline.domain.errors import (
    InvalidArxivIdError,
    MalformedAnswerError,
    PaperNotFoundError,
    PaperSourceError,
    VersionNotFoundError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, SourceFormat
from arxiviz_pipeline.ingest.arxiv.xml_answers import parse_xml, text_of

LARGEST_ANSWER_BYTES = 4 * 1024 * 1024  # one entry has about 3 KB; the API's largest pages 2 MB
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_ERROR_IDS = "/api/errors"
_WITHDRAWAL = re.compile(r"\bwithdr(?:awn|awal|ew|aw)\b|\bretracted\b", re.IGNORECASE)
_PAPER_WITHDRAWN = re.compile(
    r"\b(?:paper|article|submission|manuscript|preprint|work|note|version|authors?)\b"
    r"[^.]{0,60}\b(?:withdr(?:awn|ew)|retracted)\b|\A\W*(?:withdrawn|retracted)\b",
    re.IGNORECASE,
)


def parse_atom(
    content: bytes, arxiv_id: ArxivId, *, html_url: str, source_format: SourceFormat
) -> Paper:
    """Read the answer to a query for one id.

    Args:
        content: The answer's body.
        arxiv_id: The id that was asked for; the answer is checked against it.
        html_url: Where the paper's document is.
        source_format: What it is.

    Raises:
        PaperNotFoundError: If the answer names no paper.
        VersionNotFoundError: If it names another version of it.
        InvalidArxivIdError: If arXiv says that it knows no such form of id.
        MalformedAnswerError: If it is no Atom answer about this paper.
    """
    entry = _find_entry(content, arxiv_id)
    resolved = _resolved_id(entry, arxiv_id)
    title, abstract = text_of(entry, f"{_ATOM}title"), text_of(entry, f"{_ATOM}summary")
    categories = _categories(entry)
    authors = tuple(
        name for author in entry.iter(f"{_ATOM}author") if (name := text_of(author, f"{_ATOM}name"))
    )
    if not title or not authors:
        missing = "title" if not title else "author"
        message = f"arXiv's answer about {arxiv_id} names no {missing}."
        raise MalformedAnswerError(message)
    return Paper(
        arxiv_id=str(arxiv_id),
        version=resolved.version,
        title=title,
        authors=authors,
        abstract=abstract,
        primary_category=categories[0] if categories else "",
        categories=categories,
        published=_moment(entry, "published"),
        updated=_moment(entry, "updated"),
        licence=None,  # the Atom answer doesn't tell it
        pdf_url=f"https://arxiv.org/pdf/{resolved}",
        html_url=html_url,
        source_format=source_format,
    )


def resolve_version(content: bytes, arxiv_id: ArxivId) -> int | None:
    """Tell which version an answer about a paper is of.

    Raises:
        PaperSourceError: As `parse_atom` does.
    """
    return _resolved_id(_find_entry(content, arxiv_id), arxiv_id).version


def has_entry(content: bytes, arxiv_id: ArxivId) -> bool:
    """Tell whether an answer is about this paper at all."""
    try:
        _find_entry(content, arxiv_id)
    except (InvalidArxivIdError, PaperSourceError):
        return False
    return True


def hints_at_withdrawal(content: bytes, arxiv_id: ArxivId) -> bool:
    """Tell whether an answer suggests that there is nothing to read; arXiv's API says no more.

    Authors say so in the comment or in place of the abstract, and there may be no link to a PDF.

    Raises:
        PaperSourceError: As `parse_atom` does.
    """
    entry = _find_entry(content, arxiv_id)
    if _WITHDRAWAL.search(text_of(entry, f"{_ARXIV}comment")):
        return True
    if _PAPER_WITHDRAWN.search(text_of(entry, f"{_ATOM}summary")):
        return True
    links = entry.findall(f"{_ATOM}link")
    return bool(links) and not any(_is_pdf(link) for link in links)


def _is_pdf(link: _Element) -> bool:
    return link.get("title") == "pdf" or link.get("type") == "application/pdf"


def _find_entry(content: bytes, arxiv_id: ArxivId) -> _Element:
    feed = parse_xml(content, root=f"{_ATOM}feed", largest_bytes=LARGEST_ANSWER_BYTES)
    entries = [one for one in feed.findall(f"{_ATOM}entry") if not _is_blank(one, arxiv_id)]
    for entry in entries:
        if _ERROR_IDS in text_of(entry, f"{_ATOM}id"):
            message = f"arXiv refuses the id '{arxiv_id}': {text_of(entry, f'{_ATOM}summary')}."
            raise InvalidArxivIdError(message)
        if _same_paper(entry, arxiv_id):
            return entry
    if entries:
        found = ", ".join(text_of(entry, f"{_ATOM}id") for entry in entries[:3])
        message = f"arXiv was asked for {arxiv_id} and answered about {found}."
        raise MalformedAnswerError(message)
    message = f"arXiv has no paper {arxiv_id}. Check the number, and the version if there is one."
    raise PaperNotFoundError(message)


def _is_blank(entry: _Element, arxiv_id: ArxivId) -> bool:
    """Tell an entry that stands for something arXiv hasn't got: nearly everything is missing."""
    if not text_of(entry, f"{_ATOM}id"):
        return True
    is_named = text_of(entry, f"{_ATOM}title") or entry.find(f"{_ATOM}author") is not None
    return not is_named and _same_paper(entry, arxiv_id)


def _same_paper(entry: _Element, arxiv_id: ArxivId) -> bool:
    try:
        return _entry_id(entry).number == arxiv_id.number
    except InvalidArxivIdError:
        return False


def _entry_id(entry: _Element) -> ArxivId:
    return ArxivId.parse(text_of(entry, f"{_ATOM}id").replace("http://", "https://"))


def _resolved_id(entry: _Element, arxiv_id: ArxivId) -> ArxivId:
    resolved = _entry_id(entry)
    if arxiv_id.version is not None and resolved.version not in (None, arxiv_id.version):
        message = (
            f"arXiv has no {arxiv_id}: it answers with version {resolved.version}. "
            f"Ask for {resolved}, or for {arxiv_id.number} to have the newest."
        )
        raise VersionNotFoundError(message)
    return resolved if resolved.version is not None else arxiv_id


def _categories(entry: _Element) -> tuple[str, ...]:
    primary = entry.find(f"{_ARXIV}primary_category")
    terms = [] if primary is None else [primary.get("term") or ""]
    terms += [category.get("term") or "" for category in entry.findall(f"{_ATOM}category")]
    return tuple(dict.fromkeys(term for term in terms if term))


def _moment(entry: _Element, name: str) -> datetime | None:
    text = text_of(entry, f"{_ATOM}{name}")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"arXiv's answer has {text!r} as the date {name!r}."
        raise MalformedAnswerError(message) from error
    if moment.tzinfo is None:
        message = f"arXiv's answer has the date {name!r} without a time zone: {text!r}."
        raise MalformedAnswerError(message)
    return moment
