r"""Writes delimiters that grow: `\left … \middle … \right`, and those of `\big`."""

from arxiviz_pipeline.ingest.formulas.characters import in_math
from arxiviz_pipeline.ingest.formulas.draft import Draft
from arxiviz_pipeline.ingest.formulas.expansion import Expander
from arxiviz_pipeline.ingest.formulas.known_commands import DELIMITERS


def read_delimiter(source: Expander) -> str | None:
    r"""Read what follows `\left`; None if it is no delimiter."""
    while (lexeme := source.next()) is not None and lexeme.isspace():
        pass
    if lexeme is None:
        return None
    if lexeme[0] not in "\\{}" and len(lexeme) > 1:
        source.stream.give_back([lexeme[1:]])
        lexeme = lexeme[0]
    if lexeme in DELIMITERS:
        return lexeme
    if lexeme in "<>":
        return r"\langle" if lexeme == "<" else r"\rangle"
    if lexeme == "{":
        inner = source.stream.upcoming()
        if inner in DELIMITERS:
            source.stream.next()
            if source.stream.is_next("}"):
                source.stream.next()
                return inner
            source.stream.give_back([inner])
        return r"\{"
    if lexeme in ("⟨", "⟩", "‖", "⌊", "⌋", "⌈", "⌉"):
        return in_math(lexeme).strip()
    source.stream.give_back([lexeme])
    return None


def take_left(draft: Draft, lexeme: str) -> None:
    r"""Open a `\left`."""
    delimiter = read_delimiter(draft.source) or "."
    if draft.is_text:
        draft.begin_math([lexeme, delimiter])
        return
    draft.enter()
    draft.written.append(_fence(lexeme, delimiter))
    draft.open("fence", "math")


def take_right(draft: Draft, lexeme: str) -> None:
    r"""Close a `\left`; without one, open it at the cell's or the group's beginning."""
    delimiter = read_delimiter(draft.source)
    if delimiter is None:
        delimiter = "."
        if draft.source.stream.is_next("}") and draft.place_of("group") < 0:
            delimiter = r"\}"
            draft.source.stream.next()
    if draft.is_text:
        draft.source.stream.give_back([delimiter] if delimiter != "." else [])
        return
    place = draft.place_of("fence")
    if place < 0:
        frame = draft.finish()
        if frame.mode == "text":
            return
        draft.insert_before(frame, r"\left.")
        draft.written.append(_fence(lexeme, delimiter))
        frame.begin_atom()
        return
    draft.close_down_to(place)
    frame = draft.top
    draft.fill(frame)
    draft.frames.pop()
    draft.written += [frame.half, _fence(lexeme, delimiter)]
    draft.settle()


def take_middle(draft: Draft, lexeme: str) -> None:
    r"""Write a `\middle`, which outside of `\left … \right` is a delimiter like any other."""
    delimiter = read_delimiter(draft.source) or "."
    draft.finish()
    if draft.top.kind == "fence" and not draft.top.half:
        draft.top.begin_cell(len(draft.written) + 1)
        draft.written += [_fence(lexeme, delimiter), ""]
    elif delimiter != ".":
        draft.symbol(delimiter)


def take_big(draft: Draft, lexeme: str) -> None:
    r"""Write a delimiter of fixed size."""
    delimiter = read_delimiter(draft.source)
    if delimiter is not None:
        draft.enter()
        draft.written.append(_fence(lexeme, delimiter) if delimiter != "." else "{}")
        draft.settle()


def _fence(command: str, delimiter: str) -> str:
    # Manim counts the `\left`s that a few delimiters follow; `\relax` hides those it forgot.
    is_hidden = delimiter == "/" and command in (r"\left", r"\right")
    return f"{command}\\relax/" if is_hidden else f"{command}{delimiter}"
