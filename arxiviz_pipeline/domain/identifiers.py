"""arXiv identifiers: what counts as one, and its canonical form.

The scheme is arXiv's own: https://info.arxiv.org/help/arxiv_identifier.html
"""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from arxiviz_pipeline.domain.errors import InvalidArxivIdError

_NEW = r"(?P<year>\d{2})(?P<month>0[1-9]|1[0-2])\.(?P<number>\d{4,5})"
_OLD = (
    r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.(?P<subject>[A-Za-z]{2,5}(?:-[a-z]{2,5})?))?"
    r"/(?P<old_number>\d{2}(?:0[1-9]|1[0-2])\d{3})"
)
_IDENTIFIER = re.compile(rf"(?:{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d{{0,2}}))?", re.ASCII)
_PREFIX = re.compile(r"\Aarxiv:\s*", re.IGNORECASE)
_DOI = re.compile(r"(?:doi:\s*)?10\.48550/arxiv\.", re.IGNORECASE)  # arXiv's own, since 2022
_CATEGORY = re.compile(r"\s\[[A-Za-z.-]{2,20}\]\Z")  # as PDFs have it: arXiv:… [cs.CL]
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_HOSTS = ("arxiv.org", "alphaxiv.org", "ar5iv.org", "ar5iv.labs.arxiv.org")
_DOI_HOSTS = ("doi.org", "dx.doi.org")
_HOST_PREFIXES = ("www.", "export.", "browse.", "beta.")
_PAGES = ("abs", "pdf", "html", "overview", "format", "src", "e-print", "papers")
_ENDINGS = (".pdf", ".html", ".tar.gz")
_LONGEST_INPUT = 300
# Five digits since January 2015, four before: the scheme's page.
_FIVE_DIGITS_SINCE = 1501
_FIRST_NEW_STYLE = 704
_OLDEST_YEAR = 91


@dataclass(frozen=True, slots=True, order=True)
class ArxivId:
    """An arXiv identifier, with a version only where one was asked for.

    Attributes:
        number: The identifier without version: `1706.03762` or `math/0309136`.
        version: The version asked for, or None for the newest.
    """

    number: str
    version: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id as people write it: bare, with `arXiv:`, as a DOI or as a page's address.

        A subject class in an old id (`math.GT/0309136`) is dropped, as arXiv does.

        Raises:
            InvalidArxivIdError: If the text is anything else.
        """
        if len(text) > _LONGEST_INPUT:
            message = f"An arXiv id of {len(text)} characters: the longest has about 30."
            raise InvalidArxivIdError(message)
        match = _IDENTIFIER.fullmatch(_bare(text))
        if match is None or not _is_dated(match):
            message = (
                f"{text!r} is not an arXiv id. "
                "Expected one like '1706.03762', '1706.03762v7' or 'math/0309136', "
                "or the address of its arxiv.org page."
            )
            raise InvalidArxivIdError(message)
        number = (
            f"{match['archive']}/{match['old_number']}"
            if match["archive"]
            else f"{match['year']}{match['month']}.{match['number']}"
        )
        return cls(number, int(match["version"]) if match["version"] else None)

    def __str__(self) -> str:
        """Return the canonical form, which is also the partition key."""
        return self.number if self.version is None else f"{self.number}v{self.version}"

    @property
    def slug(self) -> str:
        """The id as a file or object name: `/` becomes `_`, which no id contains."""
        return str(self).replace("/", "_")

    def with_version(self, version: int) -> "ArxivId":
        """Return the same paper in this version."""
        return ArxivId(self.number, version)


def _bare(text: str) -> str:
    """Strip what people write around an id; text that has no such form stays as it is."""
    stripped = _PREFIX.sub("", _CATEGORY.sub("", text.strip()), count=1).strip()
    if match := _DOI.match(stripped):
        return stripped[match.end() :]
    if not _SCHEME.match(stripped) and not _names_a_host(stripped):
        return stripped
    try:
        url = urlsplit(stripped if _SCHEME.match(stripped) else f"https://{stripped}")
        host = url.hostname or ""
    except ValueError:
        return stripped
    path = unquote(url.path).strip("/")
    if host in _DOI_HOSTS:
        match = _DOI.match(path)
        return path[match.end() :] if match else stripped
    page, _, rest = path.partition("/")
    if _without_prefix(host) not in _HOSTS or page.lower() not in _PAGES:
        return stripped
    return _without_ending(rest.strip("/"))


def _names_a_host(text: str) -> bool:
    host = text.partition("/")[0].lower()
    return host in _DOI_HOSTS or _without_prefix(host) in _HOSTS


def _without_prefix(host: str) -> str:
    for prefix in _HOST_PREFIXES:
        host = host.removeprefix(prefix)
    return host


def _without_ending(name: str) -> str:
    for ending in _ENDINGS:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def _is_dated(match: re.Match[str]) -> bool:
    if match["archive"]:
        year = int(match["old_number"][:2])
        return year >= _OLDEST_YEAR or int(match["old_number"][:4]) < _FIRST_NEW_STYLE
    year_month = int(match["year"] + match["month"])
    if year_month < _FIRST_NEW_STYLE:
        return False
    return len(match["number"]) == (5 if year_month >= _FIVE_DIGITS_SINCE else 4)
