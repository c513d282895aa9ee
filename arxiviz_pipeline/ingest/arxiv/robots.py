"""What robots.txt allows: RFC 9309, with what arXiv says of programs elsewhere.

A site's rules are asked for once a day. Its Crawl-delay is not part of the RFC and is meant for
crawlers: the pace for programs is that of arXiv's terms, one request per three seconds.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit

from protego import Protego

from arxiviz_pipeline.domain.errors import PaperSourceError, SourceUnavailableError
from arxiviz_pipeline.ingest.arxiv.answer import Answer, Freshness

_DAY_SECONDS = 86_400.0
_UNREACHABLE_SECONDS = 600.0
_LARGEST_FILE_BYTES = 500 * 1024  # RFC 9309, section 2.5
_FOUND = 200
_READERS_HOSTS: Final = frozenset({"arxiv.org", "www.arxiv.org"})
_NOT_FOR_PROGRAMS: Final = ("/src", "/e-print")
"""What the readers' hosts keep from programs, whether their robots.txt can be had or not."""

log = logging.getLogger(__name__)


class DisallowedError(SourceUnavailableError):
    """The site doesn't want programs to ask for this address."""


class _Getter(Protocol):
    def get(
        self, url: str, *, freshness: Freshness | None = None, attempts: int | None = None
    ) -> Answer: ...


@dataclass(frozen=True, slots=True)
class _Rules:
    """A site's rules until a moment of the monotonic clock; None allows all."""

    file: Protego | None
    until: float


class Robots:
    """Keeps to the rules of every site.

    Args:
        http: Gets the files; it asks no rules.
        program: How this program is called in them.
        interfaces: Addresses of documented interfaces for programs, which have terms of their own.
        programs_urls: Sites that arXiv documents as those for programs, though their robots.txt
            sends all crawlers away: that is not heeded there, but a rule about a path is.
    """

    def __init__(
        self,
        http: _Getter,
        *,
        program: str,
        interfaces: Sequence[str] = (),
        programs_urls: Sequence[str] = (),
    ) -> None:
        self._http = http
        self._program = program
        self._interfaces = tuple(interfaces)
        self._programs_sites = frozenset(_site(url) for url in programs_urls)
        self._rules: dict[str, _Rules] = {}

    def check(self, url: str) -> None:
        """Let an address pass.

        Raises:
            DisallowedError: If the site doesn't want programs to ask for it.
        """
        if _is_kept_from_programs(url):
            raise DisallowedError(_refusal(url))
        if any(url == one or url.startswith(f"{one}?") for one in self._interfaces):
            return
        site = _site(url)
        file = self._file(site)
        if file is None or file.can_fetch(url, self._program):
            return
        sends_all_away = not file.can_fetch(f"{site}/", self._program)
        if site in self._programs_sites and sends_all_away:
            return
        raise DisallowedError(_refusal(url))

    def _file(self, site: str) -> Protego | None:
        known = self._rules.get(site)
        now = time.monotonic()
        if known is None or known.until <= now:
            known = self._ask(f"{site}/robots.txt", now)
            self._rules[site] = known
        return known.file

    def _ask(self, url: str, now: float) -> _Rules:
        try:
            answer = self._http.get(url, freshness=lambda _: _DAY_SECONDS, attempts=1)
        except PaperSourceError as error:
            log.warning("going by what is known of %s: %s", url, error)
            return _Rules(None, now + _UNREACHABLE_SECONDS)
        if answer.status != _FOUND:
            return _Rules(None, now + _DAY_SECONDS)
        text = answer.content[:_LARGEST_FILE_BYTES].decode("utf-8", errors="replace")
        return _Rules(Protego.parse(text), now + _DAY_SECONDS)


def _is_kept_from_programs(url: str) -> bool:
    parts = urlsplit(url)
    return parts.hostname in _READERS_HOSTS and parts.path.startswith(_NOT_FOR_PROGRAMS)


def _refusal(url: str) -> str:
    return f"{_site(url)}/robots.txt doesn't allow programs to ask for {urlsplit(url).path}."


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
