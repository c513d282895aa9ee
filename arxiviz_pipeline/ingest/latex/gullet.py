"""The core of macro expansion: token sources, arguments, groups and the loop that drives them.

What commands do is installed from `definitions`, `conditionals` and `inputs`; what is left over is
for the `writer`. Everything is bounded: a paper that asks for more is read without expansion from
there on.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH, Lexer
from arxiviz_pipeline.ingest.latex.token_source import MOST_TOKENS, TokenSource
from arxiviz_pipeline.ingest.latex.vocabulary import (
    DISPLAY_ENVIRONMENTS,
    TEXT_BOXES,
    UNTOUCHABLE,
)

_MOST_EXPANSIONS = 200_000
_MOST_EXPANDED = 2_000_000  # tokens, all replacements together
_LONGEST_OPTION = 5_000  # tokens
_DEEPEST = 25  # expansions that wait for the result of others
NO_VALUE = r"\@NoValue"
TRUE, FALSE = r"\@BooleanTrue", r"\@BooleanFalse"
END_SCOPE = r"\@@endscope"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a macro.

    Attributes:
        kind: As in xparse: `m` mandatory, `o` optional, `s` a star, `t` a token, `d` optional
            between two signs; `u` what stands before a delimiter.
        signs: The token of `t`, the two signs of `d`, the delimiter of `u`.
        default: What an optional argument is when it does not stand there.
    """

    kind: str = "m"
    signs: tuple[str, ...] = ()
    default: tuple[str, ...] = (NO_VALUE,)


@dataclass(frozen=True, slots=True)
class Macro:
    """A definition: what must follow the name, the parameters, and the replacement."""

    body: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    prefix: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Primitive:
    r"""A command that is not expanded further, whatever its name means now: what `\let` keeps."""

    name: str


@dataclass(frozen=True, slots=True)
class Environment:
    r"""What an author's environment begins and ends with.

    Attributes:
        takes_body: Whether its text is an argument itself, in the place of `\BODY`.
    """

    begin: Macro
    end: tuple[str, ...]
    takes_body: bool = False


@dataclass(frozen=True, slots=True)
class TheoremKind:
    """An environment of theorems: what it is called, and whose numbers it counts with.

    Attributes:
        counter: The environment it shares numbers with, itself, or empty without numbers.
        within: The counter that its numbers begin anew with, or empty.
    """

    title: tuple[str, ...]
    counter: str
    within: str = ""


@dataclass(slots=True)
class _Group:
    in_math: bool
    meanings: dict[str, "Meaning | None"] = field(default_factory=dict)


Command = Callable[["Gullet", str], None]
Meaning = Macro | Primitive | Command


