r"""Reads LaTeX definitions of functions of one real variable: `f(x) = \frac{1}{1 + e^{-x}}`.

A strict subset, read by a parser of its own: what is not surely a formula of numbers is refused.
General LaTeX parsers guess instead, as they must (SymPy's takes `f(x) g` for a product of three),
and a guess would be a false picture.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.text.expressions import (
    Call,
    Expression,
    Name,
    Number,
    evaluate,
    names_in,
)
from arxiviz_pipeline.scenes.text.word_lists import words_in

_TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|\d+(?:\.\d+)?|\.\d+|\s+|.", re.DOTALL)
_DEEPEST = 20
_LONGEST = 600  # characters
_EQUALS: Final = ("=",)
_DROPPED: Final = frozenset(
    words_in(r"""
    \, \; \: \! \quad \qquad ~ \displaystyle \textstyle \limits \nonumber \notag \bigl \bigr \Bigl
    \Bigr \biggl \biggr \Biggl \Biggr \big \Big \bigg \Bigg
    """)
) | {"\\ "}
_FUNCTIONS: Final = {
    **{
        name: name for name in words_in("sin cos tan sinh cosh tanh arcsin arccos arctan exp ln lg")
    },
    "log": "ln",
    "min": "min",
    "max": "max",
}
_GREEK: Final = frozenset(
    words_in(r"""
    \alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \vartheta \kappa \lambda \mu
    \nu \xi \rho \varrho \sigma \tau \upsilon \phi \varphi \chi \psi \omega \ell \Gamma \Delta
    \Theta \Lambda \Xi \Phi \Psi \Omega
    """)
)
_FACTORS: Final = frozenset(words_in(r"\alpha \beta \gamma \lambda \mu \kappa \varepsilon \eta"))
_UPRIGHT: Final = frozenset(words_in(r"\mathrm \operatorname \operatorname* \text \mathit \textrm"))
_CLOSERS: Final = {"(": ")", "[": "]", "\\{": "\\}", "|": "|", "\\lvert": "\\rvert", "{": "}"}
_ENDS: Final = frozenset(
    (")", "]", "\\}", "\\rvert", "}", "|", ",", ".", "=", "&", "\\\\", "\\right", "\\le", "\\leq",
     "<", ">", "\\ge", "\\geq", "\\text", ";", "\\end", "\\mbox", "\\leqslant", "\\geqslant")
)  # fmt: skip
_RELATIONS: Final = {
    "<": ("lt", False), ">": ("lt", True), "\\le": ("le", False), "\\leq": ("le", False),
    "\\leqslant": ("le", False), "\\ge": ("le", True), "\\geq": ("le", True),
    "\\geqslant": ("le", True), "=": ("le", False), "\\lt": ("lt", False), "\\gt": ("lt", True),
}  # fmt: skip
_OTHERWISE = re.compile(r"\s*(?:otherwise|else|elsewhere)\.?\s*")
_CONDITION_WORDS = re.compile(r"\s*(?:if|for|when|where|,|and)?\s*,?\s*")


class _RefusedError(Exception):
    """It is not surely a formula of numbers."""


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """What a formula defines.

    Attributes:
        name: LaTeX of what is defined, such as `f` or `y`.
        argument: The variable, as names are spelt; None where the left side doesn't tell.
        body: Its names are the argument and parameters.
    """

    name: str
    argument: str | None
    body: Expression


def read_function(tex: str) -> FunctionDefinition | None:
    """Read a formula that defines a function, or return None if that is not sure."""
    if len(tex) > _LONGEST or "=" not in tex:
        return None
    tokens = [token for token in _TOKEN.findall(_bare(tex)) if not token.isspace()]
    tokens = [token for token in tokens if token not in _DROPPED]
    pieces = _split_at_equals(tokens)
    if len(pieces) < 2:
        return None
    try:
        name, argument = _left_side(pieces[0])
    except _RefusedError:
        return None
    for piece in pieces[1:]:
        try:
            body = _read_all(piece, argument)
        except _RefusedError:
            continue
        if names_in(body):
            return FunctionDefinition(name, argument, body)
    return None


def read_assignments(math_tex: str) -> dict[str, float]:
    """Read the numbers that inline math gives to names: `a = 2, b = 3`."""
    found: dict[str, float] = {}
    for piece in re.split(r"(?<!\\),(?!\d)|;|\\quad", math_tex):
        left, equals, right = piece.partition("=")
        if not equals or len(piece) > 80:
            continue
        try:
            name = _whole_name(left)
            value = _read_all(_tokens(right), None)
        except _RefusedError:
            continue
        if isinstance(value, Number):
            found[name] = value.value
        elif not names_in(value):
            number = _number_of(value)
            if number is not None:
                found[name] = number
    return found


def _number_of(expression: Expression) -> float | None:
    return evaluate(expression, {})


def _tokens(tex: str) -> list[str]:
    found = [token for token in _TOKEN.findall(_bare(tex)) if not token.isspace()]
    return [token for token in found if token not in _DROPPED]


def _whole_name(tex: str) -> str:
    parser = _Parser(_tokens(tex), None)
    name = parser.name()
    if not parser.is_done or not name:
        raise _RefusedError
    return name


def _bare(tex: str) -> str:
    text = re.sub(r"\\(?:label|tag\*?)\s*\{[^{}]*\}", "", tex).strip()
    inner = re.fullmatch(
        r"\\begin\{(aligned|split|gathered)\}(.*)\\end\{\1\}\s*[,.;]?", text, re.DOTALL
    )
    if inner and "\\\\" not in inner[2]:
        text = inner[2].replace("&", "")
    text = re.sub(r"(?:\\[ ,;:!]|~|\s)*[,.;](?:\\[ ,;:!]|~|\s)*$", "", text)
    return text.replace(":=", "=").replace("\\coloneqq", "=").replace("\\equiv", "=")


def _split_at_equals(tokens: Sequence[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in ("{", "\\begin", "\\left", "(")) - (
            token in ("}", "\\end", "\\right", ")")
        )
        if token in _EQUALS and depth <= 0:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def _left_side(tokens: Sequence[str]) -> tuple[str, str | None]:
    if not tokens:
        raise _RefusedError
    parser = _Parser(tokens, None)
    parser.any_name()
    if parser.is_done:
        return "".join(tokens), None
    end = parser.position
    parser.skip_left()
    opener = parser.take()
    if opener not in ("(", "["):
        raise _RefusedError
    argument = parser.name()
    parser.skip_right()
    if not argument or parser.take() != _CLOSERS[opener] or not parser.is_done:
        raise _RefusedError
    return "".join(tokens[:end]), argument


def _read_all(tokens: Sequence[str], argument: str | None) -> Expression:
    parser = _Parser(tokens, argument)
    expression = parser.sum()
    if not parser.is_done:
        raise _RefusedError
    return expression


class _Parser:
    """A parser by recursive descent: sums, products, powers, and what they are made of."""

    def __init__(self, tokens: Sequence[str], argument: str | None) -> None:
        self._tokens = tokens
        self._argument = argument
        self._depth = 0
        self.position = 0

    @property
    def is_done(self) -> bool:
        return self.position >= len(self._tokens)

    def peek(self, ahead: int = 0) -> str:
        place = self.position + ahead
        return self._tokens[place] if place < len(self._tokens) else ""

    def _is_next(self, token: str) -> bool:
        return self.peek() == token

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise _RefusedError
        self.position += 1
        return token

    def skip_left(self) -> None:
        if self.peek() == "\\left":
            self.take()

    def skip_right(self) -> None:
        if self.peek() == "\\right":
            self.take()

    def sum(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _RefusedError
        sign = self.take() if self.peek() in ("-", "+") else ""
        total = self._product()
        if sign == "-":
            total = Call("neg", (total,))
        while self.peek() in ("+", "-"):
            operation = "add" if self.take() == "+" else "sub"
            total = Call(operation, (total, self._product()))
        self._depth -= 1
        return total

    def _product(self) -> Expression:
        product = self._power()
        while (token := self.peek()) and token not in _ENDS and token not in ("+", "-"):
            if token in ("\\cdot", "\\times", "*", "\\ast"):
                self.take()
                product = Call("mul", (product, self._signed_power()))
            elif token in ("/", "\\div"):
                self.take()
                product = Call("div", (product, self._power()))
            else:
                product = Call("mul", (product, self._power()))
        return product

    def _signed_power(self) -> Expression:
        if self.peek() == "-":
            self.take()
            return Call("neg", (self._power(),))
        return self._power()

    def _power(self) -> Expression:
        base = self._base()
        if self.peek() == "^":
            self.take()
            base = self._raised(base, self._group())
        if self.peek() in ("^", "_", "'", "!"):
            raise _RefusedError
        return base

    def _raised(self, base: Expression, exponent: Expression) -> Expression:
        if exponent in (Name("T"), Name("H")):
            raise _RefusedError  # a transpose, rather than a power
        if base == Number(math.e):
            return Call("exp", (exponent,))
        return Call("pow", (base, exponent))

    def _group(self) -> Expression:
        """Read an argument: braces, or a single token."""
        if self.peek() != "{":
            token = self.take()
            if token.isdigit():
                # TeX takes one digit: `x^10` is x¹ beside a 0.
                if len(token) > 1:
                    raise _RefusedError
                return Number(float(token))
            return _read_all([token], self._argument)
        return self._inside("{")

    def _inside(self, opener: str) -> Expression:
        self.take()
        inner = self.sum()
        self.skip_right()
        if self.take() != _CLOSERS[opener]:
            raise _RefusedError
        return inner

    def _base(self) -> Expression:
        token = self.peek()
        if re.fullmatch(r"[\d.]+", token) and any(map(str.isdigit, token)):
            return Number(float(self.take()))
        if self._is_next("\\left"):
            self.take()
            token = self.peek()
            if token not in ("(", "[", "\\{", "|", "\\lvert"):
                raise _RefusedError
        if token in ("(", "[", "{", "\\{"):
            return self._inside(token)
        if token in ("|", "\\lvert"):
            return Call("abs", (self._inside(token),))
        if token in ("\\frac", "\\dfrac", "\\tfrac"):
            self.take()
            return Call("div", (self._group(), self._group()))
        if self._is_next("\\sqrt"):
            return self._root()
        if self._is_next("\\begin"):
            return self._cases()
        if self._is_next("\\pi"):
            self.take()
            return Number(math.pi)
        return self._function_or_name()

    def _root(self) -> Expression:
        self.take()
        if self.peek() != "[":
            return Call("sqrt", (self._group(),))
        self.take()
        degree = self.take()
        if not degree.isdigit() or self.take() != "]":
            raise _RefusedError
        return Call("pow", (self._group(), Call("div", (Number(1.0), Number(float(degree))))))

    def _function_or_name(self) -> Expression:
        start = self.position
        spelt = self._function_word()
        if spelt is not None:
            return self._called(spelt)
        self.position = start
        name = self.name()
        if not name:
            raise _RefusedError
        if name in ("e", "\\mathrm{e}"):
            return Number(math.e)
        after = self.peek(1) if self.peek() == "\\left" else self.peek()
        if after in ("(", "[") and name != self._argument and name not in _FACTORS:
            # `a (x + 1)` may be a product and may be a function of its own.
            raise _RefusedError
        return Name(name)

    def _function_word(self) -> str | None:
        token = self.take()
        if token.startswith("\\") and token[1:] in _FUNCTIONS:
            return _FUNCTIONS[token[1:]]
        if token in _UPRIGHT and self.peek() == "{":
            word = self._letters()
            return _FUNCTIONS.get(word)
        return None

    def _letters(self) -> str:
        self.take()
        letters = ""
        while (token := self.take()) != "}":
            letters += token
        return letters

    def _called(self, function: str) -> Expression:
        power: Expression | None = None
        if self.peek() == "_":
            self.take()
            base = self._group()
            known = {2.0: "log2", 10.0: "lg"}
            if function != "ln" or not isinstance(base, Number) or base.value not in known:
                raise _RefusedError
            function = known[base.value]
        if self.peek() == "^":
            self.take()
            power = self._group()
            if not isinstance(power, Number) or power.value < 1:
                raise _RefusedError  # an inverse, rather than a power
        arguments = self._arguments()
        if (len(arguments) == 1) == (function in ("max", "min")):
            raise _RefusedError
        called = Call(function, tuple(arguments))
        return Call("pow", (called, power)) if power else called

    def _arguments(self) -> list[Expression]:
        self.skip_left()
        opener = self.peek()
        if opener not in ("(", "[", "\\{"):
            return [self._bare_argument()]
        self.take()
        arguments = [self.sum()]
        while self.peek() == ",":
            self.take()
            arguments.append(self.sum())
        self.skip_right()
        if self.take() != _CLOSERS[opener]:
            raise _RefusedError
        return arguments

    def _bare_argument(self) -> Expression:
        r"""Read `\sin 2 \pi x`: a product without further functions."""
        argument = self._power()
        while (token := self.peek()) and token not in _ENDS and token not in ("+", "-"):
            if token.startswith("\\") and token[1:] in _FUNCTIONS:
                break
            if token in ("\\cdot", "\\times", "*", "(", "[", "\\left"):
                raise _RefusedError  # where the argument ends is a guess
            if self._is_next("/"):
                self.take()
                argument = Call("div", (argument, self._power()))
            else:
                argument = Call("mul", (argument, self._power()))
        return argument

    def any_name(self) -> None:
        """Step over a function's name, whatever its marks."""
        token = self.take()
        if token in _UPRIGHT or token in ("\\mathcal", "\\tilde", "\\hat", "\\bar"):
            if self.peek() != "{":
                raise _RefusedError
            self._letters()
        elif token.isalpha():
            while self.peek().isalpha() and self.peek().isascii():
                self.take()  # `lrate`, spelt in letters
        elif token not in _GREEK:
            raise _RefusedError
        while self.peek() in ("_", "^", "'"):
            if self.take() == "'":
                raise _RefusedError
            if self.peek() == "{":
                self._letters()
            else:
                self.take()

    def name(self) -> str:
        r"""Read a name: a letter, or letters joined by `\_`, with its subscript."""
        token = self.peek()
        if token in _GREEK:
            text = self.take()
        elif token in _UPRIGHT and self.peek(1) == "{":
            self.take()
            text = self._letters()
            if not re.fullmatch(r"[A-Za-z]+(?:\\_[A-Za-z]+)*", text):
                raise _RefusedError
        elif len(token) == 1 and token.isalpha() and token.isascii():
            text = self._spelt()
        else:
            return ""
        if self.peek() == "_":
            self.take()
            text += f"_{{{self._subscript()}}}"
        return text

    def _spelt(self) -> str:
        r"""Read a letter, or a word of letters if `\_` shows it to be one: `step\_num`."""
        end = self.position
        while end < len(self._tokens) and (
            self._tokens[end] == "\\_"
            or (self._tokens[end].isalpha() and self._tokens[end].isascii())
        ):
            end += 1
        word = self._tokens[self.position : end]
        if "\\_" in word:
            self.position = end
            return "".join(word)
        return self.take()

    def _subscript(self) -> str:
        if self.peek() == "{":
            letters = self._letters()
            for command in _UPRIGHT:
                letters = letters.replace(command + "{", "")
            letters = letters.replace("{", "").replace("}", "")
            self._finish_braces()
        else:
            letters = self.take()
        if not re.fullmatch(r"[A-Za-z0-9]{1,12}|\\[a-z]+", letters):
            raise _RefusedError
        return letters

    def _finish_braces(self) -> None:
        """Step over the brace that closes a font inside a subscript."""
        before = self._tokens[: self.position]
        if before.count("{") > before.count("}") and self.peek() == "}":
            self.take()

    def _cases(self) -> Expression:
        self.take()
        if self.peek() != "{" or self._letters() != "cases":
            raise _RefusedError
        arguments: list[Expression] = []
        while self.peek() != "\\end":
            value = self.sum()
            if self.peek() == ",":
                self.take()
            if self.peek() != "&":
                raise _RefusedError
            self.take()
            arguments += [value, self._condition()]
            if self.peek() in (",", ";", "."):
                self.take()
            if self.peek() == "\\\\":
                self.take()
        self.take()
        if self._letters() != "cases" or len(arguments) < 4:
            raise _RefusedError
        # The last case is what is left: its condition is not needed where all others fail.
        return Call("cases", tuple(arguments))

    def _condition(self) -> Expression:
        while self.peek() in ("\\text", "\\mbox", "\\mathrm", "\\textrm", "\\textnormal"):
            self.take()
            words = self._letters()
            if _OTHERWISE.fullmatch(words):
                return Call("true", ())
            if not _CONDITION_WORDS.fullmatch(words):
                raise _RefusedError
        sides = [self.sum()]
        conditions: list[Expression] = []
        while self.peek() in _RELATIONS:
            operation, is_turned = _RELATIONS[self.take()]
            sides.append(self.sum())
            pair = (sides[-1], sides[-2]) if is_turned else (sides[-2], sides[-1])
            conditions.append(Call(operation, pair))
        if not conditions:
            raise _RefusedError
        joined = conditions[0]
        for condition in conditions[1:]:
            joined = Call("and", (joined, condition))
        return joined


