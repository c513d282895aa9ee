"""Finds what a section compares: tables, and contrasts in its prose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.domain.models import ConceptType
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.template.concepts.bar_pages import bars_page
from arxiviz_pipeline.scenes.template.concepts.contrasts import find_contrasts
from arxiviz_pipeline.scenes.template.concepts.table_choice import WeighedTable
from arxiviz_pipeline.scenes.template.concepts.table_pages import TableWords, table_page
from arxiviz_pipeline.scenes.template.features import Feature, Material, Stage
from arxiviz_pipeline.scenes.text.section_text import Block, TextBlock
from arxiviz_pipeline.scenes.text.sentences import shorten
from arxiviz_pipeline.scenes.text.tables import TableBlock

_MOST_TABLES = 3
_SLACK_SECONDS = 0.6


@dataclass(frozen=True, slots=True)
class _Size:
    """How much of a table is told.

    Attributes:
        bars: How many rows, where these are bars.
        heading_words: Of the caption, which is the heading.
        conclusion_words: Of the sentence that tells what the table shows.
    """

    rows: int
    columns: int
    bars: int
    heading_words: int
    conclusion_words: int


_SIZES: Final = (
    _Size(6, 5, 7, 24, 26),
    _Size(6, 5, 7, 18, 24),
    _Size(6, 4, 6, 16, 20),
    _Size(5, 4, 5, 14, 18),
    _Size(5, 3, 5, 14, 16),
    _Size(4, 4, 5, 12, 14),
    _Size(4, 3, 4, 12, 12),
    _Size(3, 3, 3, 10, 10),
    _Size(3, 2, 3, 10, 0),
)
"""From the most to the least."""


@dataclass(frozen=True, slots=True)
class TableComparison:
    """A table, as bars where one of its columns carries the comparison."""

    weighed: WeighedTable
    place: int
    weight: float

    @property
    def concept_type(self) -> ConceptType:
        """What a scene is whose centre this is."""
        return "comparison"

    @property
    def tells(self) -> frozenset[int]:
        """The table's block."""
        return frozenset((self.place,))

    def pages(self, stage: Stage) -> Sequence[Page]:
        """Draw as much of it as fits."""
        for page in self._drafts(stage):
            if page is not None and page.seconds <= stage.seconds + _SLACK_SECONDS:
                return (page,)
        return ()

    def _drafts(self, stage: Stage) -> Iterator[Page | None]:
        weighed = self.weighed
        measure = weighed.measure
        count = len(weighed.table.rows)
        if measure is not None:
            for size in _SIZES:
                rows = weighed.rows(min(size.bars, count), (0, measure.column))
                rows = [row for row in rows if weighed.quantities[row][measure.column]]
                if len(rows) >= min(3, count):
                    yield bars_page(
                        stage.name,
                        weighed,
                        rows,
                        measure,
                        self._words(size),
                        fraction=stage.fraction,
                        terms=stage.terms,
                    )
        for size in _SIZES:
            columns = weighed.columns(min(size.columns, len(weighed.table.header)))
            rows = weighed.rows(min(size.rows, count), columns)
            yield table_page(
                stage.name,
                weighed,
                rows,
                columns,
                self._words(size),
                fraction=stage.fraction,
                terms=stage.terms,
            )

    def _words(self, size: _Size) -> TableWords:
        caption = self.weighed.caption()
        referring = [shorten(each, size.conclusion_words) for each in self.weighed.referring]
        whole = [each for each in referring if not each.endswith("…")]
        conclusion = next(iter(whole), "") if size.conclusion_words else ""
        heading = shorten(caption, size.heading_words) if caption else ""
        return TableWords(heading, self.weighed.described(), conclusion)


def find(material: Material) -> Sequence[Feature]:
    """Find tables and contrasts, the most telling ones first."""
    sentences = [
        sentence
        for block in material.blocks
        if isinstance(block, TextBlock)
        for sentence in block.sentences
    ]
    found: list[Feature] = []
    for place, block in enumerate(material.blocks):
        if isinstance(block, TableBlock) and len(found) < _MOST_TABLES:
            weighed = WeighedTable(block, sentences, material.paper)
            if not weighed.is_comparing:
                continue
            found.append(TableComparison(weighed, place, _weight(weighed, material.blocks)))
    found += find_contrasts(material)
    return sorted(found, key=lambda feature: -feature.weight)


def _weight(weighed: WeighedTable, blocks: Sequence[Block]) -> float:
    """Weigh a table by what the paper says about it and by what can be seen in it."""
    tables = sum(isinstance(block, TableBlock) for block in blocks)
    return min(
        0.9,
        0.5
        + 0.1 * bool(weighed.table.caption)
        + 0.1 * bool(weighed.referring)
        + 0.1 * (weighed.measure is not None)
        + 0.05 * bool(weighed.best_cells)
        + 0.05 * (weighed.own_row is not None)
        - 0.05 * (tables > 1),
    )
