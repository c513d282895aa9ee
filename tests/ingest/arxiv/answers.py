"""A paper as a replay server tells of it, and a client that asks one."""

from datetime import date
from pathlib import Path

from arxiviz_pipeline.ingest.arxiv.client import ArxivClient
from tests.ingest.arxiv.replay_server import ATOM, Reply

API = "/api/query"
OAI = "/oai"
ROBOTS = "/robots.txt"
PAGE = "/html/2601.00001v3"
AR5IV_PAGE = "/ar5iv/html/2601.00001"
SOURCE = "/src/2601.00001v3"
PDF = "/pdf/2601.00001v3"
LICENCE = "http://creativecommons.org/licenses/by/4.0/"
PAPER = Reply(
    b'<!DOCTYPE html><html><head><meta charset="utf-8"><title>Site</title></head><body>'
    b"<article><h1>On Averages</h1><p>Averaging many readings narrows the spread.</p></article>"
    b"</body></html>"
)

Replies = dict[str, Reply | list[Reply]]


def atom_feed(*entries: str) -> bytes:
    """What the API answers."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'xmlns:arxiv="http://arxiv.org/schemas/atom">{"".join(entries)}</feed>'
    ).encode()


def atom_entry(
    identifier: str,
    *,
    title: str = "On Averages",
    author: str = "Ada Lovelace",
    abstract: str = "Why averaging\n  works.",
    comment: str = "",
    links: str = "",
) -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/{identifier}</id><title>{title}</title>"
        "<published>2026-01-02T03:04:05Z</published><updated>2026-02-03T04:05:06Z</updated>"
        f"<summary>{abstract}</summary><arxiv:comment>{comment}</arxiv:comment>{links}"
        '<category term="stat.ME"/><category term="math.PR"/>'
        '<arxiv:primary_category term="math.PR"/>'
        f"<author><name>{author}</name></author></entry>"
    )


FOUND = Reply(atom_feed(atom_entry("2601.00001v3")), ATOM)
NOT_FOUND = Reply(atom_feed(), ATOM)


def oai_record(identifier: str, inside: str) -> Reply:
    """A record as oaipmh.arxiv.org answers with it."""
    return Reply(
        (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><GetRecord><record>'
            f"<header><identifier>oai:arXiv.org:{identifier}</identifier></header><metadata>"
            f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{identifier}</id>{inside}</arXiv>'
            "</metadata></record></GetRecord></OAI-PMH>"
        ).encode(),
        "text/xml",
    )


def oai_versions(identifier: str, *source_types: str) -> Reply:
    """A record that tells of these versions; the letter I marks one without files."""
    return oai_record(
        identifier,
        "".join(
            f'<version version="v{number}"><source_type>{source_type}</source_type></version>'
            for number, source_type in enumerate(source_types, start=1)
        ),
    )


def client_of(url: str, state_folder: Path, **settings: object) -> ArxivClient:
    quick: dict[str, object] = {
        "contact": "mailto:test@example.org",
        "timeout_seconds": 5.0,
        "interval_seconds": 0.0,
        "attempts": 3,
        "retry_wait_seconds": 0.01,
        "today": lambda: date(2026, 3, 15),
    }
    return ArxivClient(
        state_folder,
        api_url=f"{url}{API}",
        arxiv_url=url,
        ar5iv_url=f"{url}/ar5iv",
        export_url=url,
        oai_url=f"{url}{OAI}",
        **{**quick, **settings},  # pyright: ignore[reportArgumentType]
    )
