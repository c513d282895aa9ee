"""Papers saved in a folder, read as if arXiv had just answered.

One folder a paper, named by its id with `_` for `/`. In it, each as far as it is there:
`page.html`, the page of arxiv.org/html or ar5iv; `source.tar.gz`, `source.gz` or `source.tex`, what
the authors submitted; `paper.pdf`; and `metadata.xml`, the API's Atom answer for the id.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from arxiviz_pipeline.domain.errors import (
    InvalidArxivIdError,
    MalformedAnswerError,
    PaperFormatError,
    PaperNotFoundError,
    SourceUnavailableError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, PaperDocument, SourceFormat
from arxiviz_pipeline.ingest.arxiv.atom import parse_atom, resolve_version
from arxiviz_pipeline.ingest.parsing import LARGEST_DOCUMENT_BYTES

_METADATA = "metadata.xml"
_FILES: Final[dict[SourceFormat, dict[str, str]]] = {
    "html": {"page.html": "text/html", "page.xhtml": "application/xhtml+xml"},
    "latex": {
        "source.tar.gz": "application/gzip",
        "source.gz": "application/gzip",
        "source.tex": "application/x-tex",
    },
    "pdf": {"paper.pdf": "application/pdf"},
}
_ELSEWHERE: Final[dict[SourceFormat, str]] = {
    "ar5iv": "page.html of ar5iv's",
    "abstract": f"{_METADATA} with an abstract",
}


class SavedPapers:
    """Reads papers from a folder; it never asks the network."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def describe(self, arxiv_id: ArxivId) -> Paper:
        """Read a paper's metadata; without any, its title, authors and abstract are empty.

        An id without version is also answered by the newest saved version, and an id with one by
        a folder without, if its metadata says that it is that version.

        Raises:
            PaperNotFoundError: If the paper is not in the folder.
            MalformedAnswerError: If its metadata is no answer of arXiv's about this paper.
        """
        metadata = self._find(arxiv_id) / _METADATA
        url = f"https://arxiv.org/html/{arxiv_id}"
        if not metadata.is_file():
            return _undescribed(arxiv_id, url)
        try:
            return parse_atom(_read(metadata), arxiv_id, html_url=url, source_format="html")
        except (InvalidArxivIdError, MalformedAnswerError, PaperNotFoundError) as error:
            message = f"{str(metadata)!r} is not arXiv's answer about {arxiv_id}: {error}"
            raise MalformedAnswerError(message) from error

    def document(self, paper: Paper, source_format: SourceFormat) -> PaperDocument:
        """Read a paper's document in one format.

        Raises:
            PaperFormatError: If none is saved.
        """
        described = replace(paper, source_format=source_format)
        folder = self._find(ArxivId.parse(paper.arxiv_id))
        if source_format == "abstract" and paper.abstract:
            url = (folder / _METADATA).absolute().as_uri()
            return PaperDocument(described, paper.abstract.encode(), "text/plain", url)
        files = _FILES.get(source_format, {})
        for name, media_type in files.items():
            path = folder / name
            if path.is_file():
                return PaperDocument(described, _read(path), media_type, path.absolute().as_uri())
        wanted = " or ".join(files) or _ELSEWHERE[source_format]
        message = f"There is no {wanted} in {str(folder)!r}."
        raise PaperFormatError(message)

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
        if not self._folder.is_dir():
            message = f"The folder {str(self._folder)!r} of saved papers does not exist."
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


def _saved_version(folder: Path, arxiv_id: ArxivId) -> int | None:
    metadata = folder / _METADATA
    if not metadata.is_file():
        return None
    try:
        return resolve_version(_read(metadata), ArxivId(arxiv_id.number))
    except (InvalidArxivIdError, MalformedAnswerError, PaperNotFoundError):
        return None


def _undescribed(arxiv_id: ArxivId, html_url: str) -> Paper:
    return Paper(
        arxiv_id=str(arxiv_id),
        version=arxiv_id.version,
        title="",
        authors=(),
        abstract="",
        primary_category="",
        categories=(),
        published=None,
        updated=None,
        licence=None,
        pdf_url=f"https://arxiv.org/pdf/{arxiv_id}",
        html_url=html_url,
        source_format="html",
    )


def _read(path: Path) -> bytes:
    try:
        size_bytes = path.stat().st_size
        if size_bytes <= LARGEST_DOCUMENT_BYTES:
            return path.read_bytes()
    except OSError as error:
        message = f"The saved {str(path)!r} cannot be read: {error.strerror or error}."
        raise SourceUnavailableError(message) from error
    message = (
        f"The saved {str(path)!r} has {size_bytes} bytes; "
        f"at most {LARGEST_DOCUMENT_BYTES} can be read."
    )
    raise PaperFormatError(message)
