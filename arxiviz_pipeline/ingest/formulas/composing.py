r"""Writes a formula anew, token by token, so that LaTeX accepts it.

What does not fit is mended in the way an author would: a brace that is missing is added at the
end, a `\left` whose `\right` is in another cell gets a `\right.`, a second superscript goes onto
an empty base.
"""

import re
from typing import Final

from arxiviz_pipeline.ingest.formulas.characters import ACCENTS as COMBINING
from arxiviz_pipeline.ingest.formulas.characters import in_math, in_text, script_of
from arxiviz_pipeline.ingest.formulas.commands import take_command
from arxiviz_pipeline.ingest.formulas.draft import Draft
from arxiviz_pipeline.ingest.formulas.expansion import Expander
from arxiviz_pipeline.ingest.formulas.rows import end_cell, keep_from_row_end
from arxiviz_pipeline.ingest.formulas.tokens import tokenize

_STRUCTURE: Final = re.compile(r"[{}&\s]|\\\\|\\(?:end|right)\b")
_WORD: Final = re.compile(r"[A-Za-z0-9]+")


def compose(tex: str) -> Draft:
    """Write a formula anew.

    Raises:
        TooDeepError: If its groups are nested deeper than TeX allows.
    """
    source = Expander(tokenize(tex))
    draft = Draft(source)
    while (lexeme := source.next()) is not None:
        _take(draft, lexeme)
    return draft


def _take(draft: Draft, lexeme: str) -> None:
    first = lexeme[0]
    frame = draft.top
    if frame.pending and frame.expects_other_mode() and not _STRUCTURE.match(lexeme):
        frame = draft.enter()
    if first == "\\":
        take_command(draft, lexeme)
    elif first.isspace():
        draft.put_space()
    elif first == "{":
        draft.open_group()
    elif first == "}":
        draft.close_group()
    elif first == "&":
        end_cell(draft)
    elif first == "$":
        _take_dollar(draft)
    elif frame.mode == "text":
        _take_text(draft, lexeme)
    elif first in "^_":
        _take_script(draft, first)
    elif first == "'":
        _take_prime(draft)
    elif first == "#":
        draft.symbol("\\" + lexeme)
    elif not first.isascii():
        _take_character(draft, lexeme)
    elif lexeme == "]" and _in_option(draft):
        draft.close_down_to(draft.place_of("option"))
        draft.close()
    else:
        _take_run(draft, lexeme)


def _take_run(draft: Draft, lexeme: str) -> None:
    if lexeme[0] in "[*":
        keep_from_row_end(draft)
    frame = draft.top
    length = len(lexeme)
    if frame.pending:
        length = 1
    elif frame.kind == "single":  # after a font switch: `\mathop\rm lim`
        word = _WORD.match(lexeme)
        length = word.end() if word else 1
    if length < len(lexeme):
        draft.source.stream.give_back([lexeme[length:]])
        lexeme = lexeme[:length]
    draft.symbol(lexeme if lexeme.isprintable() else " ")


def _take_text(draft: Draft, lexeme: str) -> None:
    frame = draft.top
    if frame.pending and len(lexeme) > 1 and lexeme.isascii():
        draft.source.stream.give_back([lexeme[1:]])
        lexeme = lexeme[0]
    match lexeme[0]:
        case "_" | "#":
            draft.symbol("\\" + lexeme)
        case "^":
            draft.symbol(r"\^{}")
        case _ if lexeme in COMBINING:
            pass
        case first if not first.isascii():
            draft.symbol(in_text(lexeme))
        case _:
            draft.symbol(lexeme if lexeme.isprintable() else " ")


def _take_character(draft: Draft, lexeme: str) -> None:
    """Write a character beyond ASCII within math."""
    if lexeme in COMBINING:
        draft.put_accent(COMBINING[lexeme])
        return
    if (script := script_of(lexeme)) is not None:
        mark, content = script
        stream = draft.source.stream
        while (more := script_of(stream.upcoming())) is not None and more[0] == mark:
            stream.next()
            content += more[1]
        stream.give_back([mark, "{", *tokenize(content), "}"])
        return
    draft.source.stream.give_back(tokenize(in_math(lexeme)))


def _in_option(draft: Draft) -> bool:
    return draft.place_of("option", frozenset(["single"])) > 0


def _take_dollar(draft: Draft) -> None:
    frame = draft.top
    place = draft.place_of("dollar")
    if place > 0:
        draft.close_down_to(place - 1)
        draft.settle()
    elif frame.mode == "text" and frame.pending[:1] in ([], ["t"]):
        if draft.source.stream.is_next("$"):
            draft.source.stream.next()
        draft.enter()
        draft.written.append("$")
        draft.open("dollar", "math")


def _take_script(draft: Draft, mark: str) -> None:
    frame = draft.finish()
    if frame.mode == "text":
        _take_text(draft, mark)
        return
    upcoming = draft.source.stream.peek()
    if upcoming == "'":
        return
    while draft.written[-1] == " ":
        draft.written.pop()
    taken = frame.has_superscript if mark == "^" else frame.has_subscript
    if taken and not (mark == "^" and frame.ends_in_prime):
        draft.written.append("{}")
        frame.begin_atom()
    if mark == "^":
        frame.has_superscript = True
    else:
        frame.has_subscript = True
    frame.ends_in_prime = False
    draft.written.append(mark)
    frame.pending.append("^")


def _take_prime(draft: Draft) -> None:
    frame = draft.top
    if frame.pending:
        draft.symbol(r"\prime")
        return
    if frame.has_superscript and not frame.ends_in_prime:
        draft.written.append("{}")
        frame.begin_atom()
    frame.has_superscript = frame.ends_in_prime = True
    draft.written.append("'")
