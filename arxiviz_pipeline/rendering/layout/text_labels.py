"""Lets each glyph of a scene tell which text it is of, wherever a script moves or copies it."""

import itertools
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final, NamedTuple, Self

from manim import (
    DecimalNumber,
    MarkupText,
    MathTex,
    Mobject,
    Paragraph,
    SingleStringMathTex,
    Tex,
    Text,
    Transform,
)
from manim.animation.animation import Animation

TEXTS: Final = (Text, MarkupText, Paragraph, SingleStringMathTex, DecimalNumber)
_LABEL = "arxiviz_label"
_TAG = re.compile(r"<[^<>]*>")
_serials = itertools.count()


class TextLabel(NamedTuple):
    """What a glyph is part of.

    Attributes:
        serial: The text's number; copies keep it.
        words: The text, or the formula's LaTeX.
    """

    serial: int
    words: str
    is_formula: bool

    def __deepcopy__(self, _: object) -> Self:  # Manim copies glyphs by the thousand
        return self


def label_texts() -> None:
    """Have all texts of this process label their glyphs as they are made."""
    for text_class in (Text, MarkupText, SingleStringMathTex, MathTex):
        made: Callable[..., None] = text_class.__init__
        setattr(text_class, "__init__", _labelling(made))  # noqa: B010 - mypy-like checkers mind


def label_of(mobject: Mobject) -> TextLabel | None:
    """Return the label of a glyph, or None if it is none."""
    return vars(mobject).get(_LABEL)


def relabel_transformed(animations: list[Animation]) -> None:
    """Give what was transformed into another text the label of that text."""
    for animation in _single(animations):
        if isinstance(animation, Transform) and animation.target_mobject is not None:
            family = animation.mobject.get_family()
            for changed, target in zip(family, animation.target_copy.get_family(), strict=False):
                vars(changed)[_LABEL] = label_of(target)


def _labelling(made: Callable[..., None]) -> Callable[..., None]:
    @wraps(made)
    def make_and_label(text: Mobject, *args: Any, **options: Any) -> None:
        made(text, *args, **options)
        is_formula = isinstance(text, SingleStringMathTex) and not isinstance(text, Tex)
        words = str(getattr(text, "tex_string", None) or getattr(text, "original_text", ""))
        if isinstance(text, MarkupText):
            words = _TAG.sub("", words)
        label = TextLabel(next(_serials), words, is_formula)
        for glyph in text.family_members_with_points():
            vars(glyph)[_LABEL] = label

    return make_and_label


def _single(animations: list[Animation]) -> Iterator[Animation]:
    for animation in animations:
        yield animation
        yield from _single(getattr(animation, "animations", []))
