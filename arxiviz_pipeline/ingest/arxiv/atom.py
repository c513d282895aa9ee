"""Reads what the arXiv API answers about one paper: Atom, https://info.arxiv.org/help/api."""

from datetime import datetime

from lxml import etree
from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] (elements have no other name)

from arxiviz_pipeline.domain.errors import (
    InvalidArxivIdError,
    MalformedAnswerError,
    PaperNotFoundError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, SourceFormat

LARGEST_ANSWER_BYTES = 4 * 1024 * 1024  # one entry has about 3 KB; the API's largest pages 2 MB
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_ERROR_IDS = "/api/errors"


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
        PaperNotFoundError: If the answer names no paper, or another version of it.
        InvalidArxivIdError: If arXiv says that it knows no such form of id.
        MalformedAnswerError: If it is no Atom answer about this paper.
    """
    entry = _find_entry(_parse(content), arxiv_id)
    resolved = _resolved_id(entry, arxiv_id)
    title, abstract = _text(entry, f"{_ATOM}title"), _text(entry, f"{_ATOM}summary")
    categories = _categories(entry)
    authors = tuple(
        name for author in entry.iter(f"{_ATOM}author") if (name := _text(author, f"{_ATOM}name"))
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
    return _resolved_id(_find_entry(_parse(content), arxiv_id), arxiv_id).version


def _parse(content: bytes) -> _Element:
    if len(content) > LARGEST_ANSWER_BYTES:
        message = (
            f"arXiv's answer has {len(content)} bytes; "
            f"one about one paper has at most {LARGEST_ANSWER_BYTES}."
        )
        raise MalformedAnswerError(message)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        feed = etree.fromstring(content, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        start = content[:60].decode("utf-8", errors="replace")
        message = f"arXiv's answer is no complete XML ({error}); it begins {start!r}."
        raise MalformedAnswerError(message) from error
    if feed.tag != f"{_ATOM}feed":
        message = f"arXiv's answer is XML, but {feed.tag!r} where an Atom feed was expected."
        raise MalformedAnswerError(message)
    return feed


def _find_entry(feed: _Element, arxiv_id: ArxivId) -> _Element:
    entries = feed.findall(f"{_ATOM}entry")
    for entry in entries:
        if _ERROR_IDS in _text(entry, f"{_ATOM}id"):
            message = f"arXiv refuses the id '{arxiv_id}': {_text(entry, f'{_ATOM}summary')}."
            raise InvalidArxivIdError(message)
        if _same_paper(entry, arxiv_id):
            return entry
    if entries:
        found = ", ".join(_text(entry, f"{_ATOM}id") for entry in entries[:3])
        message = f"arXiv was asked for {arxiv_id} and answered about {found}."
        raise MalformedAnswerError(message)
    message = f"arXiv has no paper {arxiv_id}. Check the number, and the version if there is one."
    raise PaperNotFoundError(message)


def _same_paper(entry: _Element, arxiv_id: ArxivId) -> bool:
    try:
        return _entry_id(entry).number == arxiv_id.number
    except InvalidArxivIdError:
        return False


def _entry_id(entry: _Element) -> ArxivId:
    return ArxivId.parse(_text(entry, f"{_ATOM}id").replace("http://", "https://"))


def _resolved_id(entry: _Element, arxiv_id: ArxivId) -> ArxivId:
    resolved = _entry_id(entry)
    if arxiv_id.version is not None and resolved.version not in (None, arxiv_id.version):
        message = (
            f"arXiv has no {arxiv_id}: it answers with version {resolved.version}. "
            f"Ask for {resolved}, or for {arxiv_id.number} to have the newest."
        )
        raise PaperNotFoundError(message)
    return resolved if resolved.version is not None else arxiv_id


def _categories(entry: _Element) -> tuple[str, ...]:
    primary = entry.find(f"{_ARXIV}primary_category")
    terms = [] if primary is None else [primary.get("term") or ""]
    terms += [category.get("term") or "" for category in entry.findall(f"{_ATOM}category")]
    return tuple(dict.fromkeys(term for term in terms if term))


def _moment(entry: _Element, name: str) -> datetime | None:
    text = _text(entry, f"{_ATOM}{name}")
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


def _text(parent: _Element, tag: str) -> str:
    return " ".join((parent.findtext(tag) or "").split())
