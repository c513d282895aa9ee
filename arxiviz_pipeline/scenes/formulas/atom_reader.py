r"""Reads LaTeX as atoms with their scripts, so that symbols are found and parts cut anywhere.

MathTex may be cut inside braces too: between two atoms of a list, whatever the list is in. What is
cut is the formula in one spelling: scripts in braces and the upper one first, which is the order
TeX draws them in.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from arxiviz_pipeline.scenes.formulas.atoms import Atom, AtomKind, Reading, join_tokens
from arxiviz_pipeline.scenes.formulas.splitting import is_relation, is_sign, tokens_of
from arxiviz_pipeline.scenes.text.math_symbols import ACCENTS, FUNCTIONS, SYMBOLS
from arxiviz_pipeline.scenes.text.word_lists import words_in

_DEEPEST = 24
_FRACTIONS: Final = frozenset(words_in("frac dfrac tfrac cfrac binom dbinom tbinom"))
_FONTS: Final = frozenset(
    words_in("""
    mathbf mathrm mathit mathsf mathtt mathcal mathscr mathfrak mathbb mathbbm mathds boldsymbol bm
    pmb mathnormal operatorname operatorname* textsc
    """)
)
_TEXTS: Final = frozenset(words_in("text textrm textup textnormal textit textbf mbox hbox textsf"))
_OPAQUE: Final = {
    **dict.fromkeys(_FONTS | _TEXTS | frozenset(ACCENTS), 1),
    **dict.fromkeys(
        words_in("""
        underbrace overbrace boxed phantom hphantom vphantom label tag color mathrm mathop mathbin
        mathrel mathord mathopen mathclose substack pmod hspace overrightarrow overleftarrow cancel
        """),
        1,
    ),
    **dict.fromkeys(words_in("overset underset stackrel textcolor nicefrac sfrac"), 2),
}
_OPERATORS: Final = frozenset(
    words_in("""
    sum prod int iint iiint oint bigcup bigcap bigoplus bigotimes bigvee bigwedge coprod lim limsup
    liminf max min sup inf argmax argmin
    """)
)
_UNREADABLE: Final = frozenset(
    ("&", "\\\\", "$", "\\over", "\\atop", "\\choose", "\\right", "\\end", "}", "#", "%", "\\cr")
)
_SPACES: Final = frozenset(
    words_in(r"\, \; \: \! \quad \qquad ~ \displaystyle \textstyle \nonumber \notag \limits")
) | {"\\ ", "\\nolimits"}
_OPEN: Final = frozenset(words_in(r"( [ \{ \langle \lfloor \lceil \lbrace \lvert \lVert"))
_CLOSE: Final = frozenset(words_in(r") ] \} \rangle \rfloor \rceil \rbrace \rvert \rVert"))
_MARKS: Final = frozenset((",", ";", ".", ":", "!", "?"))
_GREEK: Final = frozenset(
    name for name, symbol in SYMBOLS.items() if len(symbol) == 1 and "Α" <= symbol <= "ϖ"
) | {"ell", "hbar", "epsilon", "varepsilon", "varphi", "nabla"}
_SIZED = ("\\big", "\\Big")


class _UnreadableError(Exception):
    """The LaTeX is not plain enough to be cut inside."""


@lru_cache(maxsize=2048)  # a section's formulas are read by several parts of a scene
def read_atoms(tex: str) -> Reading | None:
    """Read a formula, or return None if it isn't plain enough to be cut inside braces."""
    out: list[str] = []
    try:
        atoms = _Reader(tokens_of(tex), out, 0).read()
    except _UnreadableError:
        return None
    return Reading(tuple(out), atoms)


