"""Edits a script by its syntax tree: what no edit touches keeps its text, comments and all."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from arxiviz_pipeline.domain.python_source import parse_python


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement in a script's text.

    Attributes:
        start: The offset of the first character that goes.
        end: The offset of the first that stays.
        why: A sentence that names the change.
    """

    start: int
    end: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A changed script, and what was changed, a sentence each."""

    code: str
    changes: tuple[str, ...]


class Source:
    """A script that parses, with the places of its nodes."""

    def __init__(self, code: str) -> None:
        """Parse a script.

        Raises:
            SyntaxError: If Python cannot.
        """
        self.code = code
        self.tree = parse_python(code)

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.code.encode().splitlines(keepends=True)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        for line in self._lines:
            starts.append(starts[-1] + len(line.decode()))
        return starts

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node, outer ones first."""
        return list(ast.walk(self.tree))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """Each node's parent."""
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    @property
    def calls(self) -> Iterator[ast.Call]:
        """Every call."""
        return (node for node in self.nodes if isinstance(node, ast.Call))

    @property
    def classes(self) -> Iterator[ast.ClassDef]:
        """Every class."""
        return (node for node in self.nodes if isinstance(node, ast.ClassDef))

    @property
    def before_classes(self) -> int:
        """Where what all classes are to know can be written; the end, if there is none."""
        starts = [
            self.start(each.decorator_list[0]) - 1 if each.decorator_list else self.start(each)
            for each in self.classes
        ]
        return min(starts, default=len(self.code))

    @property
    def statements(self) -> Iterator[ast.stmt]:
        """Every statement."""
        return (node for node in self.nodes if isinstance(node, ast.stmt))

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a place as the tree tells it: line from 1, column in bytes."""
        if line > len(self._lines):
            return len(self.code)
        return self._line_starts[line - 1] + len(self._lines[line - 1][:column].decode())

    def start(self, node: ast.AST) -> int:
        """Return where a node's text starts."""
        return self.offset(node.lineno, node.col_offset)  # pyright: ignore[reportAttributeAccessIssue]

    def end(self, node: ast.AST) -> int:
        """Return where a node's text ends."""
        return self.offset(node.end_lineno, node.end_col_offset)  # pyright: ignore[reportAttributeAccessIssue]

    def text(self, node: ast.AST) -> str:
        """Return a node's text."""
        return self.code[self.start(node) : self.end(node)]

    def replace(self, node: ast.AST, text: str, why: str) -> Edit:
        """Put other text in a node's place."""
        return Edit(self.start(node), self.end(node), text, why)

    def remove_statement(self, statement: ast.stmt, why: str) -> Edit:
        """Take a statement out; `pass` takes the place of the only one in its block."""
        parent = self.parents[statement]
        blocks = [
            block
            for name in ("body", "orelse", "finalbody")
            if isinstance(block := getattr(parent, name, None), list) and statement in block
        ]
        alone = bool(blocks) and len(blocks[0]) == 1 and not isinstance(parent, ast.Module)
        start, end = self.start(statement), self.end(statement)
        for decorator in getattr(statement, "decorator_list", ()):
            start = min(start, self.start(decorator) - 1)
        if alone:
            return Edit(start, end, "pass", why)
        line_start = self.code.rfind("\n", 0, start) + 1
        line_end = self.code.find("\n", end)
        line_end = len(self.code) if line_end < 0 else line_end + 1
        rest = self.code[end:line_end].strip()
        if self.code[line_start:start].strip() or (rest and not rest.startswith("#")):
            return Edit(start, end, "pass", why)  # it shares its line
        return Edit(line_start, line_end, "", why)

    def remove_argument(self, call: ast.Call, argument: ast.expr | ast.keyword, why: str) -> Edit:
        """Take one argument out of a call, with its comma."""
        every = sorted([*call.args, *call.keywords], key=self.start)
        place = every.index(argument)
        start, end = self.start(argument), self.end(argument)
        if isinstance(argument, ast.keyword) and argument.arg is None:
            pass  # the tree's place of a `**` is that of its stars
        if place + 1 < len(every):
            return Edit(start, self.start(every[place + 1]), "", why)
        if place > 0:
            return Edit(self.end(every[place - 1]), end, "", why)
        return Edit(start, end, "", why)

    def at_line(self, line: int | None) -> ast.stmt | None:
        """Return the innermost statement on a line; a compound one has its head alone."""
        found: ast.stmt | None = None
        for statement in self.statements:
            if line is None or not statement.lineno <= line <= (statement.end_lineno or 0):
                continue
            if found is None or statement.lineno >= found.lineno:
                found = statement
        return found


def stands_in(node: ast.AST, statement: ast.stmt | None) -> bool:
    """Tell whether a node starts on the lines of a statement."""
    if statement is None:
        return False
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    return first <= node.lineno <= last  # pyright: ignore[reportAttributeAccessIssue]


def apply_edits(code: str, edits: Iterable[Edit]) -> Mended:
    """Make changes to a script; of two that touch each other the first alone."""
    pieces: list[str] = []
    changes: dict[str, None] = {}
    reached = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < reached or code[edit.start : edit.end] == edit.text:
            continue
        pieces += [code[reached : edit.start], edit.text]
        reached = edit.end
        if edit.why:
            changes[edit.why] = None
    pieces.append(code[reached:])
    return Mended("".join(pieces), tuple(changes))


def parses(code: str) -> bool:
    """Tell whether Python can read a script."""
    try:
        parse_python(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
