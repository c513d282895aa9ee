"""Writes rows and cells: environments, those without one, and what spans several cells."""

import re
from typing import Final

from arxiviz_pipeline.ingest.formulas.alignments import Alignment, plain_columns
from arxiviz_pipeline.ingest.formulas.draft import WITHIN_CELL, Draft, is_blank
from arxiviz_pipeline.ingest.formulas.frames import Frame
from arxiviz_pipeline.ingest.formulas.vocabulary import (
    DRAWINGS,
    ENVIRONMENT_ARGUMENTS,
    ENVIRONMENT_FENCES,
    ENVIRONMENTS,
)

_WITH_RELATIONS: Final = frozenset(["eqnarray", "IEEEeqnarray"])
_WITH_TEXT_CELLS: Final = frozenset(["cases*", "dcases*", "numcases", "subnumcases"])


def keep_from_row_end(draft: Draft) -> None:
    r"""Put an empty group before a bracket that `\\` would take for its argument."""
    for text in reversed(draft.written):
        if text not in ("", " "):
            if text == "\\\\" or text.startswith("\\begin"):
                draft.written.append("{}")
            return


def _alignment_place(draft: Draft) -> int:
    """Find the frame whose cells these are; -1 if braces are in between."""
    for place in range(len(draft.frames) - 1, -1, -1):
        frame = draft.frames[place]
        if frame.kind in ("rows", "root") or frame.has_lines:
            return place
        if frame.kind not in WITHIN_CELL:
            break
    return -1


def end_cell(draft: Draft) -> None:
    r"""End a cell at `&`; what is open in it closes."""
    place = _alignment_place(draft)
    frame = draft.frames[place]
    if place < 0 or frame.has_lines or _alignment(draft, frame).environment == "subarray":
        is_text = draft.is_text
        draft.symbol(r"\&") if is_text else draft.put_space()
        return
    draft.close_down_to(place)
    draft.fill(frame)
    alignment = _alignment(draft, frame)
    if alignment.joins_relation and alignment.cells == 2:
        alignment.joins_relation = False
        draft.put_space()
        return
    draft.written += [frame.half, "&", ""]
    alignment.add_cells()
    frame.begin_cell(len(draft.written) - 1)
    if alignment.has_text_cells:
        draft.written.append(r"\text{")
        draft.open("cell", "text")


def end_row(draft: Draft) -> None:
    r"""End a row at `\\`; what is open in it closes."""
    place = _alignment_place(draft)
    if place < 0:
        draft.put_space()
        return
    draft.close_down_to(place)
    frame = draft.frames[place]
    draft.fill(frame)
    draft.written += [frame.half, "\\\\", ""]
    alignment = _alignment(draft, frame)
    alignment.cells = 1
    alignment.joins_relation = alignment.source in _WITH_RELATIONS
    frame.begin_cell(len(draft.written) - 1)
    draft.row_ends += place == 0


def _alignment(draft: Draft, frame: Frame) -> Alignment:
    return frame.alignment or draft.rows


def begin_rows(draft: Draft, source: str, star: str) -> None:
    """Begin an environment of rows; others leave their content alone."""
    if source in DRAWINGS:
        _copy_drawing(draft, source)
        return
    stream = draft.source.stream
    environment = ENVIRONMENTS.get(source)
    arguments: list[list[str]] = []
    for kind in ENVIRONMENT_ARGUMENTS.get(source, ""):
        if kind == "o":
            stream.option()
        elif kind == "p":
            _skip_position(draft)
        else:
            arguments.append(stream.argument() or [])
    if environment is None:
        return
    if draft.is_text:
        draft.begin_math([])
    draft.enter()
    if source in ("numcases", "subnumcases"):
        draft.written.append("{}")
        draft.source.stream.give_back([*arguments[0], r"\begin{cases*}"])
        return
    before, after = ENVIRONMENT_FENCES.get(source, ("", ""))
    columns = plain_columns(arguments[-1]) if environment in ("array", "subarray") else ""
    if environment == "alignedat":
        columns = "".join(arguments[-1])
    alignment = Alignment(environment, source, len(draft.written), columns)
    alignment.before, alignment.after = before, after
    alignment.joins_relation = source in _WITH_RELATIONS
    alignment.has_text_cells = source + star in _WITH_TEXT_CELLS
    draft.written.append(r"\begin")
    draft.open("rows", "math").alignment = alignment


