"""Finds two sides that prose sets against each other, and draws them side by side."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from arxiviz_pipeline.domain.models import ConceptType
from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, TOP, progress_to
from arxiviz_pipeline.scenes.drawing.palette import SMALL_SIZE, TEXT_SIZE, TEXT_WIDTH
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import DrawnText, fitting_text
from arxiviz_pipeline.scenes.template.features import Material, Stage
from arxiviz_pipeline.scenes.text.section_text import TextBlock
from arxiviz_pipeline.scenes.text.sentences import (
    FORMULA,
    shorten,
    to_narration,
    words_of,
)
from arxiviz_pipeline.scenes.text.standing_alone import capitalized, standing_alone

_MOST_CONTRASTS = 2
_SIDE_WORDS: Final = range(4, 27)
_TITLE_WORDS: Final = range(1, 9)
_CARD_WIDTH = (TEXT_WIDTH - 0.9) / 2
_INNER = 0.3
_SIZES: Final = (30, TEXT_SIZE, 25)
_SLACK_SECONDS = 0.6

_INSIDE: Final = re.compile(
    r",?\s+(?P<joint>whereas)\s+|,\s+(?P<other>while)\s+(?!(?:\w+\s+)?\w+ing\b|also\b)"
)
_BETWEEN: Final = re.compile(
    r"(?:in|by) contrast,\s+|on the other hand,\s+|conversely,\s+|in comparison,\s+",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    r"(?P<joint>unlike|in contrast to|in contrast with|as opposed to)\s+(?P<one>[^,;:]+),\s+",
    re.IGNORECASE,
)
_OPENING: Final = re.compile(
    r"(?:while|whereas)\s+(?!(?:\w+\s+)?\w+ing\b|(?:at|in|on|for|under|with|using)\b)(?P<one>[^,;:]+),\s+",
    re.IGNORECASE,
)
_POINTS_AWAY: Final = re.compile(
    r"(?:it|they|he|she|this|these|that|those|there|here|such|which|the (?:latter|former|other|"
    r"second|first|two|three)|both|another|its|their|his|one|some)\b",
    re.IGNORECASE,
)
_OPENING_PHRASE: Final = re.compile(
    r"(?:in (?:practice|general|fact|particular|turn)|here|now|then|again|as such),?\s+",
    re.IGNORECASE,
)
_VERB: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|cannot|may|will|would|does|do|did|must|should|need|"
    r"\w{3,}(?:s|ed|es))\b"
)


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two sides, and the word that sets them against each other.

    Attributes:
        one: Markdown.
        other: Markdown.
        joint: `whereas`, `unlike`.
    """

    one: str
    other: str
    joint: str
    place: int
    tells: frozenset[int]
    weight: float

    @property
    def concept_type(self) -> ConceptType:
        """What a scene is whose centre this is."""
        return "comparison"

    def pages(self, stage: Stage) -> Sequence[Page]:
        """Draw both sides as cards."""
        is_name = self.joint not in ("whereas", "in contrast,")
        one_words, other_words = (12, 26) if is_name else (22, 22)
        one, other = shorten(self.one, one_words), shorten(self.other, other_words)
        texts = _fitted((one, other), stage.terms)
        if not all(text.is_whole for text in texts):
            return ()
        said = f"{self.joint.capitalize()} {_small(to_narration(one))}:" if is_name else _said(one)
        answer = other if is_name else f"{capitalized(self.joint)} {_small(to_narration(other))}"
        left = Shot(said, "One side on a card")
        right = Shot(_said(answer), "The other side beside it")
        height = max(max(text.height for text in texts) + 2 * _INNER, 1.6)
        middle = (TOP + BOTTOM) / 2
        _let_card(left, "one", texts[0], -1, middle, height, "ACCENT")
        left.play(["FadeIn(one, shift=0.3 * RIGHT)", progress_to(stage.fraction)], 0.8)
        _let_card(right, "other", texts[1], 1, middle, height, "HIGHLIGHT")
        markup = f"<i>{self.joint.rstrip(',')}</i>"
        label = f"text({literal(markup)}, {SMALL_SIZE}, MUTED)"
        right.let(f"joint = fit({label}, 4, 0.5).move_to([0, {middle + height / 2 + 0.4:.3g}, 0])")
        right.let(
            f"link = Line([{-0.4:.3g}, {middle:.3g}, 0], [{0.4:.3g}, {middle:.3g}, 0], "
            "color=MUTED, stroke_width=3)"
        )
        right.play(["FadeIn(joint)", "Create(link)", "FadeIn(other, shift=0.3 * LEFT)"], 0.8)
        right.hold_seconds = 1.2
        right.close(["FadeOut(VGroup(one, other, joint, link))"], 0.6)
        page = Page(stage.name, (left, right))
        return (page,) if page.seconds <= stage.seconds + _SLACK_SECONDS else ()


def _said(text: str) -> str:
    plain = to_narration(text)
    return plain if plain.endswith((".", "!", "?", "…")) else f"{plain}."


