r"""Cuts LaTeX into tokens, and hands them out one by one.

A token is a control sequence, a mark such as `{` or `^`, or a run of ordinary characters. What
TeX reads on after a command (`\kern 2pt`, `\\[1ex]`, `\begin{array}`) is one lexeme with it.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

DIMENSION: Final = (
    r"[-+]?\s*(?:\d+[.,]?\d*|[.,]\d+)\s*(?:true\s*)?(?:pt|em|ex|mu|cm|mm|in|pc|bp|dd|cc|sp)"
)
_GLUE: Final = (
    rf"{DIMENSION}(?:\s*plus\s*[-.\d]+\s*[a-z]{{2,4}})?(?:\s*minus\s*[-.\d]+\s*[a-z]{{2,4}})?"
)
# `%` ends a line unless escaped; LaTeXML wraps long formulas with it.
_COMMENT: Final = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*(?:\n[ \t]*|$)")
_CONTROL_WORD_AT_END: Final = re.compile(r"\\[A-Za-z]+$")
_SPACES: Final = r"kern|mkern|hskip|mskip"
_LENGTHS: Final = (
    r"(?:mathsurround|thinmuskip|medmuskip|thickmuskip|arraycolsep|tabcolsep|jot|baselineskip"
    r"|lineskip|lineskiplimit|abovedisplayskip|belowdisplayskip|abovedisplayshortskip|tabskip"
    r"|belowdisplayshortskip|nulldelimiterspace|delimitershortfall|hsize|parindent|vskip|openup"
    r"|raise|lower|moveleft|moveright|unitlength|fboxsep|fboxrule|arrayrulewidth|scriptspace)"
)
_NUMBERS: Final = r"(?:penalty|delimiterfactor|char|mathchar|fam|binoppenalty|relpenalty|tolerance)"
_REGISTER: Final = re.compile(rf"\d*=?(?:by)?(?:{DIMENSION})?")
_LONGEST_LOOK: Final = 300  # tokens
_NEAR: Final = 12  # tokens
_TOKEN: Final = re.compile(
    r"\\(?:begin|end)\s*\{\s*[A-Za-z]+\*?\s*\}"
    r"|\\\\(?:\s*\*)?(?:\s*\[\s*(?:-?[\d.]+\s*)?(?:[a-z]{2}|\\[A-Za-z]+)\s*\])?"
    rf"|\\(?:{_SPACES})\s*=?\s*{_GLUE}"
    rf"|\\{_LENGTHS}\s*=?\s*{_GLUE}"
    rf"|\\{_NUMBERS}\s*=?\s*(?:[-+]?\d+|\"[0-9A-F]+|'[0-7]+|`\\?.)"
    rf"|\\[hv]rule(?:\s*(?:width|height|depth)\s*{DIMENSION})+"
    rf"|\\[hv](?:box|top|center)\s*(?:to|spread)\s*(?:{DIMENSION}|[\d.]*\\[A-Za-z]+)"
    r"|\\(?:[A-Za-z]+(?:@[A-Za-z@]*)?|@[A-Za-z@]*)"
    r"|\\.|\\"
    r"|\s+|#\d"
    r"|[A-Za-z0-9+\-*/=<>.,:;!?~`\"@]+"
    r"|.",
    re.DOTALL,
)


def tokenize(tex: str) -> list[str]:
    """Cut LaTeX into tokens, without its comments."""
    return _TOKEN.findall(join_wrapped_lines(tex) if "%" in tex else tex)


def join_wrapped_lines(tex: str) -> str:
    """Take out comments with the line ends that they hide."""
    pieces: list[str] = []
    position = 0
    for comment in _COMMENT.finditer(tex):
        piece = tex[position : comment.start()] + comment[1]
        # The line's end also ended the control word before it: `\mathrm%` and `x` below.
        if _CONTROL_WORD_AT_END.search(piece) and tex[comment.end() : comment.end() + 1].isalpha():
            piece += " "
        pieces.append(piece)
        position = comment.end()
    return "".join([*pieces, tex[position:]])


class TokenStream:
    """Tokens to read, to which more can be given back in front."""

    def __init__(self, tokens: Iterable[str]) -> None:
        """Read these tokens, first to last."""
        self._rest = list(tokens)
        self._rest.reverse()
        self.last_taken = ""

    def next(self) -> str | None:
        """Take the next token; None at the end."""
        return self._rest.pop() if self._rest else None

    def peek(self) -> str | None:
        """Look at the next token that is not white space, which is taken away."""
        while self._rest:
            lexeme = self._rest[-1]
            if not lexeme.isspace():
                return lexeme
            self._rest.pop()
        return None

    def upcoming(self) -> str | None:
        """Look at the very next token."""
        return self._rest[-1] if self._rest else None

    def take_register(self) -> None:
        r"""Take a register's number with what it is set to: the `0=3pt` of `\dimen0=3pt`."""
        self.peek()
        if self._rest and (found := _REGISTER.match(self._rest[-1])):
            self._cut(found.end())

    def take_up_to(self, lexeme: str) -> list[str]:
        """Take what stands before this token, if it is near."""
        near = self._rest[: -_NEAR - 1 : -1]
        if lexeme not in near:
            return []
        taken = near[: near.index(lexeme)]
        del self._rest[len(self._rest) - len(taken) :]
        return taken

    def rest(self) -> list[str]:
        """Look at all that is left."""
        return self._rest[::-1]

    def group_ahead(self) -> list[str] | None:
        """Look at what the group that follows holds; None if there is none, or a long one."""
        if self.peek() != "{":
            return None
        depth = 0
        for place in range(len(self._rest) - 1, max(-1, len(self._rest) - _LONGEST_LOOK), -1):
            lexeme = self._rest[place]
            depth += (lexeme == "{") - (lexeme == "}")
            if depth == 0:
                return self._rest[place + 1 : -1][::-1]
        return self._rest[-2::-1] if len(self._rest) < _LONGEST_LOOK else None

    def is_next(self, lexeme: str) -> bool:
        """Tell whether the very next token is this one."""
        return bool(self._rest) and self._rest[-1] == lexeme

    def give_back(self, tokens: Iterable[str]) -> None:
        """Put tokens in front of what is left."""
        fresh = list(tokens)
        fresh.reverse()
        self._rest += fresh

    def take_star(self) -> bool:
        """Take a star that belongs to the command just read."""
        if self._rest and self._rest[-1].startswith("*"):
            self._cut(1)
            return True
        return False

    def argument(self) -> list[str] | None:
        """Read an argument as TeX does: a group without its braces, or one character."""
        lexeme = self.peek()
        if lexeme is None or lexeme in ("}", "&", "$") or lexeme.startswith("\\\\"):
            return None
        if lexeme == "{":
            self._rest.pop()
            return self.until("}")
        return [self._cut(1) if lexeme[0] != "\\" else self._rest.pop()]

    def option(self) -> list[str] | None:
        """Read what stands in brackets, if brackets follow."""
        if self.peek() != "[":
            return None
        self._rest.pop()
        return self.until("]")

    def until(self, *closing: str) -> list[str]:
        """Read up to one of these tokens outside of groups, and take it away.

        A brace that closes what was opened before ends the reading too, and stays.
        """
        self.last_taken = ""
        found: list[str] = []
        depth = 0
        while self._rest:
            lexeme = self._rest.pop()
            if depth == 0 and lexeme in closing:
                self.last_taken = lexeme
                return found
            depth += (lexeme == "{") - (lexeme == "}")
            if depth < 0:
                self._rest.append(lexeme)
                return found
            found.append(lexeme)
        return found

    def _cut(self, length: int) -> str:
        lexeme = self._rest.pop()
        if len(lexeme) > length:
            self._rest.append(lexeme[length:])
        return lexeme[:length]


Action = Callable[[TokenStream, str], list[str] | None]
"""What rewrites a command, with the tokens after it; None leaves it as it is."""
