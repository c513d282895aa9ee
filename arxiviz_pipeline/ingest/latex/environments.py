"""What environments do in the text: displays, lists, theorems, floats, tables, listings."""

from arxiviz_pipeline.ingest.latex.document import NONE
from arxiviz_pipeline.ingest.latex.lexer import RAW
from arxiviz_pipeline.ingest.latex.lists import (
    ENVIRONMENT_ARGUMENTS,
    add_item,
    begin_list,
    closer_of,
    name_of,
    read_arguments,
)
from arxiviz_pipeline.ingest.latex.tables import write_tabular
from arxiviz_pipeline.ingest.latex.vocabulary import (
    DISPLAY_ENVIRONMENTS,
    DROPPED_ENVIRONMENTS,
    FIGURES,
    LISTS,
    QUOTES,
    TABLES,
    TABULARS,
)
from arxiviz_pipeline.ingest.latex.writer import CAPTION, Handler, Writer
from arxiviz_pipeline.ingest.markdown_text import write_code

_BLOCKS = frozenset({
    "center", "flushleft", "flushright", "minipage", "tcolorbox", "mdframed", "framed", "algorithm",
    "algorithmic", "algorithm2e", "tabbing", "threeparttable", "widetext", "strip", "multicols",
    "adjustbox", "shaded", "small", "footnotesize", "spacing", "subequations",
})  # fmt: skip
_ALGORITHM_WORDS = {
    r"\State": "", r"\STATE": "", r"\Statex": "", r"\If": "if", r"\IF": "if", r"\ElsIf": "else if",
    r"\ELSIF": "else if", r"\Else": "else", r"\ELSE": "else", r"\EndIf": "end if",
    r"\ENDIF": "end if", r"\For": "for", r"\FOR": "for", r"\ForAll": "for all", r"\FORALL":
    "for all", r"\EndFor": "end for", r"\ENDFOR": "end for", r"\While": "while", r"\WHILE": "while",
    r"\EndWhile": "end while", r"\ENDWHILE": "end while", r"\Repeat": "repeat", r"\REPEAT":
    "repeat", r"\Until": "until", r"\UNTIL": "until", r"\Return": "return", r"\RETURN": "return",
    r"\Require": "Require:", r"\REQUIRE": "Require:", r"\Ensure": "Ensure:", r"\ENSURE": "Ensure:",
    r"\Function": "function", r"\EndFunction": "end function", r"\Procedure": "procedure",
    r"\EndProcedure": "end procedure", r"\Loop": "loop", r"\EndLoop": "end loop",
    r"\LOOP": "loop", r"\ENDLOOP": "end loop", r"\Input": "Input:", r"\Output": "Output:",
    r"\KwIn": "Input:", r"\KwOut": "Output:", r"\KwData": "Data:", r"\KwResult": "Result:",
    r"\KwRet": "return", r"\INPUT": "Input:", r"\OUTPUT": "Output:",
}  # fmt: skip


def _display(writer: Writer, token: str) -> None:
    name = name_of(token)
    end = writer.partner()
    if end == NONE:
        return
    start = writer.cursor.position
    writer.cursor.position = end + 1
    if name == "math":
        writer.formula(start, end)
    else:
        writer.display(name, start, end)


def _skip(writer: Writer, _token: str) -> None:
    end = writer.partner()
    if end != NONE:
        writer.cursor.position = end + 1


def _block(writer: Writer, token: str) -> None:
    writer.end_paragraph()
    read_arguments(writer, ENVIRONMENT_ARGUMENTS.get(name_of(token), ""))


def _end_block(writer: Writer, token: str) -> None:
    writer.close(token)
    writer.end_paragraph()


def _inline_environment(writer: Writer, token: str) -> None:
    read_arguments(writer, ENVIRONMENT_ARGUMENTS.get(name_of(token), ""))


# Lists


def _quote(writer: Writer, token: str) -> None:
    if writer.mode.is_inline:
        return
    writer.end_paragraph()
    read_arguments(writer, "o")

    def finish(blocks: list[str]) -> None:
        for inner in blocks:
            writer.add_block("> " + inner.replace("\n", "\n> "))

    writer.container(closer_of(token), finish)


# Theorems


def _theorem(name: str) -> Handler:
    def begin(writer: Writer, token: str) -> None:
        kind = writer.document.theorems[name]
        writer.end_paragraph()
        title = "".join(part for part in kind.title if part not in "{}" and part[0] != "\\")
        number = writer.document.theorem_numbers.get(writer.cursor.position - 1, "")
        note = writer.cursor.option()
        _head(writer, f"{title.strip()} {number}".strip(), note)
        writer.open(closer_of(token), writer.end_paragraph)

    return begin


def _head(writer: Writer, head: str, note: tuple[int, int] | None) -> None:
    name = writer.inline(note, CAPTION) if note else ""
    written = f"{head} ({name})." if name else f"{head}."
    if written.strip("."):
        writer.running.append(f"**{written}** " if writer.mode.emphasis else f"{written} ")