def _skip_position(draft: Draft) -> None:
    stream = draft.source.stream
    if stream.peek() == "[":
        option = stream.option() or []
        if "".join(option).strip() not in ("", "t", "b", "c", "l", "r"):
            stream.give_back(["[", *option, "]"])


def end_rows(draft: Draft, source: str) -> None:
    """End an environment, and what is open in it."""
    for place in range(len(draft.frames) - 1, 0, -1):
        alignment = draft.frames[place].alignment
        if alignment is not None and alignment.source == source:
            draft.close_down_to(place - 1)
            draft.settle()
            return


def _copy_drawing(draft: Draft, source: str) -> None:
    """Copy what LaTeX can only draw with packages, and what refuses it then names."""
    end = f"\\end{{{source}}}"
    stream = draft.source.stream
    content = [] if source in draft.endless else stream.until(end)
    if stream.last_taken != end:
        stream.give_back(content)
        draft.endless.add(source)
        return
    draft.enter()
    draft.written.append(" ".join("".join([f"\\begin{{{source}}}", *content, end]).split()))
    draft.settle()


def take_line(draft: Draft, lexeme: str) -> None:
    """Keep a rule between rows where there can be one."""
    extent = ""
    if lexeme == r"\cline":
        extent = f"{{{''.join(draft.source.stream.argument() or [])}}}"
    frame = draft.top
    if not _is_at_cell_start(draft) or frame.alignment is None:
        return
    if frame.alignment.keeps_lines and frame.alignment.cells == 1:
        draft.written += [f"{lexeme}{extent} ", ""]
        frame.start = len(draft.written) - 1


def take_wide_cell(draft: Draft, _lexeme: str) -> None:
    r"""Keep a `\multicolumn` where there can be one."""
    stream = draft.source.stream
    count = "".join(stream.argument() or [])
    columns = plain_columns(stream.argument() or [])
    if _begins_wide_cell(draft, count):
        draft.written.append(f"\\multicolumn{{{count}}}{{{columns or 'c'}}}")
        draft.top.pending.append("m")


def take_wide_dots(draft: Draft, lexeme: str) -> None:
    r"""Keep a `\hdotsfor` where there can be one."""
    count = "".join(draft.source.stream.argument() or [])
    if _begins_wide_cell(draft, count):
        draft.written.append(f"{lexeme}{{{count}}}")
    else:
        draft.symbol(r"\ldots")


def copy_drawing_command(draft: Draft, lexeme: str) -> None:
    """Copy a drawing that is an argument, as one that is an environment."""
    stream = draft.source.stream
    options = "".join(stream.take_up_to("{"))
    content = stream.argument() or []
    draft.enter()
    drawing = "".join(part for part in content if part != "\\")
    drawing += "}" * (content.count("{") - content.count("}"))
    text = f"{lexeme}{options}{{{drawing}}}"
    draft.written.append(" ".join(text.split()))
    draft.settle()


def _begins_wide_cell(draft: Draft, count: str) -> bool:
    """Count the columns of a cell over several, if it can be one."""
    alignment = draft.top.alignment
    if alignment is None or not alignment.keeps_lines or not _is_at_cell_start(draft):
        return False
    if not re.fullmatch("[1-9][0-9]?", count):
        return False
    alignment.add_cells(int(count) - 1)
    return True


def _is_at_cell_start(draft: Draft) -> bool:
    frame = draft.top
    return frame.kind == "rows" and not frame.half and is_blank(draft.written, frame.start + 1)
