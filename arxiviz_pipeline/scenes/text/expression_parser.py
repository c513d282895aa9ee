"""Parses LaTeX of expressions in numbers and names, and refuses what is not surely one.

What defines a function among them is `functions`' business.
"""

import math
import re
from collections.abc import Sequence
from typing import Final

from arxiviz_pipeline.scenes.text.expressions import Call, Expression, Name, Number
from arxiviz_pipeline.scenes.text.word_lists import words_in

_TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|\d+(?:\.\d+)?|\.\d+|\s+|.", re.DOTALL)
_DEEPEST = 20
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
CLOSERS: Final = {"(": ")", "[": "]", "\\{": "\\}", "|": "|", "\\lvert": "\\rvert", "{": "}"}
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


class RefusedError(Exception):
    """It is not surely a formula of numbers."""


def tokens_of(tex: str) -> list[str]:
    """Split LaTeX into commands and characters, without what only makes space."""
    found = [token for token in _TOKEN.findall(_bare(tex)) if not token.isspace()]
    return [token for token in found if token not in _DROPPED]


def _bare(tex: str) -> str:
    text = re.sub(r"\\(?:label|tag\*?)\s*\{[^{}]*\}", "", tex).strip()
    inner = re.fullmatch(
        r"\\begin\{(aligned|split|gathered)\}(.*)\\end\{\1\}\s*[,.;]?", text, re.DOTALL
    )
    if inner and "\\\\" not in inner[2]:
        text = inner[2].replace("&", "")
    text = re.sub(r"(?:\\[ ,;:!]|~|\s)*[,.;](?:\\[ ,;:!]|~|\s)*$", "", text)
    return text.replace(":=", "=").replace("\\coloneqq", "=").replace("\\equiv", "=")


def read_expression(tokens: Sequence[str], argument: str | None) -> Expression:
    """Read all of the tokens as one expression.

    Args:
        tokens: As `tokens_of` splits them.
        argument: The variable, which a bracket may follow as a factor.

    Raises:
        RefusedError: If they are not surely one.
    """
    parser = ExpressionParser(tokens, argument)
    expression = parser.sum()
    if not parser.is_done:
        raise RefusedError
    return expression