class Gullet(TokenSource):
    """Expands the tokens of a paper.

    Attributes:
        output: The tokens that are left, in order.
        meanings: What control sequences mean that are not left to the writer.
        fixed: What this paper's format means by itself, and the paper may not redefine.
        numbers: What registers and counters hold.
        in_math: Whether the next token stands in a formula.
        is_style: Whether a style file is being read, which may not redefine what papers use.
    """

    def __init__(self, commands: Mapping[str, Meaning]) -> None:
        super().__init__()
        self.output: list[str] = []
        self.meanings: dict[str, Meaning] = dict(commands)
        self.fixed: frozenset[str] = frozenset()
        self.environments: dict[str, Environment] = {}
        self.theorems: dict[str, TheoremKind] = {}
        self.comment_environments: set[str] = {"comment"}
        self.raw_environments: set[str] = set()
        self.packages: dict[str, str] = {}
        self.switches: set[str] = set()
        self.numbers: dict[str, int] = {}
        self.in_math = False
        self.is_style = False
        self.conditionals_are_broken = False
        self._groups: list[_Group] = []
        self._ends: list[tuple[str, tuple[str, ...]]] = []
        self._expansion_count = 0
        self._expanded_size = 0
        self._depth = 0

    def word(self) -> str:
        """Read an argument as text, expanded: a name, a number."""
        return "".join(self.expanded(self.argument())).strip()

    def name(self) -> str:
        r"""Read the control sequence to define: `\foo` or `{\foo}`."""
        for token in self.argument():
            if token[0] == "\\":
                return token
        return ""

    # Expansion

    def run(self) -> list[str]:
        """Expand everything; the output may be incomplete only if a bound is met."""
        self._run(self.output)
        return self.output

    def expanded(self, tokens: list[str]) -> list[str]:
        """Expand tokens on their own."""
        if self._depth >= _DEEPEST or not any(token[0] == "\\" for token in tokens):
            return tokens
        return self.run_apart(Lexer("", ""), tokens)

    def run_apart(self, lexer: Lexer, tokens: Iterable[str] = ()) -> list[str]:
        """Expand a file's tokens, or a few, without what follows in the paper."""
        if self._depth >= _DEEPEST:
            return []
        saved = self.lexer, self.pending, self.outer, self.in_math, len(self._groups)
        self.lexer, self.pending, self.outer = lexer, [], []
        self.push(tokens)
        self._depth += 1
        output: list[str] = []
        self._run(output)
        self._depth -= 1
        self.lexer, self.pending, self.outer, self.in_math, group_count = saved
        del self._groups[group_count:]
        return output

    def _run(self, output: list[str]) -> None:
        outer_output, self.output = self.output, output
        next_raw, meanings = self.next_raw, self.meanings
        while (token := next_raw()) is not None and len(output) < MOST_TOKENS:
            first = token[0]
            if first == "\\":
                meaning = meanings.get(token)
                if meaning is None:
                    self._emit_command(token)
                else:
                    self._apply(token, meaning)
            else:
                if first in "{}$":
                    self._mark(token)
                output.append(token)
        self.output = outer_output

    def _apply(self, token: str, meaning: Meaning) -> None:
        if isinstance(meaning, Macro):
            self.expand(token, meaning)
        elif isinstance(meaning, Primitive):
            self._emit_command(meaning.name)
        else:
            meaning(self, token)

    def expand(self, token: str, macro: Macro) -> None:
        """Put a macro's replacement before what is still to be read."""
        self._expansion_count += 1
        if self._expansion_count > _MOST_EXPANSIONS or self._expanded_size > _MOST_EXPANDED:
            self.output.append(token)
            return
        arguments = self.arguments(macro)
        written = substitute(macro.body, arguments) if arguments else macro.body
        self._expanded_size += len(written)
        self.push(written)

    def arguments(self, macro: Macro) -> list[list[str]]:
        """Read a macro's arguments."""
        for expected in macro.prefix:
            found = self.next_character()
            if found is not None and found != expected:
                self.pending.append(found)
                break
        return [self._argument_for(parameter) for parameter in macro.parameters]

    def _argument_for(self, parameter: Parameter) -> list[str]:
        match parameter.kind:
            case "o":
                found = self.option()
            case "d":
                found = self.option(parameter.signs[0], parameter.signs[1])
            case "s":
                return [TRUE if self.star() else FALSE]
            case "t":
                return [TRUE if self._token_follows(parameter.signs[0]) else FALSE]
            case "u":
                return self._until(parameter.signs)
            case _:
                return self.argument()
        return list(parameter.default) if found is None else found

    def _token_follows(self, wanted: str) -> bool:
        token = self.next_character()
        if token is not None and token != wanted:
            self.pending.append(token)
        return token == wanted

    def _until(self, delimiter: tuple[str, ...]) -> list[str]:
        """Read up to a delimiter outside of braces; a paragraph's end ends it as well."""
        found: list[str] = []
        depth = 0
        width = len(delimiter)
        while (token := self.next_character()) is not None:
            if depth == 0 and token == "}":
                self.pending.append(token)
                break
            depth += (token == "{") - (token == "}")
            found.append(token)
            if depth == 0 and tuple(found[-width:]) == delimiter:
                del found[-width:]
                break
            if token == PARAGRAPH and PARAGRAPH not in delimiter and len(found) > _LONGEST_OPTION:
                break
        is_group = len(found) > 1 and found[0] == "{" and _closes_at_end(found)
        return found[1:-1] if is_group else found

    def _emit_command(self, token: str) -> None:
        name = token[1:]
        if name in DISPLAY_ENVIRONMENTS and name != "math":
            self.begin(name)
        elif name.startswith("end") and name[3:] in DISPLAY_ENVIRONMENTS:
            self.end(name[3:])
        else:
            if token in (r"\(", r"\["):
                self.in_math = True
            elif token in (r"\)", r"\]"):
                self.in_math = False
            self.output.append(token)

    # Groups and environments

    def _mark(self, token: str) -> None:
        if token == "$":
            is_second = bool(self.output) and self.output[-1] == "$"
            self.in_math = self.in_math if is_second else not self.in_math
        elif token == "{":
            before = self.output[-1] if self.output else ""
            self.open_group()
            self.in_math = self.in_math and before not in TEXT_BOXES
        else:
            self.close_group()

    def open_group(self) -> None:
        """Remember what means what, and whether this is a formula."""
        self._groups.append(_Group(self.in_math))

    def close_group(self) -> None:
        """Take back what the group has defined."""
        if not self._groups:
            return
        group = self._groups.pop()
        self.in_math = group.in_math
        for name, meaning in group.meanings.items():
            if meaning is None:
                self.meanings.pop(name, None)
            else:
                self.meanings[name] = meaning

    def define(self, name: str, meaning: Meaning, *, is_global: bool = False) -> None:
        """Give a control sequence a meaning until its group ends."""
        if not name or name in UNTOUCHABLE or name in self.fixed:
            return
        if is_global:
            for group in self._groups:
                group.meanings.pop(name, None)
        elif self._groups:
            self._groups[-1].meanings.setdefault(name, self.meanings.get(name))
        self.meanings[name] = meaning

    def begin(self, name: str) -> None:
        """Open an environment: an author's one by its definition, others are left as they are."""
        self.open_group()
        environment = self.environments.get(name)
        if environment is None:
            self.in_math = self.in_math or name in DISPLAY_ENVIRONMENTS
            self.output.append(f"\\begin{{{name}}}")
            return
        arguments = self.arguments(environment.begin)
        if environment.takes_body:
            self.define(r"\BODY", Macro(tuple(self._environment_body(name))))
        self._ends.append((name, substitute(environment.end, arguments)))
        self.push(substitute(environment.begin.body, arguments))

    def _environment_body(self, name: str) -> list[str]:
        """Read up to the end of an environment, which is left to be read."""
        tail = [r"\end", "{", name, "}"]
        found: list[str] = []
        while (token := self.next_raw()) is not None:
            found.append(token)
            if token == "}" and found[-4:] == tail:
                del found[-4:]
                self.push(tail)
                break
        return found

    def end(self, name: str) -> None:
        """Close an environment."""
        if self._ends and self._ends[-1][0] == name:
            self.push([*self._ends.pop()[1], END_SCOPE])
        elif name in self.environments:
            self.push([*self.environments[name].end, END_SCOPE])
        else:
            self.output.append(f"\\end{{{name}}}")
            self.close_group()


def substitute(body: tuple[str, ...], arguments: list[list[str]]) -> tuple[str, ...]:
    """Put arguments in the places of their parameters."""
    written: list[str] = []
    for token in body:
        if token[0] != "#":
            written.append(token)
        elif token[1:].isdecimal():
            written.extend(
                arguments[int(token[1:]) - 1] if int(token[1:]) <= len(arguments) else ()
            )
        else:
            written.append(token[1:] or token)
    return tuple(written)


def _closes_at_end(tokens: list[str]) -> bool:
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token == "{") - (token == "}")
        if depth == 0:
            return index == len(tokens) - 1
    return False
