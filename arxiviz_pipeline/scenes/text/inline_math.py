r"""Reads inline LaTeX as styled Unicode: `d_{\text{model}}` is an italic d with a subscript.

Simple math only, as sentences hold it: what has no such form (a matrix, an unknown command) is
spelled out as well as can be. Display formulas are LaTeX's business, not this module's.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from arxiviz_pipeline.scenes.text.inline_text import InlineText, Run, merged, printable, to_plain
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
_COMMENT = re.compile(r"(?<!\\)%[^\n]*(?:\n\s*|$)")
_INLINE = re.compile(r"(?<!\\)(?<!\$)\$(?!\$)((?:\\.|[^$\\])+)\$(?!\$)", re.DOTALL)
_DOLLAR = re.compile(r"(?<!\\)\$")
_COMMAND = re.compile(r"(?<!\\)\\[a-zA-Z]+")
_NOTHING = "\u200b"  # has no width, and is not printable
_BRACE = re.compile(r"(?<!\\)[{}]")
_BOXED_MATH = re.compile(r"\\(mbox|hbox|text[a-z]{0,2}|emph)\s*\{([^{}$]*)\$([^$]*)\$([^{}$]*)\}")
_SWITCH = re.compile(r"\\(?:boldmath|bf|it|rm|em|sl)\b\s*")
_TWO_FORMS = re.compile(
    r"\\texorpdfstring\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*\{(?:[^{}]|\{[^{}]*\})*\}"
)
_SPACE = "\u00a0"
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
    label hspace vspace hskip phantom hphantom vphantom tag tag* color textcolor begin end
    """)
)
_LAST_OF_TWO: Final = frozenset(["stackrel", "overset", "underset"])
_SPACES: Final = {
    ",": "\u2009",
    ";": _SPACE,
    ":": _SPACE,
    " ": _SPACE,
    "!": "",
    "/": "",
    ">": _SPACE,
}


@lru_cache(maxsize=4096)  # a scene is planned in several degrees of detail
def read_inline(text: str) -> InlineText:
    """Read a sentence whose inline math stands between dollar signs."""
    pieces = _INLINE.split(_without_boxes(text) if "\\" in text else text)
    if any(_COMMAND.search(prose) for prose in pieces[0::2]):
        # What stands outside math is LaTeX too: its braces only part commands from words.
        pieces[0::2] = [_BRACE.sub(_NOTHING, prose) for prose in pieces[0::2]]
    runs: list[Run] = []
    for index, piece in enumerate(pieces):
        runs += read_math(piece) if index % 2 else [Run(_prose(piece))]
    return merged(runs)


def _without_boxes(text: str) -> str:
    r"""Write `\mbox{\boldmath $x$}` as math alone, within math or without."""

    def unboxed(box: re.Match[str]) -> str:
        is_inside_math = len(_DOLLAR.findall(text, 0, box.start())) % 2
        math = rf"\boldsymbol{{{box[3]}}}" if "bold" in box[2] or "bf" in box[1] else box[3]
        before, after = (_SWITCH.sub("", part) for part in (box[2], box[4]))
        if is_inside_math:
            return rf"{{\text{{{before}}}{math}\text{{{after}}}}}"
        return f"{before}${math}${after}"

    return _BOXED_MATH.sub(unboxed, _TWO_FORMS.sub(r"\1", text))


def read_math(tex: str) -> InlineText:
    """Read LaTeX of math mode."""
    reader = _Reader(_TOKEN.findall(_COMMENT.sub("", tex)))
    runs = merged(run.with_text(printable(run.text)) for run in reader.read_all())
    # Short math stays in one piece, long math may be broken as prose is.
    if len(to_plain(runs)) > 24:
        runs = merged(run.with_text(run.text.replace(_SPACE, " ")) for run in runs)
    return _stripped(runs)


def _stripped(runs: InlineText) -> InlineText:
    if not runs:
        return ()
    first = replace(runs[0], text=runs[0].text.lstrip(" \u00a0\u2009"))
    runs = (first, *runs[1:])
    last = replace(runs[-1], text=runs[-1].text.rstrip(" \u00a0\u2009"))
    return merged((*runs[:-1], last))


def _prose(text: str) -> str:
    """Drop Markdown's and LaTeX's signs from text outside math."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"(?<!\\)\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*\)", r"\1", text)
    text = re.sub(r"(?<!\\)\*+", "", text)  # a star of its own is escaped
    text = re.sub(r"(?<![\\\w])(_{1,2})(?=[^\s_])([^_]+?)(?<=[^\s])\1(?!\w)", r"\2", text)
    text = re.sub(r"(?<!\\)`+", "", text)
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    text = re.sub(r"\\([a-zA-Z]+)\*?\s*", _symbol_of_prose, text)
    return printable(text.replace("~", " "))


def _symbol_of_prose(command: re.Match[str]) -> str:
    symbol = SYMBOLS.get(command[1])
    # A switch such as `\\bf` takes the space after it along.
    return "" if symbol is None else command[0].replace("\\" + command[1], symbol)


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
                runs += raised if is_prime else _raised(raised, token)
            case "{":
                runs += self._group()
            case "&" | "$" | "}":
                return
            case "\\\\":
                runs.append(Run("; "))
            case "~":
                runs.append(Run(_SPACE))
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
            runs.append(Run(_SPACE * 2))
        elif name in SYMBOLS:
            _append_symbol(runs, SYMBOLS[name])
        elif name in FUNCTIONS:
            before = next((run.text[-1] for run in reversed(runs) if run.text), "")
            runs.append(Run(f"{_SPACE}{name}" if before.isalnum() else name))
        elif name in _UPRIGHT:
            runs += _text_runs(self._raw_argument(), self._depth)
        elif name in _DROPPED:
            if self._peek() == "." and name.lower().startswith(("left", "right", "big")):
                self._take()
        elif name in _DROPPED_WITH_ARGUMENT:
            self._raw_argument()
        elif name == "not":
            runs += [replace(run, text=run.text + "\u0338") for run in self._argument()]
        elif len(name) == 1 and not name.isalnum():
            runs.append(Run("‖" if name == "|" else name))
        else:
            runs += self._structure(name)

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
        if before in _RELATIONS or before == _SPACE:
            runs.append(Run(symbol + _SPACE))
        else:
            runs.append(Run(_spaced(symbol) if before else symbol + _SPACE))
    elif symbol in _BINARY and before and before not in _OPENERS and before != _SPACE:
        runs.append(Run(_spaced(symbol)))
    elif symbol == ",":
        runs.append(Run("," + _SPACE))
    else:
        lower_case_greek = len(symbol) == 1 and "α" <= symbol <= "ω"
        is_variable = symbol.isascii() and symbol.isalpha()
        runs.append(Run(symbol, italic=is_variable or lower_case_greek))


def _space_after_operator(runs: list[Run], token: str) -> None:
    """Part `log x` and `∑ᵢ xᵢ`, whose operator may carry scripts."""
    if token[1:] in ("left", "limits", "nolimits", "bigl", "Bigl", "big", "Big", "{", ",", "!"):
        return
    last = next((run for run in reversed(runs) if not run.level and run.text), None)
    if last is not None and last.text.lstrip(_SPACE) in _OPERATORS:
        runs.append(Run(_SPACE))


def _spaced(symbol: str) -> str:
    return f"{_SPACE}{symbol}{_SPACE}"


def _raised(runs: Iterable[Run], direction: str) -> list[Run]:
    """Move runs up or down, without the spaces that only full size affords."""
    return [
        replace(run, text=run.text.replace(_SPACE, ""), level=direction + run.level) for run in runs
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