class ExpressionParser:
    """A parser by recursive descent: sums, products, powers, and what they are made of."""

    def __init__(self, tokens: Sequence[str], argument: str | None) -> None:
        self._tokens = tokens
        self._argument = argument
        self._depth = 0
        self.position = 0

    @property
    def is_done(self) -> bool:
        """Whether no token is left."""
        return self.position >= len(self._tokens)

    def peek(self, ahead: int = 0) -> str:
        """Return a token without taking it; an empty string behind the last."""
        place = self.position + ahead
        return self._tokens[place] if place < len(self._tokens) else ""

    def _is_next(self, token: str) -> bool:
        return self.peek() == token

    def take(self) -> str:
        """Take the next token."""
        token = self.peek()
        if not token:
            raise RefusedError
        self.position += 1
        return token

    def skip_left(self) -> None:
        r"""Pass a `\left`."""
        if self.peek() == "\\left":
            self.take()

    def skip_right(self) -> None:
        r"""Pass a `\right`."""
        if self.peek() == "\\right":
            self.take()

    def sum(self) -> Expression:
        """Read terms and what joins them."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RefusedError
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
            raise RefusedError
        return base

    def _raised(self, base: Expression, exponent: Expression) -> Expression:
        if exponent in (Name("T"), Name("H")):
            raise RefusedError  # a transpose, rather than a power
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
                    raise RefusedError
                return Number(float(token))
            return read_expression([token], self._argument)
        return self._inside("{")

    def _inside(self, opener: str) -> Expression:
        self.take()
        inner = self.sum()
        self.skip_right()
        if self.take() != CLOSERS[opener]:
            raise RefusedError
        return inner

    def _base(self) -> Expression:
        token = self.peek()
        if re.fullmatch(r"[\d.]+", token) and any(map(str.isdigit, token)):
            return Number(float(self.take()))
        if self._is_next("\\left"):
            self.take()
            token = self.peek()
            if token not in ("(", "[", "\\{", "|", "\\lvert"):
                raise RefusedError
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
            raise RefusedError
        return Call("pow", (self._group(), Call("div", (Number(1.0), Number(float(degree))))))

    def _function_or_name(self) -> Expression:
        start = self.position
        spelt = self._function_word()
        if spelt is not None:
            return self._called(spelt)
        self.position = start
        name = self.name()
        if not name:
            raise RefusedError
        if name in ("e", "\\mathrm{e}"):
            return Number(math.e)
        after = self.peek(1) if self.peek() == "\\left" else self.peek()
        if after in ("(", "[") and name != self._argument and name not in _FACTORS:
            # `a (x + 1)` may be a product and may be a function of its own.
            raise RefusedError
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
                raise RefusedError
            function = known[base.value]
        if self.peek() == "^":
            self.take()
            power = self._group()
            if not isinstance(power, Number) or power.value < 1:
                raise RefusedError  # an inverse, rather than a power
        arguments = self._arguments()
        if (len(arguments) == 1) == (function in ("max", "min")):
            raise RefusedError
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
        if self.take() != CLOSERS[opener]:
            raise RefusedError
        return arguments

    def _bare_argument(self) -> Expression:
        r"""Read `\sin 2 \pi x`: a product without further functions."""
        argument = self._power()
        while (token := self.peek()) and token not in _ENDS and token not in ("+", "-"):
            if token.startswith("\\") and token[1:] in _FUNCTIONS:
                break
            if token in ("\\cdot", "\\times", "*", "(", "[", "\\left"):
                raise RefusedError  # where the argument ends is a guess
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
                raise RefusedError
            self._letters()
        elif token.isalpha():
            while self.peek().isalpha() and self.peek().isascii():
                self.take()  # `lrate`, spelt in letters
        elif token not in _GREEK:
            raise RefusedError
        while self.peek() in ("_", "^", "'"):
            if self.take() == "'":
                raise RefusedError
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
                raise RefusedError
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
            raise RefusedError
        return letters

    def _finish_braces(self) -> None:
        """Step over the brace that closes a font inside a subscript."""
        before = self._tokens[: self.position]
        if before.count("{") > before.count("}") and self.peek() == "}":
            self.take()

    def _cases(self) -> Expression:
        self.take()
        if self.peek() != "{" or self._letters() != "cases":
            raise RefusedError
        arguments: list[Expression] = []
        while self.peek() != "\\end":
            value = self.sum()
            if self.peek() == ",":
                self.take()
            if self.peek() != "&":
                raise RefusedError
            self.take()
            arguments += [value, self._condition()]
            if self.peek() in (",", ";", "."):
                self.take()
            if self.peek() == "\\\\":
                self.take()
        self.take()
        if self._letters() != "cases" or len(arguments) < 4:
            raise RefusedError
        # The last case is what is left: its condition is not needed where all others fail.
        return Call("cases", tuple(arguments))

    def _condition(self) -> Expression:
        while self.peek() in ("\\text", "\\mbox", "\\mathrm", "\\textrm", "\\textnormal"):
            self.take()
            words = self._letters()
            if _OTHERWISE.fullmatch(words):
                return Call("true", ())
            if not _CONDITION_WORDS.fullmatch(words):
                raise RefusedError
        sides = [self.sum()]
        conditions: list[Expression] = []
        while self.peek() in _RELATIONS:
            operation, is_turned = _RELATIONS[self.take()]
            sides.append(self.sum())
            pair = (sides[-1], sides[-2]) if is_turned else (sides[-2], sides[-1])
            conditions.append(Call(operation, pair))
        if not conditions:
            raise RefusedError
        joined = conditions[0]
        for condition in conditions[1:]:
            joined = Call("and", (joined, condition))
        return joined
