"""Features: what a section holds that deserves a picture of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from arxiviz_pipeline.domain.models import ConceptType, Paper, Section
from arxiviz_pipeline.domain.ports import Typesetter
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.text.section_text import Block


@dataclass(frozen=True, slots=True)
class Material:
    """A section as it was read.

    Attributes:
        blocks: In the section's order.
        terms: The section's key terms, as `sentences.terms_of` writes them.
    """

    paper: Paper
    section: Section
    blocks: Sequence[Block]
    terms: Sequence[str]
    typesetter: Typesetter


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a feature's pages go.

    Attributes:
        name: What their methods' names begin with.
        fraction: How far the scene is when they end, from 0 to 1.
        seconds: How long they may take together.
        terms: Words to highlight.
    """

    name: str
    fraction: float
    seconds: float
    terms: Sequence[str]


class Feature(Protocol):
    """Something with a picture of its own."""

    @property
    def concept_type(self) -> ConceptType:
        """What a scene is whose centre this is."""
        ...

    @property
    def place(self) -> int:
        """The index of the block it stands at."""
        ...

    @property
    def tells(self) -> frozenset[int]:
        """Indices of the blocks it tells whole, which are not told otherwise.

        A display block among them is shown on its pages.
        """
        ...

    @property
    def weight(self) -> float:
        """How sure and how telling it is, from 0 to 1; 0.5 is that of a plain formula."""
        ...

    def pages(self, stage: Stage) -> Sequence[Page]:
        """Draw it, below the header that every page shares; empty if it does not fit."""
        ...


Finder = Callable[[Material], Sequence[Feature]]
"""Finds the features of one kind, best first; never raises, whatever the section holds."""
