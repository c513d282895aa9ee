r"""A paper's expanded tokens, with the brace or `\end` that belongs to each opening one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from arxiviz_pipeline.ingest.latex.gullet import TheoremKind
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH

NONE = -1
_SIGNS = re.compile(r"([\[\]*])")


@dataclass(frozen=True, slots=True)
class Document:
    r"""What is left of a paper's sources after expansion.

    Attributes:
        tokens: As the lexer makes them; `\begin{…}` and `\end{…}` are one token each.
        partners: For each token that opens something, where it closes, or `NONE`.
        theorems: The kinds of theorem it declares, by environment.
        packages: Options of the packages and classes it loads.
        labels: The numbers of what is labelled.
        theorem_numbers: The number of the theorem that begins at a token.
    """

    tokens: list[str]
    partners: list[int]
    theorems: Mapping[str, TheoremKind]
    packages: Mapping[str, str]
    labels: dict[str, str] = field(default_factory=dict)
    theorem_numbers: dict[int, str] = field(default_factory=dict)

    @property
    def is_latex(self) -> bool:
        """Whether it marks its structure as LaTeX does; plain TeX has but signs of it."""
        return r"\begin{document}" in self.tokens


class Cursor:
    """A place in a document's tokens, with what reads arguments there."""

    def __init__(self, document: Document, start: int, end: int) -> None:
        self.document = document
        self.position = start
        self.end = end
        self._tokens = document.tokens

    def skip_spaces(self) -> None:
        """Go on to the next token that is no space."""
        while self.position < self.end and self._tokens[self.position] == " ":
            self.position += 1

    def peek(self) -> str:
        """Return the next token that is no space; empty at the end."""
        self.skip_spaces()
        return self._tokens[self.position] if self.position < self.end else ""

    def star(self) -> bool:
        """Step over a star, if one stands here."""
        if self.peek() != "*":
            return False
        self.position += 1
        return True

    def group(self) -> tuple[int, int] | None:
        """Read a group in braces: where its content starts and ends."""
        if self.peek() != "{":
            return None
        start = self.position
        close = self.document.partners[start]
        if close == NONE or close >= self.end:
            self.position += 1
            return start + 1, start + 1
        self.position = close + 1
        return start + 1, close

    def argument(self) -> tuple[int, int]:
        """Read an argument: a group, or one token."""
        found = self.group()
        if found is not None:
            return found
        if self.position < self.end and self._tokens[self.position] not in ("}", r"\par"):
            self.position += 1
            return self.position - 1, self.position
        return self.position, self.position

    def option(self) -> tuple[int, int] | None:
        """Read an optional argument, None if none stands here."""
        if self.peek() != "[":
            return None
        start, close = self.position + 1, self.document.partners[self.position]
        if close == NONE or close >= self.end:
            return None
        self.position = close + 1
        return start, close

    def text(self, span: tuple[int, int]) -> str:
        """Return a span's tokens as they stand: a key, a name."""
        return "".join(self._tokens[slice(*span)]).strip()


def make_document(
    tokens: Iterable[str], theorems: Mapping[str, TheoremKind], packages: Mapping[str, str]
) -> Document:
    """Set out expanded tokens for reading: brackets and stars alone, partners found."""
    cut: list[str] = []
    for token in tokens:
        if token[0] not in "\\\0" and len(token) > 1 and _SIGNS.search(token):
            cut.extend(filter(None, _SIGNS.split(token)))
        else:
            cut.append(token)
    return Document(cut, _partners(cut), theorems, packages)


def _partners(tokens: list[str]) -> list[int]:
    partners = [NONE] * len(tokens)
    braces: list[int] = []
    brackets: list[list[int]] = [[]]  # those still open, in each group
    environments: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        if token == "{":
            braces.append(index)
            brackets.append([])
        elif token == "}" and braces:
            partners[braces.pop()] = index
            brackets.pop()
        elif token == "[":
            brackets[-1].append(index)
        elif token in ("]", PARAGRAPH):
            for opening in brackets[-1] if token == "]" else ():
                partners[opening] = index
            brackets[-1].clear()
        elif token.startswith(r"\begin{"):
            environments.setdefault(token[7:], []).append(index)
        elif token.startswith(r"\end{") and environments.get(token[5:]):
            partners[environments[token[5:]].pop()] = index
    return partners
