"""Chooses what a scene tells of a section: key sentences, lists, and formulas, in their order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.domain.models import Paper, Section
from arxiviz_pipeline.domain.ports import Typesetter
from arxiviz_pipeline.scenes.formulas.layout import FormulaPlan
from arxiviz_pipeline.scenes.formulas.planning import plan_formulas
from arxiviz_pipeline.scenes.text.section_text import (
    Block,
    DisplayBlock,
    ListBlock,
    TextBlock,
    read_blocks,
)
from arxiviz_pipeline.scenes.text.sentences import (
    choose_sentences,
    key_terms,
    rank_sentences,
    terms_of,
    to_narration,
)

_MOST_TERMS = 5


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is told.

    Attributes:
        sentence_counts: How many key sentences for a section without formulas, with one or two,
            with up to five, and with more.
        list_count: How many of the section's lists.
        context_words: How many words may stand above or below a formula.
    """

    sentence_counts: tuple[int, int, int, int]
    list_count: int
    context_words: int

    def sentence_count(self, formula_count: int) -> int:
        """Return how many key sentences go with this many formulas."""
        few, some = 3, 6
        none, one_or_two, several, many = self.sentence_counts
        if formula_count == 0:
            return none
        if formula_count < few:
            return one_or_two
        return several if formula_count < some else many


DETAILS: Final = (
    Detail(sentence_counts=(6, 4, 3, 1), list_count=1, context_words=26),
    Detail(sentence_counts=(5, 3, 1, 1), list_count=1, context_words=22),
    Detail(sentence_counts=(4, 2, 1, 0), list_count=0, context_words=16),
)
"""From the fullest to the briefest."""


@dataclass(frozen=True, slots=True)
class KeySentences:
    """Sentences that are told together, as Markdown."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownFormula:
    """A display formula with its context and its plan; `number` counts from 1 in the section."""

    block: DisplayBlock
    plan: FormulaPlan
    number: int


Item = KeySentences | ListBlock | ShownFormula


class Outline:
    """One section, read and weighed."""

    def __init__(self, paper: Paper, section: Section, typesetter: Typesetter) -> None:
        """Read the section and plan its formulas."""
        self.title = section.title if to_narration(section.title) else "A section without a title"
        self.paper_title = paper.title
        self._focus = f"{paper.title} {paper.abstract} {section.title} {section.title}"
        self._blocks: Sequence[Block] = read_blocks(section)
        self._sentences = [
            sentence
            for block in self._blocks
            if isinstance(block, TextBlock)
            for sentence in block.sentences
        ]
        self.terms = key_terms(self._sentences, f"{paper.title} {section.title}", _MOST_TERMS)
        displays = [block for block in self._blocks if isinstance(block, DisplayBlock)]
        plans = plan_formulas([block.tex for block in displays], typesetter)
        self.formulas = [
            ShownFormula(block, plan, number)
            for number, (block, plan) in enumerate(zip(displays, plans, strict=True), start=1)
        ]

    def items(self, detail: Detail, formula_count: int) -> list[Item]:
        """Return what is told, in the section's order, with its first so many formulas."""
        chosen = self._chosen(detail.sentence_count(formula_count), formula_count)
        items: list[Item] = []
        pending: list[str] = []
        for found in self._walk(detail.list_count, formula_count, chosen):
            if isinstance(found, str):
                pending.append(found)
                continue
            items += [KeySentences(tuple(pending))] if pending else []
            pending = []
            items.append(found)
        items += [KeySentences(tuple(pending))] if pending else []
        return items

    def _walk(
        self, list_count: int, formula_count: int, chosen: set[int]
    ) -> Iterator[str | ListBlock | ShownFormula]:
        formulas = iter(self.formulas[:formula_count])
        lists_left = list_count
        position = 0
        for block in self._blocks:
            match block:
                case ListBlock():
                    lists_left -= 1
                    if lists_left >= 0:
                        yield block
                case TextBlock():
                    for sentence in block.sentences:
                        if position in chosen:
                            yield sentence
                        position += 1
                case DisplayBlock():
                    formula = next(formulas, None)
                    if formula is not None:
                        yield formula

    def _chosen(self, count: int, formula_count: int) -> set[int]:
        chosen = choose_sentences(self._sentences, self._focus, count)
        if not chosen and formula_count == 0:
            # Something is better than a title alone.
            return set(self._telling()[:2])
        return set(chosen)

    def best_sentence(self) -> str:
        """Return the sentence that tells most, or an empty string."""
        scores = rank_sentences(self._sentences, self._focus)
        best = max(self._telling(), key=lambda index: (scores[index], -index), default=None)
        return "" if best is None else self._sentences[best]

    def _telling(self) -> list[int]:
        """Return the places of sentences with words in them."""
        return [index for index, sentence in enumerate(self._sentences) if terms_of(sentence)]
