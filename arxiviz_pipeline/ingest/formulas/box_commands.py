r"""Rewrites the boxes whose meaning `boxes` can tell; the others stay as they are."""

from typing import Final

from arxiviz_pipeline.ingest.formulas.boxes import (
    SIGNS,
    STACKS,
    lone_boxes,
    meaning_of_box,
    over_one_another,
    stacked,
    visible,
)
from arxiviz_pipeline.ingest.formulas.tokens import Action, TokenStream
from arxiviz_pipeline.ingest.formulas.word_lists import words_in

_BETWEEN: Final = (
    *(" ", "\n", "\t"),
    *words_in(r"\raise \lower \kern \mkern \hskip \mskip \hbox \vbox \vcenter \rlap \llap"),
)
"""What may stand between two boxes on one another."""


def _rewrite_box(stream: TokenStream, _lexeme: str) -> list[str] | None:
    content = stream.group_ahead()
    meant = None if content is None else meaning_of_box(content)
    if meant is not None:
        stream.argument()
    return meant


def _rewrite_movable_box(stream: TokenStream, lexeme: str) -> list[str] | None:
    r"""Write `\rlap{\lower4pt\hbox{$\sim$}}\hbox{$<$}` as one sign."""
    if (meant := _rewrite_box(stream, lexeme)) is not None:
        return meant
    first = stream.group_ahead()
    if first is None or not _is_sign(visible(first)):
        return None
    stream.argument()
    moved: list[str] = []
    while (ahead := stream.upcoming()) is not None and ahead.startswith(_BETWEEN):
        moved.append(ahead)
        stream.next()
    second = stream.group_ahead()
    meant = None if second is None else meaning_of_box([lexeme, *first, *moved, *second])
    if meant is None:
        stream.give_back(["{", *first, "}", *moved])
    else:
        stream.argument()
    return meant


def _is_sign(seen: list[str]) -> bool:
    return len(seen) == 1 and seen[0] in SIGNS


def _rewrite_column(stream: TokenStream, lexeme: str) -> list[str]:
    r"""Write a `\vbox`, in which words would be as wide as the page, without one."""
    if (meant := _rewrite_box(stream, lexeme)) is not None:
        return meant
    rows = lone_boxes(stream.group_ahead() or [])
    if len(rows) < 2:
        return [r"\hbox"]
    stream.argument()
    return over_one_another(rows)


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


ACTIONS: Final[dict[str, Action]] = {
    **dict.fromkeys([r"\mbox", r"\text", r"\mathrel"], _rewrite_box),
    **dict.fromkeys([r"\hbox", r"\rlap", r"\llap"], _rewrite_movable_box),
    **dict.fromkeys([r"\vbox", r"\vtop", r"\vcenter"], _rewrite_column),
    **dict.fromkeys(STACKS, _rewrite_stack),
    r"\raisebox": _rewrite_raised_box,
}
