"""Reads OAI-PMH's record of one paper: its licence, and what became of its versions.

The formats are arXiv's `arXiv` and `arXivRaw`: https://info.arxiv.org/help/oa
"""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] (elements have no other name)

from arxiviz_pipeline.domain.errors import MalformedAnswerError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.arxiv.xml_answers import parse_xml

_LARGEST_RECORD_BYTES = 4 * 1024 * 1024
_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_VERSION = re.compile(r"v([1-9]\d{0,2})", re.ASCII)
_WITHDRAWN = "I"  # among the letters of arXivRaw's source_type: the version has no files


@dataclass(frozen=True, slots=True)
class SubmittedVersion:
    """One version of a paper; a withdrawn one has nothing to read."""

    number: int
    is_withdrawn: bool


def record_url(oai_url: str, arxiv_id: ArxivId, metadata_prefix: str) -> str:
    """Return the address of a paper's record: there is one for all its versions."""
    query = {
        "verb": "GetRecord",
        "identifier": f"oai:arXiv.org:{arxiv_id.number}",
        "metadataPrefix": metadata_prefix,
    }
    return f"{oai_url}?{urlencode(query, safe=':/')}"


def has_record(content: bytes, arxiv_id: ArxivId) -> bool:
    """Tell whether an answer is a record of this paper."""
    try:
        _record(content, arxiv_id)
    except MalformedAnswerError:
        return False
    return True


def read_licence(content: bytes, arxiv_id: ArxivId) -> str | None:
    """Return the address of the paper's licence, or None if the record has none.

    Raises:
        MalformedAnswerError: If this is no record of the paper.
    """
    found = _record(content, arxiv_id).findtext(".//{*}license")
    return found.strip() or None if found else None


def read_versions(content: bytes, arxiv_id: ArxivId) -> tuple[SubmittedVersion, ...]:
    """Return the paper's versions, oldest first; needs a record in the format `arXivRaw`.

    Raises:
        MalformedAnswerError: If this is no record of the paper, or tells of no versions.
    """
    versions: list[SubmittedVersion] = []
    for element in _record(content, arxiv_id).iterfind(".//{*}version"):
        if match := _VERSION.fullmatch(element.get("version") or ""):
            source_type = element.findtext("{*}source_type") or ""
            versions.append(SubmittedVersion(int(match[1]), _WITHDRAWN in source_type))
    if not versions:
        message = f"OAI-PMH's record of {arxiv_id} tells of no versions."
        raise MalformedAnswerError(message)
    return tuple(sorted(versions, key=lambda version: version.number))


def _record(content: bytes, arxiv_id: ArxivId) -> _Element:
    root = parse_xml(content, root=f"{_OAI}OAI-PMH", largest_bytes=_LARGEST_RECORD_BYTES)
    error = root.find(f"{_OAI}error")
    if error is not None:
        message = (
            f"OAI-PMH has no record of {arxiv_id}: {error.get('code')} {(error.text or '').strip()}"
        )
        raise MalformedAnswerError(message)
    record = root.find(f"{_OAI}GetRecord/{_OAI}record")
    if record is None:
        message = f"OAI-PMH was asked for the record of {arxiv_id} and answers without any."
        raise MalformedAnswerError(message)
    named = (record.findtext(f"{_OAI}header/{_OAI}identifier") or "").strip()
    if named.rpartition(":")[2] != arxiv_id.number:
        message = f"OAI-PMH was asked for the record of {arxiv_id} and answers about {named!r}."
        raise MalformedAnswerError(message)
    return record
