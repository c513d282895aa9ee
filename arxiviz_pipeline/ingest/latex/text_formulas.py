r"""Finds the formulas in running text: where they begin, and where they end."""

from arxiviz_pipeline.ingest.latex.document import NONE
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH
from arxiviz_pipeline.ingest.latex.writer import Handler, Writer

_AROUND_TABLES = frozenset({" ", "{", r"\hbox", r"\vbox", r"\vcenter", r"\mbox", r"\centerline",
                            r"\null", r"\hfil", r"\hfill", r"\small"})  # fmt: skip
_TABLES = (r"\begin{tabular", r"\begin{picture", r"\begin{tikzpicture", r"\begin{pspicture",
           r"\begin{fmf")  # fmt: skip
_PICTURES = frozenset({
    r"\epsfbox", r"\epsffile", r"\epsfxsize", r"\epsfysize", r"\psfig", r"\epsfig", r"\special",
    r"\includegraphics", r"\resizebox", r"\scalebox",
})  # fmt: skip


def _dollar(writer: Writer, _token: str) -> None:
    cursor, tokens = writer.cursor, writer.document.tokens
    is_display = cursor.position < cursor.end and tokens[cursor.position] == "$"
    start = cursor.position + is_display
    end = find_dollar(writer, start, is_display=is_display)
    if end == NONE:
        cursor.position = start
        return
    after = min(end + 1 + is_display, cursor.end)
    if is_display and _is_table(writer, start, end):
        tokens[end:after] = [" "] * (after - end)
        cursor.position = start
        return
    cursor.position = after
    if is_display:
        writer.display("", start, end)
    else:
        writer.formula(start, end)


def find_dollar(writer: Writer, start: int, *, is_display: bool) -> int:
    """Find the `$` that ends a formula: outside of groups, and before the paragraph's end."""
    tokens, partners, end = writer.document.tokens, writer.document.partners, writer.cursor.end
    index = start
    while index < end:
        token = tokens[index]
        if token == "$":
            return index
        if (token == PARAGRAPH and not is_display) or token.startswith((r"\section", r"\end{doc")):
            return NONE
        opens = token == "{" or token.startswith(r"\begin{tabular")
        close = partners[index] if opens else NONE
        index = index + 1 if close == NONE else close + 1
    return NONE


def _is_table(writer: Writer, start: int, end: int) -> bool:
    """Tell a display that holds a table or a picture alone: to centre it, and no formula."""
    for token in writer.document.tokens[start:end]:
        if token not in _AROUND_TABLES:
            return token in _PICTURES or token.startswith(_TABLES)
    return False


def _bracket(writer: Writer, token: str) -> None:
    cursor, tokens = writer.cursor, writer.document.tokens
    start, closing = cursor.position, {r"\[": r"\]", r"\(": r"\)"}[token]
    for index in range(start, cursor.end):
        if tokens[index] == closing:
            if token == r"\[" and _is_table(writer, start, index):
                tokens[index] = " "
                return
            cursor.position = index + 1
            if token == r"\[":
                writer.display("", start, index)
            else:
                writer.formula(start, index)
            return
        if tokens[index] in (token, r"\section") or (tokens[index] == PARAGRAPH and token == r"\("):
            return


def _ensure_math(writer: Writer, _token: str) -> None:
    start, end = writer.cursor.argument()
    if start < end:
        writer.formula(start, end)


def _math_word(writer: Writer, token: str) -> None:
    """Write a sign of formulas that stands in the text."""
    writer.running.append(f"${token}$")


def _harvmac_equation(writer: Writer, _token: str) -> None:
    r"""Read `\eqn\name{formula}`."""
    cursor = writer.cursor
    if cursor.peek()[:1] == "\\":
        cursor.position += 1
        if cursor.peek() == "{":
            writer.display("", *cursor.argument())


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(
        (
            r"\alpha",
            r"\beta",
            r"\gamma",
            r"\delta",
            r"\mu",
            r"\pi",
            r"\sigma",
            r"\lambda",
            r"\times",
            r"\pm",
            r"\sim",
            r"\rightarrow",
            r"\leftarrow",
            r"\to",
            r"\infty",
            r"\leq",
            r"\geq",
            r"\le",
            r"\ge",
            r"\approx",
            r"\cdot",
            r"\circ",
            r"\star",
            r"\bullet",
            r"\epsilon",
            r"\theta",
            r"\omega",
            r"\Omega",
            r"\Lambda",
            r"\Delta",
            r"\odot",
        ),
        _math_word,
    ),
    "$": _dollar,
    r"\[": _bracket,
    r"\(": _bracket,
    r"\ensuremath": _ensure_math,
    r"\eqn": _harvmac_equation,
}
