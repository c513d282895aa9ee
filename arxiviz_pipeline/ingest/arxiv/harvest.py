"""Reads the papers of a range of days by OAI-PMH: https://info.arxiv.org/help/oa.

The papers of some days are those whose first version was submitted on one of them, by UTC. OAI-PMH
knows another date alone, when a record last changed, which is never before that. So records are
read from the first of the days on, without an end, and those of other papers are left out: with an
end, papers that were replaced after it would be missing.

The format is arXivRaw, which lists the versions. The `created` of the format arXiv is of the newest
version since arXiv's service was renewed in 2025.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] (elements have no other name)

from arxiviz_pipeline.domain.announcements import Announcement, is_listed_under
from arxiviz_pipeline.domain.errors import (
    ConfigurationError,
    InvalidArxivIdError,
    MalformedAnswerError,
    SourceUnavailableError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.arxiv.xml_answers import moment_in, parse_xml, text_of

LARGEST_PAGE_BYTES = 64 * 1024 * 1024  # a record has 2 to 4 KB, and a page some thousands
_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_RAW = "{http://arxiv.org/OAI/arXivRaw/}"
_PREFIX = "arXivRaw"
_OWN_GROUP = frozenset({"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"})


class TokenExpiredError(SourceUnavailableError):
    """A list cannot be gone on with; it can be asked for anew."""


class ListRefusedError(ConfigurationError):
    """ArXiv has no such list, and will not have it later."""


@dataclass(frozen=True, slots=True)
class HarvestedPaper:
    """A paper's record: what it is, and the day of its first version."""

    announcement: Announcement
    submitted: date


@dataclass(frozen=True, slots=True)
class HarvestPage:
    """One page of a list of records.

    Attributes:
        token: Asks for the next page; None on the last.
        last_changed: The newest day of change on this page: where to start anew.
        deleted_count: Records of papers that are no longer there.
        unreadable_count: Records that name no paper or no date.
    """

    papers: tuple[HarvestedPaper, ...] = ()
    token: str | None = None
    last_changed: date | None = None
    deleted_count: int = 0
    unreadable_count: int = 0


def oai_set(category: str) -> str:
    """Return the set of a category or archive: `cs:cs:CL`, `physics:hep-th`.

    The archives of physics belong to one group, whose name comes first; the others to their own.
    """
    archive = category.partition(".")[0]
    group = archive if archive in _OWN_GROUP else "physics"
    return f"{group}:{category.replace('.', ':', 1)}"


def first_page_url(oai_url: str, category: str, changed_since: date) -> str:
    """Return the address of the first page of a list."""
    query = {
        "verb": "ListRecords",
        "metadataPrefix": _PREFIX,
        "set": oai_set(category),
        "from": changed_since.isoformat(),
    }
    return f"{oai_url}?{urlencode(query, safe=':')}"


def next_page_url(oai_url: str, token: str) -> str:
    """Return the address of a following page; a token allows no other argument."""
    return f"{oai_url}?{urlencode({'verb': 'ListRecords', 'resumptionToken': token})}"


def parse_page(content: bytes, category: str) -> HarvestPage:
    """Read a page of the list of a category.

    Raises:
        TokenExpiredError: If arXiv no longer takes the token.
        ListRefusedError: If arXiv refuses what is asked for, as a category that it hasn't.
        MalformedAnswerError: If it is no answer of OAI-PMH.
    """
    answer = parse_xml(content, root=f"{_OAI}OAI-PMH", largest_bytes=LARGEST_PAGE_BYTES)
    error = answer.find(f"{_OAI}error")
    if error is not None:
        return _explain(error.get("code", ""), " ".join((error.text or "").split()), category)
    listed = answer.find(f"{_OAI}ListRecords")
    if listed is None:
        message = "arXiv's OAI-PMH answer has neither records nor an error."
        raise MalformedAnswerError(message)
    records = listed.findall(f"{_OAI}record")
    deleted = [record for record in records if _is_deleted(record)]
    papers = tuple(paper for record in records if (paper := _paper(record, category)) is not None)
    unreadable_count = len(records) - len(deleted) - len(papers)
    if unreadable_count and not papers:
        message = (
            f"None of the {len(records)} records of arXiv's OAI-PMH answer is in the format "
            f"{_PREFIX}, with an id and the date of a version."
        )
        raise MalformedAnswerError(message)
    return HarvestPage(
        papers=papers,
        token=(listed.findtext(f"{_OAI}resumptionToken") or "").strip() or None,
        last_changed=max(filter(None, map(_changed, records)), default=None),
        deleted_count=len(deleted),
        unreadable_count=unreadable_count,
    )


def submitted_between(
    papers: Sequence[HarvestedPaper], first_day: date, last_day: date
) -> list[Announcement]:
    """Keep the papers that were submitted on these days, both included."""
    return [paper.announcement for paper in papers if first_day <= paper.submitted <= last_day]


def _explain(code: str, text: str, category: str) -> HarvestPage:
    match code:
        case "noRecordsMatch":
            return HarvestPage()
        case "badResumptionToken":
            message = f"arXiv's list of {category} cannot be gone on with: {text or code}."
            raise TokenExpiredError(message)
        case _:
            message = (
                f"arXiv's OAI-PMH refuses the list of {category} (set {oai_set(category)!r}): "
                f"{code}: {text} Check the category, and the dates."
            )
            raise ListRefusedError(message)


def _is_deleted(record: _Element) -> bool:
    header = record.find(f"{_OAI}header")
    return header is not None and header.get("status") == "deleted"


def _changed(record: _Element) -> date | None:
    try:
        return date.fromisoformat(record.findtext(f"{_OAI}header/{_OAI}datestamp", "").strip()[:10])
    except ValueError:
        return None


def _paper(record: _Element, category: str) -> HarvestedPaper | None:
    paper = record.find(f"{_OAI}metadata/{_RAW}arXivRaw")
    if paper is None or _is_deleted(record):
        return None
    versions = _versions(paper)
    try:
        arxiv_id = ArxivId.parse(text_of(paper, f"{_RAW}id"))
    except InvalidArxivIdError:
        return None
    if not versions:
        return None
    categories = tuple(text_of(paper, f"{_RAW}categories").split())
    is_primary = is_listed_under(next(iter(categories), category), [category])
    announcement = Announcement(
        arxiv_id.with_version(max(versions)),
        "new" if is_primary else "cross",
        title=text_of(paper, f"{_RAW}title"),
        categories=categories,
        licence=text_of(paper, f"{_RAW}license") or None,
    )
    return HarvestedPaper(announcement, min(versions.items())[1])


def _versions(paper: _Element) -> dict[int, date]:
    """Return the day of each version, by UTC."""
    found: dict[int, date] = {}
    for version in paper.findall(f"{_RAW}version"):
        number = (version.get("version") or "").removeprefix("v")
        moment = moment_in(text_of(version, f"{_RAW}date"))
        if number.isascii() and number.isdecimal() and 0 < int(number) < 1000 and moment:
            found[int(number)] = moment.date()
    return found
