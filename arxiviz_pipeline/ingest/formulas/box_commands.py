r"""Rewrites the boxes whose meaning `boxes` can tell; the others stay as they are."""

from typing import Final

from arxiviz_pipeline.ingest.formulas.boxes import (
    SIGNS,
    STACKS,
    meaning_of_box,
    meaning_of_pair,
    stacked,
    visible,
)
from arxiviz_pipeline.ingest.formulas.tokens import Action, TokenStream

_MOVES: Final = (r"\raise", r"\lower", r"\kern", r"\mkern", r"\hskip", r"\mskip")
_INNER_BOXES: Final = (r"\hbox", r"\vbox", r"\vtop", r"\vcenter")
_SIZED: Final = (r"\boldmath", r"\hrule", r"\vrule")


def _rewrite_box(stream: TokenStream, _lexeme: str) -> list[str] | None:
    content = stream.group_ahead()
    meant = None if content is None else meaning_of_box(content)
    if meant is not None:
        stream.argument()
    return meant


def _rewrite_movable_box(stream: TokenStream, lexeme: str) -> list[str] | None:
    r"""Write `\rlap{\lower4pt\hbox{$\sim$}}\hbox{$<$}` as one sign."""
    meant = _rewrite_box(stream, lexeme)
    first = stream.group_ahead()
    if meant is not None or first is None or not SIGNS.issuperset(visible(first)):
        return meant
    stream.argument()
    moved: list[str] = []
    while (ahead := stream.peek()) is not None and ahead.startswith((*_MOVES, *_INNER_BOXES)):
        moved.append(stream.next() or "")
    second = stream.group_ahead()
    meant = None if second is None else meaning_of_pair(first, second)
    if meant is None:
        stream.give_back(["{", *first, "}", *moved])
    else:
        stream.argument()
    return meant


def _rewrite_column(stream: TokenStream, lexeme: str) -> list[str] | None:
    r"""Write a `\vbox` of one line, which would be as wide as the page, as an `\hbox`."""
    meant = _rewrite_box(stream, lexeme)
    content = stream.group_ahead()
    if meant is not None or (content is None and stream.peek() == "{"):
        return meant
    return None if any(map(_is_box, content or [])) else [r"\hbox"]


def _is_box(lexeme: str) -> bool:
    return lexeme.startswith(_INNER_BOXES)


def _rewrite_raised_box(stream: TokenStream, _lexeme: str) -> list[str] | None:
    height = stream.argument() or []
    options: list[str] = []
    while (option := stream.option()) is not None:
        options += ["[", *option, "]"]
    content = stream.group_ahead()
    meant = None if content is None else meaning_of_box([r"\raise", *content])
    if meant is None:
        stream.give_back(["{", *height, "}", *options])
    else:
        stream.argument()
    return meant


def _rewrite_stack(stream: TokenStream, lexeme: str) -> list[str]:
    r"""Write `\shortstack` and its like in math, which can be anywhere."""
    stream.option()
    if lexeme == r"\halign":  # `\halign to 5cm{`
        stream.take_up_to("{")
    return [r"\ensuremath", "{", *stacked(lexeme, stream.argument() or []), "}"]


def _rewrite_choice(stream: TokenStream, _lexeme: str) -> list[str] | None:
    r"""Take the first branch of a `\mathchoice` whose branches differ in size alone."""
    content = stream.group_ahead()
    if content is None or not any(lexeme.startswith(_SIZED) for lexeme in content):
        return None
    first, *_others = [stream.argument() or [] for _ in range(4)]
    return ["{", *first, "}"]


ACTIONS: Final[dict[str, Action]] = {
    **dict.fromkeys([r"\mbox", r"\text", r"\mathrel"], _rewrite_box),
    **dict.fromkeys([r"\hbox", r"\rlap", r"\llap"], _rewrite_movable_box),
    **dict.fromkeys([r"\vbox", r"\vtop", r"\vcenter"], _rewrite_column),
    **dict.fromkeys(STACKS, _rewrite_stack),
    r"\mathchoice": _rewrite_choice,
    r"\raisebox": _rewrite_raised_box,
}