def read_domain(text: str, variable: str) -> tuple[float, float] | None:
    r"""Read where a variable lives, if a text says so in numbers: `x \in [0, 1]`, `x > 0`.

    Either end may be infinite; None if nothing is said.
    """
    name = re.escape(variable)
    number = r"(-?\s*(?:\\infty|\d*\s*\\pi|\d+(?:\.\d+)?))"
    low_or_equal, more = r"(?:\\leq?(?:slant)?|<)", r"(?:\\geq?(?:slant)?|>)"
    found = re.search(
        rf"(?<![\w\\]){name}\s*\\in\s*(?:\\left)?[\[(]\s*{number}\s*,\s*\+?{number}\s*(?:\\right)?[\])]"
        rf"|{number}\s*{low_or_equal}\s*{name}\s*{low_or_equal}\s*{number}",
        text,
    )
    if found:
        ends = [_end(each) for each in found.groups() if each]
        return (ends[0], ends[1]) if ends[0] < ends[1] else None
    above = re.search(rf"(?<![\w\\]){name}\s*{more}\s*{number}", text)
    if above:
        return (_end(above[1]), math.inf)
    return None


def _end(text: str) -> float:
    bare = text.replace(" ", "")
    sign = -1.0 if bare.startswith("-") else 1.0
    bare = bare.lstrip("-")
    if bare == "\\infty":
        return sign * math.inf
    if bare.endswith("\\pi"):
        return sign * math.pi * float(bare.removesuffix("\\pi") or 1)
    return sign * float(bare)
