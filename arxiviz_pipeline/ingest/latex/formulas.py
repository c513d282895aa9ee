r"""Writes the tokens of formulas as LaTeX that `formulas.cleaning` makes compile."""

from arxiviz_pipeline.ingest.formulas.cleaning import align_rows, clean_latex
from arxiviz_pipeline.ingest.latex.document import NONE, Document
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH, RAW
from arxiviz_pipeline.ingest.latex.vocabulary import ROW_ENVIRONMENTS, THREE_COLUMNS

# What says nothing in a formula, with the arguments it takes: m one, o an optional one, s a star.
_DROPPED = {
    r"\label": "m", r"\tag": "sm", r"\nonumber": "", r"\notag": "", r"\vspace": "sm",
    r"\index": "m", r"\marginpar": "om", r"\todo": "om", r"\footnote": "om", r"\noalign": "m",
    r"\displaybreak": "o", r"\allowdisplaybreaks": "o", r"\allowbreak": "", r"\hypertarget": "m",
    r"\phantomsection": "", r"\nolabel": "", r"\setlength": "mm", r"\hfill": "", r"\hfil": "",
    r"\thinspace*": "", r"\footnotemark": "o", r"\pagebreak": "o", r"\nopagebreak": "o",
    r"\numberthis": "", r"\eqnum": "m", r"\IEEEyesnumber": "s", r"\IEEEyessubnumber": "s",
    r"\IEEEnonumber": "s", r"\protect": "", r"\par": "", r"\qedhere": "", r"\qed": "",
    r"\lefteqn*": "", r"\noindent": "", r"\smallskip": "", r"\medskip": "", r"\bigskip": "",
    r"\footnotesize": "", r"\small": "", r"\normalsize": "", r"\scriptsize": "", r"\large": "",
    r"\tiny": "", r"\centering": "", r"\raggedright": "", r"\break": "", r"\newline": "",
    r"\setcounter": "mm", r"\addtocounter": "mm", r"\stepcounter": "m", r"\renewcommand*": "",
    r"\Label": "m", r"\null": "", r"\goodbreak": "", r"\color": "om", r"\cmidrule": "om",
}  # fmt: skip
_NUMBERS = frozenset({r"\eqno", r"\leqno"})
_REFERENCES = frozenset({r"\ref", r"\eqref", r"\autoref", r"\cref", r"\Cref", r"\pageref"})
_CITATIONS = frozenset({r"\cite", r"\citep", r"\citet", r"\citealt", r"\citealp", r"\onlinecite"})
_TEXT_ROWS = frozenset({r"\intertext", r"\shortintertext"})
_EQNARRAY_COLUMNS = 3
# The argument that stands before the first row.
_ARGUMENTS = {
    "alignat": "m", "alignat*": "m", "xalignat": "m", "xalignat*": "m", "xxalignat": "m",
    "IEEEeqnarray": "om", "IEEEeqnarray*": "om", "empheq": "om", "empheq*": "om", "dmath": "o",
    "dmath*": "o", "dgroup": "o", "dgroup*": "o", "eqnarray": "", "multline": "",
}  # fmt: skip
_CASES = frozenset({"numcases", "subnumcases"})


def write_latex(document: Document, start: int, end: int) -> str:
    """Write tokens as LaTeX, without what only numbers, labels or lays out the formula."""
    return join(_kept(document, start, end))


def join(tokens: list[str]) -> str:
    """Put tokens together: a letter after a command's name stays apart from it."""
    parts: list[str] = []
    is_word = False
    for token in tokens:
        if is_word and token[:1].isalpha():
            parts.append(" ")
        parts.append(token)
        is_word = token[:1] == "\\" and token[-1].isalpha()
    return "".join(parts)


def inline_latex(document: Document, start: int, end: int) -> str:
    """Write a formula in a line of text."""
    return clean_latex(write_latex(document, start, end))


def display_latex(document: Document, name: str, start: int, end: int) -> str:
    """Write a display's content, ready to compile.

    Args:
        document: The paper.
        name: The environment; empty for `$$` and its like.
        start: The first token inside.
        end: The token that ends it.
    """
    if name in _CASES:
        return _numbered_cases(document, start, end)
    start, variant = _after_arguments(document, name, start, end)
    name = variant or name
    if name not in ROW_ENVIRONMENTS:
        return clean_latex(write_latex(document, start, end))
    rows = [[join(cell) for cell in row] for row in split_rows(_kept(document, start, end))]
    if name in THREE_COLUMNS:
        rows = [_two_columns(cells) for cells in rows]
    return align_rows([[clean_latex(cell) for cell in cells] for cells in rows])


def _after_arguments(document: Document, name: str, start: int, end: int) -> tuple[int, str]:
    variant = ""
    for kind in _ARGUMENTS.get(name, ""):
        while start < end and document.tokens[start] == " ":
            start += 1
        token = document.tokens[start] if start < end else ""
        if kind == "m" and token == "{" and document.partners[start] != NONE:
            close = document.partners[start]
            variant = "".join(document.tokens[start + 1 : close]).strip()
            start = close + 1
        elif kind == "o" and token == "[":
            while start < end and document.tokens[start] != "]":
                start += 1
            start += 1
    return min(start, end), variant if name.startswith("empheq") else ""


