"""The list of finished papers: a copy of the catalog's, brought up to date at each read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from api.catalog import Catalog
from api.jobs import FinishedPaper

# In Postgres a record may become visible after one with a higher number: the place up to which
# the catalog was read stays behind the records that are younger than this.
_SETTLING = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of papers, and how many there are in all."""

    papers: Sequence[FinishedPaper]
    total: int


class PaperList:
    """Every finished paper, newest first; built at the first read; may be shared by threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._by_id: dict[str, FinishedPaper] = {}
        self._newest_first: list[tuple[FinishedPaper, str]] = []
        self._settled: int | None = None
        self._lock = Lock()

    def find(self, search: str | None, limit: int, offset: int) -> Found:
        """Return a page of the papers that have every word of the search in title, authors or id.

        Case makes no difference.
        """
        papers = self._up_to_date()
        words = (search or "").casefold().split()
        if words:
            papers = [entry for entry in papers if all(word in entry[1] for word in words)]
        page = [paper for paper, _ in papers[offset : offset + limit]]
        return Found(page, len(papers))

    def _up_to_date(self) -> list[tuple[FinishedPaper, str]]:
        with self._lock:
            settled_before = datetime.now(UTC) - _SETTLING
            changed = False
            for paper in self._catalog.finished_papers(self._settled):
                if paper.processed_at < settled_before:
                    self._settled = paper.version
                changed = self._take(paper) or changed
            if changed:
                newest_first = sorted(
                    self._by_id.values(), key=lambda paper: paper.processed_at, reverse=True
                )
                self._newest_first = [(paper, _searched(paper)) for paper in newest_first]
            return self._newest_first

    def _take(self, paper: FinishedPaper) -> bool:
        known = self._by_id.get(str(paper.arxiv_id))
        if known is not None and known.version >= paper.version:
            return False
        self._by_id[str(paper.arxiv_id)] = paper
        return True


def _searched(paper: FinishedPaper) -> str:
    return "\n".join((str(paper.arxiv_id), paper.title, *paper.authors)).casefold()