def _proof(writer: Writer, token: str) -> None:
    writer.end_paragraph()
    note = writer.cursor.option()
    head = writer.inline(note, CAPTION).rstrip(".") if note else ""
    writer.running.append(f"*{head or 'Proof'}.* " if writer.mode.emphasis else "Proof. ")
    writer.open(closer_of(token), writer.end_paragraph)


def _proclaim(writer: Writer, _token: str) -> None:
    writer.end_paragraph()
    if writer.cursor.peek() == "{":
        _head(writer, writer.inline(writer.cursor.argument(), CAPTION).rstrip("."), None)


def theorem_handlers(names: list[str]) -> dict[str, Handler]:
    """Say what a paper's own kinds of theorem do."""
    return {f"\\begin{{{name}}}": _theorem(name) for name in names}


# Floats, tables, listings


def _float(kind: str) -> Handler:
    def begin(writer: Writer, token: str) -> None:
        name = name_of(token)
        writer.end_paragraph()
        if name in TABULARS:
            _tabular(writer, token)
            return
        read_arguments(writer, ENVIRONMENT_ARGUMENTS.get(name, "o"))
        writer.floats.append(kind)

        def finish() -> None:
            if writer.floats:
                writer.floats.pop()
            writer.end_paragraph()

        writer.open(closer_of(token), finish)

    return begin


def _caption(writer: Writer, token: str) -> None:
    kind = writer.floats[-1] if writer.floats else "Figure"
    is_numbered = not writer.cursor.star()
    if token == r"\captionof":
        kind = writer.cursor.text(writer.cursor.argument()).capitalize()
    writer.cursor.option()
    counters = writer.shared.counters
    counters[kind] = counters.get(kind, 0) + is_numbered
    text = writer.inline(writer.cursor.argument(), CAPTION)
    head = f"{kind} {counters[kind]}: " if is_numbered else ""
    if text:
        writer.add_block(f"*{head}{text}*" if not writer.mode.is_inline else f"{head}{text}")


def _fig_caption(writer: Writer, token: str) -> None:
    r"""Read the captions of old astronomers' macros: `\figcaption[file]{text}`."""
    writer.floats.append("Figure")
    _caption(writer, token)
    writer.floats.pop()


def _tabular(writer: Writer, token: str) -> None:
    end = writer.partner()
    if end == NONE:
        return
    start = writer.cursor.position
    writer.cursor.position = end + 1
    writer.add_block(write_tabular(writer, name_of(token), start, end))


def _listing(writer: Writer, _token: str) -> None:
    raw = writer.cursor.peek()
    if raw[:1] == RAW:
        writer.cursor.position += 1
        writer.add_block(write_code(_without_options(raw[1:])))


def _without_options(code: str) -> str:
    first, _, rest = code.partition("\n")
    is_option = first.strip().startswith(("[", "{")) and first.strip().endswith(("]", "}"))
    return rest if is_option else code


def _algorithm_word(writer: Writer, token: str) -> None:
    if writer.running and any(piece.strip() for piece in writer.running):
        writer.line_break()
    word = _ALGORITHM_WORDS[token]
    if word:
        writer.running.append(f"**{word}** " if writer.mode.emphasis else f"{word} ")


HANDLERS: dict[str, Handler] = {
    **{f"\\begin{{{name}}}": _inline_environment for name in ENVIRONMENT_ARGUMENTS},
    **{f"\\begin{{{name}}}": _block for name in _BLOCKS},
    **{f"\\end{{{name}}}": _end_block for name in _BLOCKS},
    **{f"\\begin{{{name}}}": _display for name in DISPLAY_ENVIRONMENTS},
    **{f"\\begin{{{name}}}": begin_list for name in LISTS},
    **{f"\\begin{{{name}}}": _quote for name in QUOTES},
    **{f"\\begin{{{name}}}": _tabular for name in TABULARS},
    **{f"\\begin{{{name}}}": _float("Figure") for name in FIGURES},
    **{f"\\begin{{{name}}}": _float("Table") for name in TABLES},
    **{f"\\begin{{{name}}}": _float("Algorithm") for name in ("algorithm", "algorithm*",
                                                             "algorithm2e", "scheme")},
    **{f"\\begin{{{name}}}": _skip for name in DROPPED_ENVIRONMENTS},
    **{f"\\begin{{{name}}}": _proof for name in ("proof", "Proof", "pf", "pf*", "demo", "prf")},
    r"\begin{verbatim}": _listing,
    r"\item": add_item,
    r"\itemitem": add_item,
    r"\caption": _caption,
    r"\captionof": _caption,
    r"\figcaption": _fig_caption,
    r"\tablecaption": _caption,
    r"\topcaption": _caption,
    **dict.fromkeys(_ALGORITHM_WORDS, _algorithm_word),
    **dict.fromkeys((r"\proclaim", r"\demo", r"\remark", r"\definition", r"\example"), _proclaim),
    **dict.fromkeys((r"\endproclaim", r"\enddemo", r"\endremark", r"\enddefinition"),
                    lambda writer, _: writer.end_paragraph()),
}  # fmt: skip
