"""Says why a paper cannot be had from arXiv, and what can be asked for in its place."""

from collections.abc import Sequence
from datetime import date

from arxiviz_pipeline.domain.errors import (
    NotAnnouncedError,
    PaperNotFoundError,
    PaperWithdrawnError,
    VersionNotFoundError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.arxiv.oai import SubmittedVersion

_CENTURY = 2000  # ids with a year and a month before the point began in 2007


def not_found(arxiv_id: ArxivId, today: date) -> PaperNotFoundError:
    """Return the error for a paper that arXiv hasn't got, or not yet."""
    month = _month_of(arxiv_id)
    if month is not None and month >= (today.year, today.month):
        message = (
            f"arXiv has no paper {arxiv_id} yet: ids of {month[0]}-{month[1]:02} are given out and "
            "announced during that month, from Sunday to Thursday. Check the number, or try again "
            "after the next announcement."
        )
        return NotAnnouncedError(message)
    message = f"arXiv has no paper {arxiv_id}. Check the number."
    return PaperNotFoundError(message)


def version_not_found(arxiv_id: ArxivId, newest: int | None) -> VersionNotFoundError:
    """Return the error for a version that a paper hasn't got."""
    last = "" if newest is None else f" Its newest is {arxiv_id.with_version(newest)}."
    message = f"arXiv has no version {arxiv_id.version} of {arxiv_id.number}.{last}"
    return VersionNotFoundError(message)


def withdrawn(arxiv_id: ArxivId, versions: Sequence[SubmittedVersion]) -> PaperWithdrawnError:
    """Return the error for a version whose authors took it back.

    Args:
        arxiv_id: The paper, with the version.
        versions: All of the paper's; empty if they are not known.
    """
    newest_first = sorted((one for one in versions), key=lambda one: one.number, reverse=True)
    readable = [arxiv_id.with_version(one.number) for one in newest_first if not one.is_withdrawn]
    earlier = [one for one in readable if (one.version or 0) < (arxiv_id.version or 0)]
    if not versions and (arxiv_id.version or 1) > 1:
        remedy = f"An earlier version may be left: ask for {arxiv_id.number}v1 or a later one."
    elif earlier or readable:
        remedy = f"Ask for {(earlier or readable)[0]}, the last version that can be read."
    else:
        remedy = "No other version of it can be read."
    message = f"{arxiv_id} was withdrawn: arXiv has no text of it. {remedy}"
    return PaperWithdrawnError(message)


def _month_of(arxiv_id: ArxivId) -> tuple[int, int] | None:
    month, point, _ = arxiv_id.number.partition(".")
    return (_CENTURY + int(month[:2]), int(month[2:])) if point else None
