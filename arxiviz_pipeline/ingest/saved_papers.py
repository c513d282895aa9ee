"""Papers saved in a folder, read as if arXiv had just answered.

One folder a paper, named by its id with `_` for `/`. In it `page.html` is the page of
arxiv.org/html or ar5iv, and `metadata.xml` the API's Atom answer for the id.
"""

import re
from pathlib import Path

from arxiviz_pipeline.domain.errors import (
    InvalidArxivIdError,
    MalformedAnswerError,
    PaperFormatError,
    PaperNotFoundError,
    SourceUnavailableError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, PaperDocument
from arxiviz_pipeline.ingest.arxiv.atom import parse_atom, resolve_version
from arxiviz_pipeline.ingest.html.document import LARGEST_PAGE_BYTES
from arxiviz_pipeline.ingest.html.parser import parse_html

_PAGE = "page.html"
_METADATA = "metadata.xml"
_OTHER_DOCUMENTS = ("source.tar.gz", "source.gz", "paper.pdf")


class SavedPapers:
    """Reads papers from a folder; it never asks the network."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
        """Read a paper's metadata and page.

        An id without version is also answered by the newest saved version, and an id with one by
        a folder without, if its metadata says that it is that version.

        Raises:
            PaperNotFoundError: If the paper is not in the folder.
            PaperFormatError: If its folder holds no page that can be read.
            MalformedAnswerError: If its metadata is no answer of arXiv's about this paper.
        """
        folder = self._find(arxiv_id)
        page = folder / _PAGE
        if not page.is_file():
            raise PaperFormatError(_no_page(folder, arxiv_id))
        content = _read(page)
        paper = _read_metadata(folder, arxiv_id, content)
        return PaperDocument(paper, content, "text/html", page.absolute().as_uri())

    def _find(self, arxiv_id: ArxivId) -> Path:
        exact = self._folder / arxiv_id.slug
        if exact.is_dir():
            return exact
        if arxiv_id.version is None:
            if newest := self._newest_version(arxiv_id):
                return newest
        else:
            bare = self._folder / ArxivId(arxiv_id.number).slug
            if bare.is_dir() and _saved_version(bare, arxiv_id) == arxiv_id.version:
                return bare
        message = f"{arxiv_id} is not among the papers saved in {str(self._folder)!r}."
        raise PaperNotFoundError(message)

    def _newest_version(self, arxiv_id: ArxivId) -> Path | None:
        named = re.compile(re.escape(arxiv_id.slug) + r"v([1-9]\d{0,2})")
        if not self._folder.is_dir():
            return None
        versions = {
            int(match[1]): path
            for path in self._folder.iterdir()
            if (match := named.fullmatch(path.name)) and path.is_dir()
        }
        return versions[max(versions)] if versions else None


def _read_metadata(folder: Path, arxiv_id: ArxivId, page: bytes) -> Paper:
    metadata = folder / _METADATA
    if not metadata.is_file():
        return _paper_of_page(arxiv_id, folder / _PAGE, page)
    url = _html_url(arxiv_id)
    try:
        return parse_atom(_read(metadata), arxiv_id, html_url=url, source_format="html")
    except (InvalidArxivIdError, MalformedAnswerError, PaperNotFoundError) as error:
        message = f"{str(metadata)!r} is not arXiv's answer about {arxiv_id}: {error}"
        raise MalformedAnswerError(message) from error


def _saved_version(folder: Path, arxiv_id: ArxivId) -> int | None:
    metadata = folder / _METADATA
    if not metadata.is_file():
        return None
    try:
        return resolve_version(_read(metadata), ArxivId(arxiv_id.number))
    except (InvalidArxivIdError, MalformedAnswerError, PaperNotFoundError):
        return None


def _paper_of_page(arxiv_id: ArxivId, page: Path, content: bytes) -> Paper:
    parsed = parse_html(content, str(page))
    return Paper(
        arxiv_id=str(arxiv_id),
        version=arxiv_id.version,
        title=parsed.title or str(arxiv_id),
        authors=parsed.authors,
        abstract=parsed.abstract,
        primary_category="",
        categories=(),
        published=None,
        updated=None,
        licence=None,
        pdf_url=f"https://arxiv.org/pdf/{arxiv_id}",
        html_url=_html_url(arxiv_id),
        source_format="html",
    )


def _html_url(arxiv_id: ArxivId) -> str:
    return f"https://arxiv.org/html/{arxiv_id}"


def _read(path: Path) -> bytes:
    try:
        size_bytes = path.stat().st_size
        if size_bytes <= LARGEST_PAGE_BYTES:
            return path.read_bytes()
    except OSError as error:
        message = f"The saved {str(path)!r} cannot be read: {error.strerror or error}."
        raise SourceUnavailableError(message) from error
    message = (
        f"The saved {str(path)!r} has {size_bytes} bytes; at most {LARGEST_PAGE_BYTES} can be read."
    )
    raise PaperFormatError(message)


def _no_page(folder: Path, arxiv_id: ArxivId) -> str:
    present = [name for name in _OTHER_DOCUMENTS if (folder / name).is_file()]
    there = "there is no document at all"
    if present:
        there = f"there is {' and '.join(present)}, which cannot be read so far"
    return (
        f"The saved paper {arxiv_id} has no {_PAGE} in {str(folder)!r}; {there}. "
        f"Save the paper's page from arxiv.org/html or ar5iv as {_PAGE} there."
    )
