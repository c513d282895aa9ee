r"""Reads the names out of `\author{…}`, of one author or of all."""

from collections.abc import Iterator

from arxiviz_pipeline.ingest.author_names import names_in
from arxiviz_pipeline.ingest.latex.document import Cursor
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH
from arxiviz_pipeline.ingest.latex.writer import PLAIN, Writer

_NEW_AUTHOR = frozenset({r"\and", r"\And", r"\AND", r"\IEEEauthorblockN"})
_NEW_LINE = frozenset({r"\\", r"\newline", r"\cr", PARAGRAPH, r"\tabularnewline"})
_BESIDE = frozenset({r"\quad", r"\qquad", "&", r"\hspace", r"\hfill", r"\hskip"})
# Marks at a name, and what is no name though it stands among them: with all their arguments.
_DROPPED = frozenset({
    r"\thanks", r"\footnote", r"\inst", r"\affil", r"\affiliation", r"\email", r"\orcid",
    r"\orcidlink", r"\textsuperscript", r"\footnotemark", r"\fnref", r"\corref", r"\ead", r"\url",
    r"\href", r"\altaffilmark", r"\textbf*", r"\IEEEauthorblockA", r"\IEEEauthorrefmark",
    r"\IEEEmembership", r"\address", r"\institute", r"\label", r"\ref", r"\vspace", r"\authornote",
    r"\authornotemark", r"\thanksref", r"\iconicfont", r"\includegraphics", r"\symbolfootnotemark",
    r"\icmlauthorlist", r"\small", r"\footnotesize", r"\tt",
})  # fmt: skip
_SCRIPTS = ("^", "_")
_SEPARATOR = "\u2063"


def read_authors(writer: Writer, spans: list[tuple[int, int]]) -> tuple[str, ...]:
    """Return the names of all authors, each once, in order."""
    names: list[str] = []
    for span in spans:
        names.extend(names_in(list(_lines(writer, span))))
    return tuple(dict.fromkeys(names))


def _lines(writer: Writer, span: tuple[int, int]) -> Iterator[str]:
    line: list[str] = []
    tokens, cursor = writer.document.tokens, Cursor(writer.document, *span)
    start = cursor.position

    def text_so_far() -> str:
        return writer.inline((start, cursor.position), PLAIN)

    while cursor.position < cursor.end:
        token = tokens[cursor.position]
        if token == "$":
            line.append(text_so_far() + _SEPARATOR)
            start = cursor.position = _after_formula(tokens, cursor.position, cursor.end)
            continue
        is_break = token in _NEW_AUTHOR or token in _NEW_LINE
        if not (is_break or token in _BESIDE or token in _DROPPED or token in _SCRIPTS or
                token.startswith(r"\begin{tabular")):  # fmt: skip
            cursor.position += 1
            continue
        line.append(text_so_far())
        cursor.position += 1
        if is_break:
            if token in _NEW_LINE:
                cursor.star()
                cursor.option()
            yield from ["".join(line).strip(), *([""] if token in _NEW_AUTHOR else [])]
            line.clear()
        else:
            _after_mark(cursor, token)
            line.append(_SEPARATOR)
        start = cursor.position
    line.append(text_so_far())
    yield "".join(line).strip()


def _after_formula(tokens: list[str], position: int, end: int) -> int:
    """Step over a formula: marks at names are written so."""
    for index in range(position + 1, end):
        if tokens[index] == "$":
            return index + 1
    return position + 1


def _after_mark(cursor: Cursor, token: str) -> None:
    if token in (r"\small", r"\footnotesize", r"\tt", "&", r"\quad", r"\qquad", r"\hfill"):
        return
    cursor.star()
    cursor.option()
    if token in _SCRIPTS or cursor.peek() == "{":
        cursor.argument()
    if token == r"\href":
        cursor.argument()
