"""Reads LaTeX of math mode as runs of styled Unicode, token by token."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from arxiviz_pipeline.scenes.text.inline_text import Run, to_plain
from arxiviz_pipeline.scenes.text.math_symbols import (
    ACCENTS,
    BLACKBOARD,
    FRAKTUR,
    FUNCTIONS,
    SCRIPT,
    SYMBOLS,
)
from arxiviz_pipeline.scenes.text.word_lists import words_in

_TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|\s+|.", re.DOTALL)
_ROW_HEIGHT = re.compile(r"\*?\[\s*-?[\d.]+\s*[a-z]{2}\s*\]")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*(?:\n\s*|$)")
SPACE: Final = "\u00a0"
_DEEPEST = 40  # groups inside each other, before the rest is dropped
_RELATIONS = frozenset("=<>≤≥≠≡≈∼≃≅∝≪≫∈∉⊂⊆⊃⊇→←↦⇒⇔⟹⟸⟺≜≔:∣⊢⊨≺≻⟶≲≳")
_BINARY = frozenset("+−±∓×⋅·∪∩∧∨⊕⊗∖÷∘")
_OPENING = ("{",)
_CLOSING = ("}",)
_GROUP_OPENERS = ("{", "|")
_OPERATORS = FUNCTIONS | frozenset("∑∏∐∫∮⋃⋂⨁⨂")
_OPENERS = frozenset("([{⟨⌊⌈,;|‖")
_UPRIGHT: Final = frozenset(
    words_in("""
    text textrm textup textnormal mathrm operatorname operatorname* mbox hbox textsf mathsf texttt
    mathtt textsc textmd ensuremath mathop mathbin mathrel mathord mathopen mathclose
    """)
)
_BOLD: Final = frozenset(["mathbf", "boldsymbol", "bm", "textbf", "pmb", "mathbfit"])
_ITALIC: Final = frozenset(["mathit", "textit", "emph", "mathnormal", "textsl"])
_DROPPED: Final = frozenset(
    words_in("""
    displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits rm bf it sf tt cal left
    right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm nonumber notag
    centering small footnotesize normalsize large hfill relax allowbreak boldmath mit strut
    mathstrut protect noindent leavevmode
    """)
)
_DROPPED_WITH_ARGUMENT: Final = frozenset(
    words_in("""
    label hspace vspace hskip phantom hphantom vphantom tag tag* color textcolor
    """)
)
# The brackets that a matrix brings along.
_FENCES: Final = {
    "pmatrix": "()",
    "bmatrix": "[]",
    "Bmatrix": "{}",
    "vmatrix": "||",
    "Vmatrix": "‖‖",
    "psmallmatrix": "()",
    "bsmallmatrix": "[]",
}
_WITH_COLUMNS: Final = frozenset(["array", "tabular", "alignedat", "alignat", "alignat*"])
_LAST_OF_TWO: Final = frozenset(["stackrel", "overset", "underset"])
_SPACES: Final = {
    ",": "\u2009",
    ";": SPACE,
    ":": SPACE,
    " ": SPACE,
    "!": "",
    "/": "",
    ">": SPACE,
}


def read_runs(tex: str) -> list[Run]:
    """Read LaTeX of math mode; spaces that no line may break at are `SPACE`."""
    return _Reader(_TOKEN.findall(_COMMENT.sub("", tex))).read_all()


class _Reader:
    """A recursive reader of math tokens."""

    def __init__(self, tokens: list[str], depth: int = 0) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = depth

    def read_all(self) -> list[Run]:
        runs: list[Run] = []
        while self._next < len(self._tokens):
            runs += self._read_until("}")
        return runs

    def _read_until(self, closer: str) -> list[Run]:
        runs: list[Run] = []
        upright_from: int | None = None
        while self._next < len(self._tokens):
            token = self._take()
            if token == closer:
                break
            if token in ("\\rm", "\\sf", "\\tt"):
                upright_from = len(runs)
            self._append(runs, token)
        if upright_from is None:
            return runs
        upright = [replace(run, italic=False) for run in runs[upright_from:]]
        return [*runs[:upright_from], *upright]

    def _take(self) -> str:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _append(self, runs: list[Run], token: str) -> None:
        if token[:1].isalnum() or token[:1] in _GROUP_OPENERS or token[:1] == "\\":
            _space_after_operator(runs, token)
        match token:
            case "_" | "^":
                raised = self._argument()
                # Primes stand high by themselves.
                is_prime = bool(raised) and all(set(run.text) <= {"′"} for run in raised)
                space = _taken_space(runs)
                runs += raised if is_prime else _raised(raised, token)
                runs += space
            case "{":
                runs += self._group()
            case "$" | "}":
                return
            case "&":
                _part_cells(runs)
            case "\\\\":
                self._end_row(runs)
            case "~":
                runs.append(Run(SPACE))
            case "'":
                runs.append(Run("′"))
            case _ if token.isspace():
                return
            case _ if token.startswith("\\"):
                self._command(runs, token[1:])
            case _:
                _append_symbol(runs, token.replace("-", "−").replace("*", "∗"))

    def _group(self) -> list[Run]:
        if self._depth >= _DEEPEST:
            self._next = len(self._tokens)
            return []
        self._depth += 1
        runs = self._read_until("}")
        self._depth -= 1
        return runs

    def _argument(self) -> list[Run]:
        while self._peek().isspace():
            self._take()
        if not self._peek() or self._peek() == "}" or self._depth >= _DEEPEST:
            return []
        runs: list[Run] = []
        self._depth += 1
        self._append(runs, self._take())
        self._depth -= 1
        return runs

    def _raw_argument(self) -> str:
        """Take a braced argument as it is written, spaces and all."""
        while self._peek().isspace():
            self._take()
        if self._peek() != "{":
            return self._take() if self._peek() else ""
        self._take()
        depth, taken = 1, ""
        while self._next < len(self._tokens):
            token = self._take()
            depth += (token in _OPENING) - (token in _CLOSING)
            if depth == 0:
                break
            taken += token
        return taken

    def _option(self) -> list[Run]:
        if self._peek() != "[":
            return []
        self._take()
        return self._read_until("]")

    def _command(self, runs: list[Run], name: str) -> None:
        if name in _SPACES:
            runs.append(Run(_SPACES[name]))
        elif name in ("quad", "qquad"):
            runs.append(Run(SPACE * 2))
        elif name in SYMBOLS:
            _append_symbol(runs, SYMBOLS[name])
        elif name in FUNCTIONS:
            before = next((run.text[-1] for run in reversed(runs) if run.text), "")
            runs.append(Run(f"{SPACE}{name}" if before.isalnum() else name))
        elif name in _UPRIGHT:
            runs += _text_runs(self._raw_argument(), self._depth)
        elif name in _DROPPED:
            if self._peek() == "." and name.lower().startswith(("left", "right", "big")):
                self._take()
        elif name in ("begin", "end"):
            self._environment(runs, name)
        elif name in _DROPPED_WITH_ARGUMENT:
            self._raw_argument()
        elif name == "not":
            runs += [replace(run, text=run.text + "\u0338") for run in self._argument()]
        elif len(name) == 1 and not name.isalnum():
            runs.append(Run("‖" if name == "|" else name))
        else:
            runs += self._structure(name)

    def _environment(self, runs: list[Run], side: str) -> None:
        """Write a matrix's brackets, and nothing of what says how its columns stand."""
        environment = self._raw_argument().strip()
        fence = _FENCES.get(environment.removesuffix("*"), "")
        if side == "end":
            _trim_end(runs)
            runs += [Run(fence[1])] if fence else []
            return
        runs += [Run(fence[0])] if fence else []
        is_matrix = environment.endswith(("matrix*", "cases*"))
        if environment in _WITH_COLUMNS or is_matrix:
            self._option()
        if environment in _WITH_COLUMNS:
            self._raw_argument()

    def _end_row(self, runs: list[Run]) -> None:
        """Part two rows; the height between them is not shown."""
        height = _ROW_HEIGHT.match("".join(self._tokens[self._next : self._next + 12]))
        if height:
            self._option()
        _trim_end(runs)
        runs.append(Run("; "))

    def _structure(self, name: str) -> list[Run]:
        if name in ("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"):
            return [*_grouped(self._argument()), Run("/"), *_grouped(self._argument())]
        if name == "sqrt":
            return [*_raised(self._option(), "^"), Run("√"), *_grouped(self._argument())]
        if name in ("binom", "dbinom", "tbinom"):
            return [Run("("), *self._argument(), Run(" choose "), *self._argument(), Run(")")]
        if name == "pmod":
            return [Run(" (mod "), *self._argument(), Run(")")]
        if name in _LAST_OF_TWO:
            self._argument()
            return self._argument()
        if name in ("overbrace", "underbrace", "boxed", "mathstrut", "mathchoice"):
            return self._argument()
        if name in ("xrightarrow", "xleftarrow"):
            self._option()
            self._argument()
            return [Run(_spaced("→" if "right" in name else "←"))]
        return self._styled(name)

    def _styled(self, name: str) -> list[Run]:
        if name in _BOLD:
            return [replace(run, bold=True) for run in self._argument()]
        if name in _ITALIC:
            return [replace(run, italic=True) for run in self._argument()]
        if name in ("mathbb", "mathds", "mathbbm"):
            return _mapped(self._argument(), _blackboard)
        if name in ("mathcal", "mathscr"):
            return _mapped(self._argument(), lambda letter: SCRIPT.get(letter, letter))
        if name == "mathfrak":
            return _mapped(self._argument(), lambda letter: FRAKTUR.get(letter, letter))
        if name in ACCENTS:
            mark = ACCENTS[name]
            return _mapped(self._argument(), lambda letter: letter + mark, keep_style=True)
        return [Run(name)]


