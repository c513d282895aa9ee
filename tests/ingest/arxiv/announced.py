"""Feeds and lists of records as arXiv writes them, about papers that do not exist."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from arxiviz_pipeline.ingest.arxiv.announcement_client import AnnouncementClient
from arxiviz_pipeline.ingest.arxiv.answer_cache import AnswerCache
from arxiviz_pipeline.ingest.watch.settings import WatchSettings
from tests.ingest.arxiv.replay_server import ReplayServer

BY = "http://creativecommons.org/licenses/by/4.0/"
NON_EXCLUSIVE = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
FEED_TYPE = "application/rss+xml"
OAI_TYPE = "text/xml; charset=utf-8"


def open_client(
    server: ReplayServer, folder: Path, answers: AnswerCache | None = None
) -> AnnouncementClient:
    watched = WatchSettings.model_validate(
        {"ARXIV_RSS_URL": f"{server.url}/rss", "ARXIV_OAI_URL": f"{server.url}/oai"}
    )
    return AnnouncementClient.open(
        watched, folder / "pace", None, answers=answers, interval_seconds=0.0, timeout_seconds=2.0
    )


def feed_item(
    arxiv_id: str,
    announce_type: str = "new",
    *,
    title: str = "A paper",
    categories: Sequence[str] = ("cs.CL",),
    licence: str = BY,
) -> str:
    listed = "".join(f"<category>{category}</category>" for category in categories)
    return (
        f"<item><title>{escape(title)}</title>"
        f'<guid isPermaLink="false">oai:arXiv.org:{arxiv_id}</guid>{listed}'
        f"<arxiv:announce_type>{announce_type}</arxiv:announce_type>"
        f"<dc:rights>{licence}</dc:rights></item>"
    )


def feed(items: Sequence[str], day: int = 3) -> bytes:
    """A feed of a day in August 2026, whose first is a Saturday."""
    names = ("Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri")
    date = f"{names[(day - 1) % 7]}, {day:02d} Aug 2026"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rss xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>'
        f"<title>cs.CL updates on arXiv.org</title>"
        f"<lastBuildDate>{date} 04:00:13 +0000</lastBuildDate>"
        f"<pubDate>{date} 00:00:00 -0400</pubDate>{''.join(items)}</channel></rss>"
    ).encode()


def record(
    arxiv_id: str,
    submitted: str = "Fri, 02 Jan 2026 12:00:00 GMT",
    *,
    versions: int = 1,
    changed: str = "2026-01-05",
    categories: str = "cs.CL cs.AI",
    title: str = "A paper",
    licence: str = BY,
) -> str:
    dates = [submitted, *["Wed, 11 Mar 2026 12:00:00 GMT"] * (versions - 1)]
    listed = "".join(
        f'<version version="v{number}"><date>{date}</date><size>9kb</size></version>'
        for number, date in enumerate(dates, start=1)
    )
    return (
        f"<record><header><identifier>oai:arXiv.org:{arxiv_id}</identifier>"
        f"<datestamp>{changed}</datestamp><setSpec>cs:cs:CL</setSpec></header><metadata>"
        '<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">'
        f"<id>{arxiv_id}</id><submitter>S.</submitter>{listed}<title>{escape(title)}</title>"
        f"<authors>A. Author</authors><categories>{categories}</categories>"
        f"<license>{licence}</license><abstract>A.</abstract></arXivRaw></metadata></record>"
    )


def deleted_record(arxiv_id: str, changed: str = "2026-01-05") -> str:
    return (
        f'<record><header status="deleted"><identifier>oai:arXiv.org:{arxiv_id}</identifier>'
        f"<datestamp>{changed}</datestamp></header></record>"
    )


def page(records: Sequence[str], token: str = "") -> bytes:
    following = f"<resumptionToken>{escape(token)}</resumptionToken>" if token else ""
    return _oai(f"<ListRecords>{''.join(records)}{following}</ListRecords>")


def refusal(code: str, text: str = "") -> bytes:
    return _oai(f'<error code="{code}">{escape(text)}</error>')


def _oai(inner: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2026-08-10T19:47:10Z</responseDate>{inner}</OAI-PMH>"
    ).encode()
