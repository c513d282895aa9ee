r"""Keeps the macros that a formula defines itself, and fills templates with arguments."""

from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.ingest.formulas.tokens import TokenStream
from arxiviz_pipeline.ingest.formulas.word_lists import words_in

_MOST_ARGUMENTS: Final = 9  # TeX's own limit
_DEFINING: Final = words_in(r"""
    \newcommand \renewcommand \providecommand \DeclareRobustCommand \DeclareMathOperator
    """)
DEFINING: Final = frozenset([*_DEFINING, r"\def", r"\gdef", r"\edef", r"\xdef", r"\let"])


class Macros:
    """What a formula has defined so far."""

    def __init__(self, stream: TokenStream) -> None:
        """Read definitions and arguments from here."""
        self.stream = stream
        self._macros: dict[str, tuple[int, list[str] | None, list[str]]] = {}

    def __contains__(self, command: str) -> bool:
        return command in self._macros

    def expanded(self, lexeme: str) -> list[str]:
        """Write a macro with the arguments that follow."""
        count, default, body = self._macros[lexeme]
        arguments: list[list[str]] = []
        if default is not None:
            given = self.stream.option()
            arguments.append(default if given is None else given)
        arguments += [self.stream.argument() or [] for _ in range(count - len(arguments))]
        return list(filled(body, arguments))

    def define(self, lexeme: str) -> None:
        """Learn what follows a command of `DEFINING`."""
        match lexeme:
            case r"\let":
                self._let()
            case r"\def" | r"\gdef" | r"\edef" | r"\xdef":
                self._define_plainly()
            case _:
                self._define(lexeme)

    def _define(self, lexeme: str) -> None:
        self.stream.take_star()
        name = self.stream.argument() or []
        count = self.stream.option()
        default = self.stream.option()
        body = self.stream.argument() or []
        if lexeme == r"\DeclareMathOperator":
            body = [r"\operatorname", "{", *body, "}"]
        text = "".join(count or [])
        self._learn(name, int(text) if text in "123456789" and text else 0, default, body)

    def _define_plainly(self) -> None:
        name = self.stream.argument() or []
        count = 0
        while (mark := self.stream.next()) is not None and mark != "{":
            count += mark[0] == "#"
        self._learn(name, count, None, self.stream.until("}"))

    def _let(self) -> None:
        name = self.stream.argument() or []
        if self.stream.peek() == "=":
            self.stream.next()
        self._learn(name, 0, None, self.stream.argument() or [])

    def _learn(
        self, name: list[str], count: int, default: list[str] | None, body: list[str]
    ) -> None:
        commands = [part for part in name if part[0] == "\\"]
        if len(commands) == 1 and commands != body:
            self._macros[commands[0]] = (min(count, _MOST_ARGUMENTS), default, body)


def filled(template: list[str], arguments: list[list[str]]) -> Iterator[str]:
    """Put arguments in their places; a script that comes to nothing is left out."""
    skip = 0
    for at, lexeme in enumerate(template):
        if skip:
            skip -= 1
        elif lexeme[0] == "#" and len(lexeme) > 1:
            place = int(lexeme[1]) - 1
            yield from arguments[place] if 0 <= place < len(arguments) else ()
        elif lexeme == "^" and _is_empty_script(template[at + 1 : at + 4], arguments):
            skip = 3
        else:
            yield lexeme


def _is_empty_script(tokens: list[str], arguments: list[list[str]]) -> bool:
    if len(tokens) < 3 or tokens[0] != "{" or tokens[2] != "}" or tokens[1][0] != "#":
        return False
    place = int(tokens[1][1:] or 0) - 1
    return 0 <= place < len(arguments) and not arguments[place]
