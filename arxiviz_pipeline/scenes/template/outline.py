"""Chooses what a scene tells of a section: features, formulas, lists, key sentences, in order."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Paper, Section
from arxiviz_pipeline.domain.ports import Typesetter
from arxiviz_pipeline.scenes.formulas.layout import FormulaPlan
from arxiviz_pipeline.scenes.template.features import Feature, Finder, Material
from arxiviz_pipeline.scenes.text.captions import CaptionBlock
from arxiviz_pipeline.scenes.text.key_phrases import key_phrases, key_terms
from arxiviz_pipeline.scenes.text.key_sentences import choose_sentences
from arxiviz_pipeline.scenes.text.section_text import (
    Block,
    DisplayBlock,
    ListBlock,
    TextBlock,
    read_blocks,
)
from arxiviz_pipeline.scenes.text.sentences import (
    says_something,
    split_sentences,
    terms_of,
    to_narration,
)
from arxiviz_pipeline.scenes.text.standing_alone import standing_alone

log = logging.getLogger(__name__)

_MOST_TERMS = 5
_MOST_PHRASES = 4
_FEWEST_ALONE = 3  # sentences
_MOST_BESIDE_PICTURES = 4  # sentences: formulas and features are to be the centre


@dataclass(frozen=True, slots=True)
class Statement:
    """The sentence that tells most, as Markdown."""

    sentence: str


@dataclass(frozen=True, slots=True)
class KeySentences:
    """Sentences that are told together, as Markdown."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownFormula:
    """A display formula with its context and its plan.

    Attributes:
        number: Counted from 1 in the section.
        place: The index of its block.
    """

    block: DisplayBlock
    plan: FormulaPlan
    number: int
    place: int


Item = Statement | KeySentences | ListBlock | ShownFormula | Feature


@dataclass(frozen=True, slots=True)
class Selection:
    """What of an outline is told.

    Attributes:
        formulas: The numbers of the formulas that are told alone, not by a feature.
        said: What the features say, which no sentence is to say again.
    """

    features: tuple[Feature, ...]
    formulas: frozenset[int]
    sentence_count: int
    list_count: int
    said: tuple[str, ...] = ()


class Outline:
    """One section, read and weighed."""

    def __init__(self, paper: Paper, section: Section, typesetter: Typesetter) -> None:
        """Read the section."""
        title = section.title.rstrip(" .:") if to_narration(section.title) else ""
        self.title = title or "A section without a title"
        self.paper_title = paper.title
        self._focus = f"{paper.title} {paper.abstract} {section.title} {section.title}"
        self._abstract = paper.abstract
        self.blocks: Sequence[Block] = read_blocks(section)
        placed = [
            (place, standing_alone(sentence))
            for place, block in enumerate(self.blocks)
            for sentence in _sentences_of(block)
        ]
        self._places = [place for place, _ in placed]
        self._sentences = [sentence for _, sentence in placed]
        self.terms = key_terms(self._sentences, f"{paper.title} {section.title}", _MOST_TERMS)
        self.material = Material(paper, section, self.blocks, self.terms, typesetter)

    @property
    def displays(self) -> list[tuple[int, DisplayBlock]]:
        """The display blocks, each with its index."""
        return [
            (place, block)
            for place, block in enumerate(self.blocks)
            if isinstance(block, DisplayBlock)
        ]

    def find_features(self, finders: Iterable[Finder]) -> list[Feature]:
        """Return what the finders find, the weightiest first."""
        found = [feature for finder in finders for feature in self._found_by(finder)]
        return sorted(found, key=lambda feature: (-feature.weight, feature.place))

    def _found_by(self, finder: Finder) -> list[Feature]:
        try:
            return list(finder(self.material))
        except RenderError:
            raise
        except Exception:  # a scene is not to be lost to what one finder did not foresee
            log.exception("a finder of features failed")
            return []

    def key_sentences(self, count: int) -> list[str]:
        """Return so many sentences, in the section's order."""
        return [self._sentences[index] for index in self._best(count)]

    @cached_property
    def phrases(self) -> list[str]:
        """What the section keeps talking about, in its own words."""
        return key_phrases(self._sentences, self.terms, _MOST_PHRASES)

    @cached_property
    def abstract_sentences(self) -> list[str]:
        """What the paper's abstract says, in its order, the two most telling sentences of it."""
        sentences = [standing_alone(each) for each in split_sentences(self._abstract)]
        return [sentences[index] for index in choose_sentences(sentences, self._focus, 2)]

    def items(self, selection: Selection, formulas: Sequence[ShownFormula]) -> list[Item]:
        """Return what is told, in the section's order; mere text opens with its main point."""
        told = frozenset[int]().union(*(feature.tells for feature in selection.features))
        chosen = self._chosen(selection, told)
        items: list[Item] = []
        if not selection.features and not selection.formulas:
            lead = self._best(1)
            items += [Statement(self._sentences[index]) for index in lead]
            chosen -= set(lead)
        pending: list[str] = []
        shown = {item.place: item for item in formulas if item.number in selection.formulas}
        for found in self._walk(selection, told, chosen, shown):
            if isinstance(found, str):
                pending.append(found)
                continue
            items += [KeySentences(tuple(pending))] if pending else []
            pending = []
            items.append(found)
        items += [KeySentences(tuple(pending))] if pending else []
        return items

    def _walk(
        self,
        selection: Selection,
        told: AbstractSet[int],
        chosen: AbstractSet[int],
        shown: dict[int, ShownFormula],
    ) -> Iterator[str | ListBlock | ShownFormula | Feature]:
        lists_left = selection.list_count
        last = len(self.blocks)
        for place, block in enumerate(self.blocks):
            here = [each for each in selection.features if min(each.place, last - 1) == place]
            yield from (feature for feature in here if feature.tells)
            match block:
                case ListBlock():
                    lists_left -= 1
                    if lists_left >= 0 and place not in told:
                        yield block
                case TextBlock() | CaptionBlock():
                    yield from (
                        self._sentences[index]
                        for index in sorted(chosen)
                        if self._places[index] == place
                    )
                case DisplayBlock():
                    if place in shown:
                        yield shown[place]
                case _:
                    pass  # told by a feature or not at all
            yield from (feature for feature in here if not feature.tells)

    def _chosen(self, selection: Selection, told: AbstractSet[int]) -> set[int]:
        count = selection.sentence_count
        if selection.formulas or selection.features:
            count = min(count, _MOST_BESIDE_PICTURES)
        untold = [index for index, place in enumerate(self._places) if place not in told]
        sentences = [self._sentences[index] for index in untold]
        is_all = not selection.formulas and not selection.features
        chosen = choose_sentences(
            sentences,
            self._focus,
            count,
            told=selection.said,
            at_least=_FEWEST_ALONE if is_all else 0,
        )
        return {untold[index] for index in chosen}

    def _best(self, count: int) -> list[int]:
        chosen = choose_sentences(self._sentences, self._focus, count)
        if chosen:
            return chosen
        # Something is better than a title alone.
        telling = [index for index, each in enumerate(self._sentences) if terms_of(each)]
        return telling[:count]


def _sentences_of(block: Block) -> Sequence[str]:
    match block:
        case TextBlock():
            return block.sentences
        case CaptionBlock(kind="figure"):
            # A caption that is a sentence says what is to be seen; most are titles.
            return [each for each in split_sentences(block.text)[:1] if says_something(each)]
        case _:
            return ()