def _append_symbol(runs: list[Run], symbol: str) -> None:
    before = next((run.text[-1] for run in reversed(runs) if run.text), "")
    if symbol in _RELATIONS:
        if before in _RELATIONS or before == SPACE:
            runs.append(Run(symbol + SPACE))
        else:
            runs.append(Run(_spaced(symbol) if before else symbol + SPACE))
    elif symbol in _BINARY and before and before not in _OPENERS and before != SPACE:
        runs.append(Run(_spaced(symbol)))
    elif symbol == ",":
        runs.append(Run("," + SPACE))
    else:
        lower_case_greek = len(symbol) == 1 and "α" <= symbol <= "ω"
        is_variable = symbol.isascii() and symbol.isalpha()
        runs.append(Run(symbol, italic=is_variable or lower_case_greek))


def _part_cells(runs: list[Run]) -> None:
    """Part two cells of a row, unless a sign's space parts them already."""
    last = runs[-1].text[-1:] if runs else ""
    if last and not last.isspace() and last not in "([{|":
        runs.append(Run(SPACE))


def _trim_end(runs: list[Run]) -> None:
    """Take away the space and the row's end that nothing follows."""
    while runs and not runs[-1].level and not runs[-1].text.rstrip(" ;" + SPACE):
        runs.pop()


