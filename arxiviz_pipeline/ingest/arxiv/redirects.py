"""Follows redirects, as far as they stay with arXiv and lead to what was asked for."""

from urllib.parse import urlsplit

from arxiviz_pipeline.domain.errors import MalformedAnswerError
from arxiviz_pipeline.ingest.arxiv.answer import Answer, Freshness
from arxiviz_pipeline.ingest.arxiv.polite_client import PoliteClient

_MOST_REDIRECTS = 5
_TRUSTED_DOMAINS = ("arxiv.org", "ar5iv.org")


def get_following(
    http: PoliteClient, url: str, freshness: Freshness, *, attempts: int | None = None
) -> Answer:
    """Get an address and follow its redirects, except to a paper's abstract.

    Sites send readers to the abstract who ask for what isn't there, so that answer is returned.

    Raises:
        MalformedAnswerError: If they lead elsewhere, or in circles.
        PaperSourceError: As `PoliteClient.get` tells.
    """
    answer = http.get(url, freshness=freshness, attempts=attempts)
    for _ in range(_MOST_REDIRECTS):
        if answer.location is None or _is_abstract_page(answer.location):
            return answer
        if not _is_trusted(answer.location, url):
            message = f"{url} redirects to {answer.location}, which is none of arXiv's sites."
            raise MalformedAnswerError(message)
        answer = http.get(answer.location, freshness=freshness, attempts=attempts)
    message = f"{url} redirects more than {_MOST_REDIRECTS} times."
    raise MalformedAnswerError(message)


def _is_abstract_page(url: str) -> bool:
    return "/abs/" in urlsplit(url).path


def _is_trusted(location: str, asked: str) -> bool:
    target, origin = urlsplit(location), urlsplit(asked)
    if target.scheme not in ("http", "https") or target.hostname is None:
        return False
    if target.hostname == origin.hostname:
        return True
    return any(
        target.hostname == domain or target.hostname.endswith(f".{domain}")
        for domain in _TRUSTED_DOMAINS
    )