def _small(text: str) -> str:
    """Begin in lower case, unless the first word is a name."""
    first, _, rest = text.partition(" ")
    is_name = not first[1:].islower() and len(first) > 1
    return text if is_name else f"{first.lower()} {rest}"


def _fitted(texts: Sequence[str], terms: Sequence[str]) -> list[DrawnText]:
    def fitted(sizes: Sequence[int]) -> list[DrawnText]:
        return [
            fitting_text(
                text,
                sizes=sizes,
                width=_CARD_WIDTH - 2 * _INNER,
                height=TOP - BOTTOM - 1.8,
                terms=terms,
            )
            for text in texts
        ]

    return fitted([min(text.font_size for text in fitted(_SIZES))])


def _let_card(
    shot: Shot, name: str, text: DrawnText, side: int, middle: float, height: float, colour: str
) -> None:
    centre = side * (TEXT_WIDTH - _CARD_WIDTH) / 2
    left = centre - _CARD_WIDTH / 2
    top = middle + height / 2
    made = f"text({literal(text.markup)}, {text.font_size})"
    shot.let(f"{name} = VGroup(")
    shot.let(
        f"    RoundedRectangle(width={_CARD_WIDTH:.4g}, height={height:.3g}, corner_radius=0.15, "
        f"color=PANEL, fill_opacity=1).move_to([{centre:.4g}, {middle:.3g}, 0]),"
    )
    shot.let(
        f"    Line([{left + 0.15:.4g}, {top:.3g}, 0], [{left + _CARD_WIDTH - 0.15:.4g}, "
        f"{top:.3g}, 0], color={colour}, stroke_width=6),"
    )
    shot.let(
        f"    place_beside({made}, {left + _INNER:.4g}, {middle:.3g}, "
        f"{_CARD_WIDTH - 2 * _INNER:.4g}, {text.height + 0.2:.3g}),"
    )
    shot.let(")")


def find_contrasts(material: Material) -> list[Contrast]:
    """Find the clearest contrasts of a section, in order."""
    found = [
        contrast
        for place, block in enumerate(material.blocks)
        if isinstance(block, TextBlock)
        for contrast in _contrasts(block, place)
    ]
    best = sorted(found, key=lambda contrast: -contrast.weight)[:_MOST_CONTRASTS]
    return [contrast for contrast in found if contrast in best]


def _contrasts(block: TextBlock, place: int) -> Iterator[Contrast]:
    sentences = [standing_alone(sentence) for sentence in block.sentences]
    for sentence in sentences:
        sides = _inside(sentence) or _before(sentence)
        if sides:
            whole = frozenset((place,)) if len(sentences) == 1 else frozenset[int]()
            yield Contrast(*sides, place, whole, 0.4)
    for one, original in pairwise(block.sentences):
        found = _BETWEEN.match(original)
        one_alone, other = standing_alone(one), original[found.end() :] if found else ""
        if found and _is_side(one_alone) and _is_side(other):
            whole = frozenset((place,)) if len(sentences) == 2 else frozenset[int]()
            yield Contrast(one_alone, capitalized(other), "in contrast,", place, whole, 0.42)


def _inside(sentence: str) -> tuple[str, str, str] | None:
    masked = FORMULA.sub(lambda formula: "X" * len(formula[0]), sentence)
    opening = _OPENING.match(masked)
    if opening:
        start, end = opening.span("one")
        one, other, joint = sentence[start:end], sentence[opening.end() :], "whereas"
    else:
        found = list(_INSIDE.finditer(masked))
        if len(found) != 1:
            return None
        one, other = sentence[: found[0].start()], sentence[found[0].end() :]
        joint = "whereas"
    one, other = capitalized(one.strip(" ,;")), capitalized(other.strip(" ,;"))
    return (one, other, joint) if _is_side(one) and _is_side(other) else None


def _before(sentence: str) -> tuple[str, str, str] | None:
    masked = FORMULA.sub(lambda formula: "X" * len(formula[0]), sentence)
    found = _BEFORE.match(masked)
    if found is None:
        return None
    start, end = found.span("one")
    one, other = sentence[start:end], capitalized(sentence[found.end() :])
    is_name = len(words_of(one)) in _TITLE_WORDS and not _POINTS_AWAY.match(one)
    return (
        (capitalized(one), other, found["joint"].lower()) if is_name and _is_side(other) else None
    )


def _is_side(text: str) -> bool:
    """Tell whether a side says something by itself."""
    return (
        len(words_of(text)) in _SIDE_WORDS
        and not _POINTS_AWAY.match(_OPENING_PHRASE.sub("", text, count=1))
        and bool(_VERB.search(FORMULA.sub(" ", text)))
        and text.count("(") == text.count(")")
        and not re.search(r"\b(?:fig|tab|sec|eq)[.a-z]*\s*\(?\d|:$", text, re.IGNORECASE)
    )
