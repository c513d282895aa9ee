"""Finds derivations: chains of expressions, in one display or over several."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from arxiviz_pipeline.domain.models import ConceptType
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.formulas.chain_plans import plan_chains
from arxiviz_pipeline.scenes.formulas.chains import (
    Chain,
    equation_sides,
    joined_chain,
    read_chain,
)
from arxiviz_pipeline.scenes.template.concepts.derivation_pages import (
    PicturedDerivation,
    derivation_pages,
    is_legible,
)
from arxiviz_pipeline.scenes.template.features import Feature, Material, Stage
from arxiviz_pipeline.scenes.text.inline_math import read_math
from arxiviz_pipeline.scenes.text.inline_text import to_plain
from arxiviz_pipeline.scenes.text.section_text import Block, DisplayBlock, TextBlock

_LEADS_ON = re.compile(
    r"\b(?:then|thus|hence|therefore|becom|simplif|substitut|rewrit|obtain|giv|yield|equivalent|"
    r"plugging|inserting|expand|follows|so that|which is|leads? to|reduces?)",
    re.IGNORECASE,
)
_ENOUGH_LINKS: Final = 4
_LONGEST_NAME: Final = 8  # characters, with its relation
_OVERTIME: Final = 1.35  # of the time it may take: beyond, it doesn't fit


@dataclass(frozen=True, slots=True)
class Derivation:
    """A chain with the words around it."""

    picture: PicturedDerivation
    place: int
    tells: frozenset[int]

    @property
    def concept_type(self) -> ConceptType:
        """What a scene is whose centre this is."""
        return "derivation"

    @property
    def weight(self) -> float:
        """The longer the chain and the more is carried over, the more telling."""
        carries = any(line.carried for line in self.picture.plan.lines)
        long = min(len(self.picture.plan.chain.links), _ENOUGH_LINKS) / _ENOUGH_LINKS
        return 0.55 + 0.2 * long + 0.1 * carries

    def pages(self, stage: Stage) -> Sequence[Page]:
        """Draw it, with fewer words where time is short."""
        bare = replace(self.picture, explanation="")
        pages: list[Page] = []
        for picture in (self.picture, bare, replace(bare, introduction="")):
            pages = derivation_pages(stage.name, picture, fraction=stage.fraction)
            if sum(page.seconds for page in pages) <= stage.seconds:
                return pages
        seconds = sum(page.seconds for page in pages)
        return pages if seconds <= _OVERTIME * stage.seconds else ()


def find(material: Material) -> Sequence[Feature]:
    """Find chains of three expressions or more, longest first."""
    found = list(_candidates(material.blocks))
    plans = plan_chains([each.chain for each in found], material.typesetter)
    derivations = [
        Derivation(
            PicturedDerivation(
                plan, each.displays[0].introduction, each.displays[-1].explanation, each.notes
            ),
            place=each.places[0],
            tells=frozenset(each.places),
        )
        for each, plan in zip(found, plans, strict=True)
        if plan is not None and is_legible(plan)
    ]
    return sorted(derivations, key=lambda each: (-each.weight, each.place))


@dataclass(frozen=True, slots=True)
class _Candidate:
    chain: Chain
    places: tuple[int, ...]
    displays: tuple[DisplayBlock, ...]
    notes: tuple[str, ...]


def _candidates(blocks: Sequence[Block]) -> Iterator[_Candidate]:
    """Yield chains in one display, then those that several displays make."""
    taken: set[int] = set()
    for place, block in enumerate(blocks):
        chain = read_chain(block.tex) if isinstance(block, DisplayBlock) else None
        if isinstance(block, DisplayBlock) and chain and not _is_notation(chain):
            taken.add(place)
            notes = tuple(link.note for link in chain.links)
            yield _Candidate(chain, (place,), (block,), notes)
    for run in _runs(blocks, taken):
        displays = [blocks[place] for place in run]
        told = tuple(each for each in displays if isinstance(each, DisplayBlock))
        sides = [equation_sides(each.tex) for each in told]
        chain = joined_chain([each for each in sides if each])
        if chain:
            later = tuple(each.introduction for each in told[1:])
            yield _Candidate(chain, tuple(run), told, ("", *later))


def _is_notation(chain: Chain) -> bool:
    """Tell whether it only gives names to one thing: nothing is worked out in `a_1 = a_2 = c`."""
    plain = [to_plain(read_math(tex)) for tex in (chain.left, *(link.tex for link in chain.links))]
    return len(chain.links) == 2 and max(map(len, plain)) <= _LONGEST_NAME


def _runs(blocks: Sequence[Block], taken: set[int]) -> Iterator[list[int]]:
    """Find displays with the same left side, each led to from the one before."""
    run: list[int] = []
    for place, block in enumerate(blocks):
        match block:
            case DisplayBlock():
                if run and _follows(blocks, run[-1], block):
                    run.append(place)
                    continue
                if len(run) > 1:
                    yield run
                run = [] if place in taken or not equation_sides(block.tex) else [place]
            case TextBlock():
                pass  # a few words between two displays
            case _:
                if len(run) > 1:
                    yield run
                run = []
    if len(run) > 1:
        yield run


def _follows(blocks: Sequence[Block], before: int, block: DisplayBlock) -> bool:
    earlier = blocks[before]
    sides = equation_sides(block.tex)
    if not isinstance(earlier, DisplayBlock) or sides is None:
        return False
    left = equation_sides(earlier.tex)
    same = left is not None and left[0] == sides[0]
    return same and bool(_LEADS_ON.search(block.introduction))
