"""What arXiv announces, and which of it is wanted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.licences import LicencePolicy, permits, read_licence

AnnounceType = Literal["new", "cross", "replace", "replace-cross"]
ANNOUNCE_TYPES: Final[tuple[AnnounceType, ...]] = get_args(AnnounceType)
"""arXiv's words: first listed, listed in another category, a new version, one of a cross-list."""

_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2,5}(?:-[a-z]{2,5})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Announcement:
    """One paper that arXiv announces.

    Attributes:
        arxiv_id: With its version where arXiv tells it.
        categories: The primary one first.
        licence: The address of its licence, or None if it isn't told.
    """

    arxiv_id: ArxivId
    announce_type: AnnounceType
    title: str = ""
    categories: tuple[str, ...] = ()
    licence: str | None = None

    @property
    def paper(self) -> ArxivId:
        """The paper in its newest version, which is its partition."""
        return ArxivId(self.arxiv_id.number)

    @property
    def is_replacement(self) -> bool:
        """Whether the paper was announced before, in an older version."""
        return self.announce_type in ("replace", "replace-cross")

    @property
    def key(self) -> str:
        """What is to be made once: a paper, and every new version that replaces it."""
        return str(self.arxiv_id if self.is_replacement else self.paper)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an announced paper is made, and if not, why not."""

    announcement: Announcement
    skipped_because: str | None = None


def parse_categories(texts: Iterable[str]) -> tuple[str, ...]:
    """Read categories or archives, as `cs.CL` or `hep-th`; repetitions are dropped.

    Raises:
        ConfigurationError: If one does not look like one. arXiv alone knows which there are.
    """
    found = tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
    for category in found:
        if not _CATEGORY.fullmatch(category):
            message = (
                f"{category!r} is not an arXiv category. Expected one like 'cs.CL', 'math.NT' or "
                "'hep-th', several separated by commas; https://arxiv.org/category_taxonomy has "
                "them all."
            )
            raise ConfigurationError(message)
    return found


def parse_announce_types(texts: Iterable[str]) -> tuple[AnnounceType, ...]:
    """Read announce types, in arXiv's words.

    Raises:
        ConfigurationError: If there is another word, or none at all.
    """
    words = {text.strip() for text in texts if text.strip()}
    unknown = sorted(words.difference(ANNOUNCE_TYPES))
    if unknown or not words:
        found = f"{unknown[0]!r} is not one" if unknown else "none is given"
        message = f"Announce types are {', '.join(ANNOUNCE_TYPES)}; {found}."
        raise ConfigurationError(message)
    return tuple(each for each in ANNOUNCE_TYPES if each in words)


def is_listed_under(category: str, watched: Sequence[str]) -> bool:
    """Tell whether a category is one of those watched, or belongs to a watched archive."""
    return any(category == each or category.startswith(f"{each}.") for each in watched)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which announcements are wanted."""

    types: tuple[AnnounceType, ...]
    licence_policy: LicencePolicy = "any"

    def why_not(self, announcement: Announcement) -> str | None:
        """Tell why an announcement is not wanted, or None if it is."""
        if announcement.announce_type not in self.types:
            return f"type {announcement.announce_type} is not asked for"
        if not permits(announcement.licence, self.licence_policy):
            name = read_licence(announcement.licence).name
            return f"licence {name} does not allow {self.licence_policy}"
        return None

    def choose(self, announcements: Iterable[Announcement]) -> list[Announcement]:
        """Keep what is wanted, each paper once, in the order of arrival."""
        chosen: dict[str, Announcement] = {}
        for announcement in announcements:
            if self.why_not(announcement) is None:
                chosen.setdefault(announcement.key, announcement)
        return list(chosen.values())
