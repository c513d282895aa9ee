"""Papers of our own on a made-up arXiv, each in one format, and the settings that lead there."""

from arxiviz_pipeline.domain.identifiers import ArxivId
from tests.ingest.arxiv.announced import FEED_TYPE, feed, feed_item
from tests.ingest.arxiv.answers import (
    API,
    LICENCE,
    NOT_FOUND,
    OAI,
    ROBOTS,
    Replies,
    atom_entry,
    atom_feed,
    oai_record,
    oai_versions,
)
from tests.ingest.arxiv.replay_server import ATOM, Reply
from tests.ingest.html import pages
from tests.ingest.latex.payloads import tar_gz

NO_DERIVATIVES = "http://creativecommons.org/licenses/by-nc-nd/4.0/"
AS_PAGE = ArxivId("2601.00011")
AS_SOURCE = ArxivId("2601.00012")
AS_PDF = ArxivId("2601.00013")
AS_ABSTRACT = ArxivId("2601.00014")
WITHDRAWN = ArxivId("2601.00015")
FORBIDDING = ArxivId("2601.00016")
UNKNOWN = ArxivId("2601.00099")
REFUSING = ArxivId("2601.00098")  # asked for it, this arXiv refuses the client
WITHOUT_VERSION_9 = ArxivId(AS_PAGE.number, 9)
NOT_ANNOUNCED = ArxivId("9912.00001")  # ids of a month that nobody here sees the end of

_FAILED_CONVERSION = Reply(
    b"<!DOCTYPE html><html><head><title>Untitled Document</title></head><body><article>"
    b"<p>Conversion to HTML had a Fatal error and exited abruptly.</p></article></body></html>"
)
_PAGE = pages.page(
    pages.section(
        "Energy", pages.paragraph(f"At rest the energy is {pages.display('E = m c^{2}')}")
    ),
    title="The Page",
)
_SOURCE = rb"""\documentclass{article}
\newcommand{\mean}[1]{\langle #1 \rangle}
\title{The Source}
\begin{document}
\maketitle
\input{body}
\end{document}
"""
_BODY = rb"""\section{Averages}
Of two readings we take
\begin{equation}
  \mean{x} = \frac{x_1 + x_2}{2}. % the mean
\end{equation}
\section{Spreads}
They differ by
\begin{equation}
  d = x_1 - x_2.
\end{equation}
"""
PDF_SOURCE = rf"""\documentclass{{article}}
\title{{The Print}}
\author{{Ada Lovelace}}
\begin{{document}}
\maketitle
\section{{Introduction}}
{pages.PARAGRAPH[:350]}
\end{{document}}
"""


def everything(pdf: bytes) -> Replies:
    """What this arXiv answers; `pdf` is the only document of a paper."""
    replies: Replies = {API: NOT_FOUND, ROBOTS: Reply(b"User-agent: *\nDisallow: /secret\n")}
    for arxiv_id, licence in {
        AS_PAGE: LICENCE,
        AS_SOURCE: LICENCE,
        AS_PDF: LICENCE,
        AS_ABSTRACT: LICENCE,
        FORBIDDING: NO_DERIVATIVES,
    }.items():
        replies |= _described(arxiv_id, licence)
    replies |= {
        f"/html/{AS_PAGE}v1": Reply(_PAGE),
        f"/ar5iv/html/{AS_SOURCE}": _FAILED_CONVERSION,
        f"/src/{AS_SOURCE}v1": Reply(
            tar_gz({"main.tex": _SOURCE, "body.tex": _BODY}), "application/gzip"
        ),
        f"/pdf/{AS_PDF}v1": Reply(pdf, "application/pdf"),
        f"/html/{FORBIDDING}v1": Reply(_PAGE),
        **_withdrawn(),
        api_address(REFUSING): Reply(status=403),
        "/rss/math.PR": Reply(
            feed([feed_item(f"{AS_PAGE}v1"), feed_item(f"{FORBIDDING}v1", licence=NO_DERIVATIVES)]),
            FEED_TYPE,
        ),
    }
    return replies


def settings_of(url: str) -> dict[str, str]:
    """Return the environment that leads to the arXiv at an address."""
    return {
        "ARXIV_API_URL": f"{url}{API}",
        "ARXIV_URL": url,
        "ARXIV_EXPORT_URL": url,
        "ARXIV_OAI_URL": f"{url}{OAI}",
        "ARXIV_RSS_URL": f"{url}/rss",
        "AR5IV_URL": f"{url}/ar5iv",
    }


def api_address(arxiv_id: ArxivId) -> str:
    """Return where the API tells of a paper."""
    return f"{API}?id_list={arxiv_id}&max_results=1"


def _described(arxiv_id: ArxivId, licence: str) -> Replies:
    entry = atom_entry(
        f"{arxiv_id}v1",
        title=f"Paper {arxiv_id}",
        abstract="Weighing $n \\ge 2$ times narrows the spread.",
    )
    return {
        api_address(arxiv_id): Reply(atom_feed(entry), ATOM),
        _record(arxiv_id, "arXiv"): oai_record(str(arxiv_id), f"<license>{licence}</license>"),
        _record(arxiv_id, "arXivRaw"): oai_versions(str(arxiv_id), ""),
    }


def _withdrawn() -> Replies:
    entry = atom_entry(f"{WITHDRAWN}v2", comment="This paper has been withdrawn by its author")
    return {
        api_address(WITHDRAWN): Reply(atom_feed(entry), ATOM),
        _record(WITHDRAWN, "arXivRaw"): oai_versions(str(WITHDRAWN), "", "I"),
    }


def _record(arxiv_id: ArxivId, form: str) -> str:
    return f"{OAI}?verb=GetRecord&identifier=oai:arXiv.org:{arxiv_id}&metadataPrefix={form}"