def _numbered_cases(document: Document, start: int, end: int) -> str:
    while start < end and document.tokens[start] == " ":
        start += 1
    left = ""
    if start < end and document.tokens[start] == "{" and document.partners[start] != NONE:
        close = document.partners[start]
        left = write_latex(document, start + 1, close)
        start = close + 1
    rows = write_latex(document, start, end)
    return clean_latex(rf"{left}\begin{{cases}}{rows}\end{{cases}}")


def _two_columns(cells: list[str]) -> list[str]:
    r"""Join what an eqnarray has in three columns: `a & = & b` is aligned at its middle."""
    if len(cells) == _EQNARRAY_COLUMNS:
        return [cells[0], f"{cells[1].rstrip()} {cells[2].lstrip()}"]
    if len(cells) == 1 and r"\lefteqn" in cells[0]:
        return [cells[0].replace(r"\lefteqn", "")]
    return cells


def split_rows(tokens: list[str]) -> list[list[list[str]]]:
    r"""Split tokens at the `\\` and `&` that stand in no group or environment."""
    rows: list[list[list[str]]] = [[[]]]
    depth = 0
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if depth == 0 and token in (r"\\", r"\cr", r"\tabularnewline"):
            rows.append([[]])
            index = _after_row_end(tokens, index + 1)
            continue
        if depth == 0 and token == "&":
            rows[-1].append([])
        elif depth == 0 and token in _TEXT_ROWS:
            index = _take_text_row(tokens, index + 1, rows)
            continue
        else:
            depth += token == "{" or token.startswith(r"\begin{")
            depth -= token == "}" or token.startswith(r"\end{")
            rows[-1][-1].append(token)
        index += 1
    return rows


def _after_row_end(tokens: list[str], index: int) -> int:
    """Step over the star and the height that may follow a row's end."""
    start = index
    while index < len(tokens) and tokens[index] in (" ", "*"):
        index += 1
    if tokens[index : index + 1] == ["["]:
        for close in range(index, min(index + 12, len(tokens))):
            if tokens[close] == "]":
                is_height = any(
                    part.strip("-.")[:1].isdigit() or part[0] == "\\"
                    for part in tokens[index + 1 : close]
                    if part != " "
                )
                return close + 1 if is_height else index
    return index if "*" in tokens[start:index] else start


def _take_text_row(tokens: list[str], index: int, rows: list[list[list[str]]]) -> int:
    while tokens[index : index + 1] == [" "]:
        index += 1
    depth = 0
    start = index
    while index < len(tokens):
        depth += (tokens[index] == "{") - (tokens[index] == "}")
        index += 1
        if depth <= 0:
            break
    rows.append([[r"\text", *tokens[start:index]]])
    rows.append([[]])
    return index


def _kept(document: Document, start: int, end: int) -> list[str]:
    kept: list[str] = []
    tokens = document.tokens
    index = start
    while index < end:
        token = tokens[index]
        index += 1
        if token[0] != "\\":
            kept.extend(filter(None, [token.removeprefix(RAW)]))
        elif token in _NUMBERS:
            index = _after_number(document, index, end)
        elif token in _DROPPED:
            index = _after_dropped(document, _DROPPED[token], index, end)
            if token == PARAGRAPH:
                kept.append(" ")
        elif token in _REFERENCES or token in _CITATIONS:
            index = _write_reference(document, token, index, end, kept)
        elif token == r"\verb":
            continue
        else:
            kept.append(token)
    return kept


def _after_number(document: Document, index: int, end: int) -> int:
    r"""Step over the number after `\eqno`: all up to the display's or the row's end."""
    while index < end and document.tokens[index] not in (r"\cr", r"\\", "}"):
        close = document.partners[index] if document.tokens[index] == "{" else NONE
        index = index + 1 if close == NONE else close + 1
    return min(index, end)


def _after_dropped(document: Document, arguments: str, index: int, end: int) -> int:
    tokens = document.tokens
    for kind in arguments:
        place = index
        while place < end and tokens[place] == " ":
            place += 1
        if place >= end:
            break
        if kind == "m" and tokens[place] == "{":
            close = document.partners[place]
            index = place + 1 if close == NONE else min(close + 1, end)
        elif kind == "s" and tokens[place] == "*":
            index = place + 1
        elif kind == "o" and tokens[place] == "[":
            while place < end and tokens[place] != "]":
                place += 1
            index = min(place + 1, end)
    return index


def _write_reference(document: Document, token: str, index: int, end: int, kept: list[str]) -> int:
    after = _after_dropped(document, "sm", index, end)
    key = "".join(part for part in document.tokens[index:after] if part not in "{}* ").strip()
    number = document.labels.get(key, "")
    if number and token in _REFERENCES:
        kept.append(f"({number})" if token == r"\eqref" else number)
    return after