class _Reader:
    """Reads a list of tokens, and writes them in one spelling."""

    def __init__(self, tokens: Sequence[str], out: list[str], depth: int) -> None:
        if depth > _DEEPEST:
            raise _UnreadableError
        self._tokens = [lexeme for lexeme in tokens if lexeme]
        self._next = 0
        self._out = out
        self._depth = depth

    def read(self) -> tuple[Atom, ...]:
        atoms: list[Atom] = []
        while (lexeme := self._peek()) is not None:
            if lexeme in _SPACES:
                self._out.append(self._take())
                continue
            if lexeme == "\\":
                self._take()
                continue
            atoms.append(self._atom())
        return tuple(atoms)

    def _peek(self) -> str | None:
        while self._next < len(self._tokens) and self._tokens[self._next].isspace():
            self._next += 1
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self) -> str:
        lexeme = self._peek()
        if lexeme is None:
            raise _UnreadableError
        self._next += 1
        return lexeme

    def _inside(self, tokens: Sequence[str]) -> tuple[Atom, ...]:
        return _Reader(tokens, self._out, self._depth + 1).read()

    def _braced(self, tokens: Sequence[str]) -> tuple[tuple[Atom, ...], tuple[int, int]]:
        self._out.append("{")
        start = len(self._out)
        atoms = self._inside(tokens)
        end = len(self._out)
        self._out.append("}")
        return atoms, (start, end)

    def _raw_group(self) -> list[str]:
        """Take an argument's tokens, without its braces."""
        lexeme = self._take()
        if lexeme != "{":
            return [lexeme, *self._raw_arguments(lexeme)]
        return self._until_closed()

    def _until_closed(self) -> list[str]:
        depth, taken = 1, list[str]()
        while self._next < len(self._tokens):
            lexeme = self._tokens[self._next]
            self._next += 1
            depth += (lexeme == "{") - (lexeme == "}")
            if depth == 0:
                return taken
            taken.append(lexeme)
        raise _UnreadableError

    def _raw_arguments(self, command: str) -> list[str]:
        name = command.removeprefix("\\")
        if not command.startswith("\\"):
            return []
        count = 2 if name in _FRACTIONS else 1 if name == "sqrt" else _OPAQUE.get(name, 0)
        raw: list[str] = []
        for _ in range(count):
            raw += ["{", *self._raw_group(), "}"]
        return raw

    def _atom(self) -> Atom:
        start = len(self._out)
        kind, inner = self._base()
        base_end = len(self._out)
        sup, sub = self._raw_scripts()
        lists = list(inner)
        places: list[tuple[int, int] | None] = []
        for sign, raw in (("^", sup), ("_", sub)):
            if raw is None:
                places.append(None)
                continue
            self._out.append(sign)
            atoms, place = self._braced(raw)
            lists.append(atoms)
            places.append(place)
        return Atom(
            kind=kind,
            start=start,
            end=len(self._out),
            base_end=base_end,
            base=_key(self._out[start:base_end]),
            sup=_key(self._out[slice(*places[0])]) if places[0] else "",
            sub=_key(self._out[slice(*places[1])]) if places[1] else "",
            sup_at=places[0],
            sub_at=places[1],
            inner=tuple(lists),
        )

    def _raw_scripts(self) -> tuple[list[str] | None, list[str] | None]:
        sup: list[str] | None = None
        sub: list[str] | None = None
        while (lexeme := self._peek()) in ("^", "_", "'", "\\limits", "\\nolimits"):
            self._take()
            match lexeme:
                case "'":
                    sup = [*(sup or []), "\\prime"]
                case "^":
                    sup = [*(sup or []), *self._raw_group()]
                case "_":
                    if sub is not None:
                        raise _UnreadableError
                    sub = self._raw_group()
                case _:
                    self._out.append(lexeme or "")
        return sup, sub

    def _base(self) -> tuple[AtomKind, tuple[tuple[Atom, ...], ...]]:
        lexeme = self._peek() or ""
        if lexeme in _UNREADABLE:
            raise _UnreadableError
        if lexeme in ("^", "_", "'"):
            self._out += ["{", "}"]
            return "other", ()
        self._take()
        name = lexeme.removeprefix("\\") if lexeme.startswith("\\") else ""
        if lexeme == "{":
            atoms, _ = self._braced(self._until_closed())
            return "group", (atoms,)
        self._out.append(lexeme)
        if lexeme == "\\left":
            return "fence", (self._fence(),)
        if lexeme == "\\begin":
            self._environment()
            return "other", ()
        if lexeme.startswith(_SIZED):
            delimiter = self._take()
            self._out.append(delimiter)
            return _bracket_kind(lexeme, delimiter), ()
        if name in _FRACTIONS:
            return "fraction", tuple(self._braced(self._raw_group())[0] for _ in range(2))
        if name == "sqrt":
            self._option()
            return "group", (self._braced(self._raw_group())[0],)
        if name in _OPAQUE:
            for _ in range(_OPAQUE[name]):
                self._out += ["{", *self._raw_group(), "}"]
            return _kind_of_styled(name, "".join(self._out[-12:])), ()
        if lexeme == "\\not":
            self._out.append(self._take())
            return "relation", ()
        return self._leaf(lexeme, name), ()

    def _leaf(self, lexeme: str, name: str) -> AtomKind:
        if lexeme.isdigit():
            self._number()
            return "number"
        if lexeme == ":" and self._peek() == "=":
            self._out[-1] += self._take()
            return "relation"
        if (lexeme.isalpha() and len(lexeme) == 1) or name in _GREEK:
            return "letter"
        if name in _OPERATORS:
            return "operator"
        if name in FUNCTIONS:
            return "function"
        if is_relation(lexeme):
            return "relation"
        if is_sign(lexeme):
            return "sign"
        if lexeme in _OPEN:
            return "open"
        if lexeme in _CLOSE:
            return "close"
        return "mark" if lexeme in _MARKS else "other"

    def _number(self) -> None:
        while self._next < len(self._tokens):
            lexeme = self._tokens[self._next]
            after = self._tokens[self._next + 1 : self._next + 2]
            if not (lexeme.isdigit() or (lexeme == "." and after and after[0].isdigit())):
                return
            self._out[-1] += self._take()

    def _fence(self) -> tuple[Atom, ...]:
        self._out.append(self._take())
        depth, raw = 1, list[str]()
        while depth:
            lexeme = self._take_any()
            depth += (lexeme == "\\left") - (lexeme == "\\right")
            if depth:
                raw.append(lexeme)
        atoms = self._inside(raw)
        self._out += ["\\right", self._take()]
        return atoms

    def _take_any(self) -> str:
        if self._next >= len(self._tokens):
            raise _UnreadableError
        self._next += 1
        return self._tokens[self._next - 1]

    def _environment(self) -> None:
        depth = 1
        while depth:
            lexeme = self._take_any()
            depth += (lexeme == "\\begin") - (lexeme == "\\end")
            self._out.append(lexeme)
        self._out += ["{", *self._raw_group(), "}"]

    def _option(self) -> None:
        if self._peek() == "[":
            while (lexeme := self._take_any()) != "]":
                self._out.append(lexeme)
            self._out.append("]")


def _bracket_kind(command: str, delimiter: str) -> AtomKind:
    if delimiter in _OPEN or command.endswith("l"):
        return "open"
    return "close" if delimiter in _CLOSE or command.endswith("r") else "other"


def _kind_of_styled(name: str, written: str) -> AtomKind:
    if name in _TEXTS or name in _FONTS or name in ACCENTS:
        return "function" if name.startswith("operatorname") else "letter"
    return "other" if written else "mark"


def _key(tokens: Sequence[str]) -> str:
    upright = {f"\\{name}": "\\mathrm" for name in (*_TEXTS, "operatorname", "operatorname*")}
    bare = [upright.get(lexeme, lexeme) for lexeme in tokens if lexeme not in _SPACES]
    text = join_tokens([lexeme for lexeme in bare if not lexeme.isspace()])
    while text.startswith("{") and text.endswith("}") and _is_one_group(text):
        text = text[1:-1]
    return text


def _is_one_group(text: str) -> bool:
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0 and index < len(text) - 1:
            return False
    return depth == 0