def _space_after_operator(runs: list[Run], token: str) -> None:
    """Part `log x` and `∑ᵢ xᵢ`, whose operator may carry scripts."""
    if token[1:] in ("left", "limits", "nolimits", "bigl", "Bigl", "big", "Big", "{", ",", "!"):
        return
    last = next((run for run in reversed(runs) if not run.level and run.text), None)
    if last is not None and last.text.lstrip(SPACE) in _OPERATORS:
        runs.append(Run(SPACE))


def _taken_space(runs: list[Run]) -> list[Run]:
    """Take the space behind a sign away: its scripts stand before it."""
    last = runs[-1] if runs else Run("")
    sign = last.text.strip(SPACE)
    if last.level or not last.text.endswith(SPACE) or sign not in _RELATIONS | _BINARY:
        return []
    runs[-1] = last.with_text(last.text.rstrip(SPACE))
    return [Run(SPACE)]


def _spaced(symbol: str) -> str:
    return f"{SPACE}{symbol}{SPACE}"


def _raised(runs: Iterable[Run], direction: str) -> list[Run]:
    """Move runs up or down, without the spaces that only full size affords."""
    return [
        replace(run, text=run.text.replace(SPACE, ""), level=direction + run.level) for run in runs
    ]


def _grouped(runs: list[Run]) -> list[Run]:
    """Put parentheses around what would be misread beside a slash or a root."""
    plain = to_plain(runs)
    if len(plain) > 1 and re.search(r"[\s+−/=,·×]", plain):
        return [Run("("), *runs, Run(")")]
    return runs


def _text_runs(source: str, depth: int) -> list[Run]:
    r"""Read what stands inside `\text`, where spaces count and letters are upright."""
    if depth >= _DEEPEST:
        return []
    inner = _Reader(_TOKEN.findall(re.sub(r"\s+", "~", source)), depth + 1)
    return [replace(run, italic=False) for run in inner.read_all()]


def _mapped(
    runs: list[Run], change: Callable[[str], str], *, keep_style: bool = False
) -> list[Run]:
    changed: list[Run] = []
    for run in runs:
        for character in run.text:
            letter = change(character)
            italic = run.italic if keep_style or letter == character else False
            changed.append(replace(run, text=letter, italic=italic))
    return changed


def _blackboard(letter: str) -> str:
    if letter in BLACKBOARD:
        return BLACKBOARD[letter]
    if "A" <= letter <= "Z":
        return chr(0x1D538 + ord(letter) - ord("A"))
    return "𝟙" if letter == "1" else letter
