"""Asks arXiv what it announces: today's feed, and the records of days gone by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Self

from arxiviz_pipeline.domain.errors import ConfigurationError, MalformedAnswerError
from arxiviz_pipeline.ingest.arxiv.answer import Answer
from arxiviz_pipeline.ingest.arxiv.answer_cache import AnswerCache
from arxiviz_pipeline.ingest.arxiv.harvest import (
    LARGEST_PAGE_BYTES,
    HarvestPage,
    first_page_url,
    next_page_url,
    parse_page,
)
from arxiviz_pipeline.ingest.arxiv.polite_client import PoliteClient
from arxiviz_pipeline.ingest.arxiv.request_pace import ARXIV_INTERVAL_SECONDS, RequestPace
from arxiviz_pipeline.ingest.arxiv.rss import Feed, describe_refusal, feed_url, parse_feed
from arxiviz_pipeline.ingest.watch.settings import WatchSettings

_REFUSED = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class AnnouncementClient:
    """Reads feeds and lists of records, one request a call.

    By default it does not try again: a sensor comes back anyway, and has a minute at most.
    """

    http: PoliteClient
    rss_url: str
    oai_url: str

    @classmethod
    def open(
        cls,
        settings: WatchSettings,
        state_folder: Path,
        contact: str | None,
        *,
        answers: AnswerCache | None = None,
        attempts: int = 1,
        interval_seconds: float = ARXIV_INTERVAL_SECONDS,
        timeout_seconds: float = 20.0,
    ) -> Self:
        """Ask as the settings say, at the pace that all processes of this machine share.

        With `answers`, a feed is only asked whether it changed since it was read.
        """
        http = PoliteClient(
            RequestPace(state_folder, interval_seconds),
            contact=contact,
            timeout_seconds=timeout_seconds,
            largest_body_bytes=LARGEST_PAGE_BYTES,
            attempts=attempts,
            retry_wait_seconds=interval_seconds,
            answers=answers,
        )
        return cls(http, str(settings.arxiv_rss_url), str(settings.arxiv_oai_url))

    def feed(self, categories: Sequence[str]) -> Feed:
        """Fetch today's feed of these categories.

        Raises:
            PaperSourceError: If it cannot be had now.
            ConfigurationError: If arXiv knows no such feed.
        """
        answer = self.http.get(feed_url(self.rss_url, categories), freshness=_never_fresh)
        if answer.status in _REFUSED:
            said = describe_refusal(answer.content)
            message = (
                f"arXiv has no feed {answer.url} (HTTP {answer.status}){said and f': {said}'}. "
                "Check the categories (ARXIVIZ_WATCH), and ARXIV_RSS_URL."
            )
            raise ConfigurationError(message)
        _refuse_other_answers(answer, "ARXIV_RSS_URL")
        return parse_feed(answer.content)

    def page(self, category: str, changed_since: date, token: str | None = None) -> HarvestPage:
        """Fetch one page of a category's records: the first, or the one that a token names.

        Raises:
            TokenExpiredError: If arXiv no longer takes the token.
            ListRefusedError: If arXiv has no such list.
            PaperSourceError: If the page cannot be had now.
            ConfigurationError: If it cannot be had with these settings.
        """
        url = (
            first_page_url(self.oai_url, category, changed_since)
            if token is None
            else next_page_url(self.oai_url, token)
        )
        answer = self.http.get(url)
        _refuse_other_answers(answer, "ARXIV_OAI_URL")
        return parse_page(answer.content, category)


def _never_fresh(_: Answer) -> float:
    return 0.0


def _refuse_other_answers(answer: Answer, setting: str) -> None:
    if answer.location is not None:
        message = f"{answer.url} redirects to {answer.location}: give {setting} the new address."
        raise ConfigurationError(message)
    if answer.status != HTTPStatus.OK:
        message = (
            f"{answer.url} answers HTTP {answer.status} with {answer.media_type or 'no type'}; "
            f"it begins {answer.beginning!r}. Check {setting}."
        )
        raise MalformedAnswerError(message)
