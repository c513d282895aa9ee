"""Makes Python of what is not quite Python: fences and prose around it, quotes, indentation.

One mend at a time, and only where Python then reads further than before.
"""

import ast
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Final

from arxiviz_pipeline.domain.python_source import parse_python
from arxiviz_pipeline.scenes.repair.faults import despite_faults
from arxiviz_pipeline.scenes.repair.formula_strings import f_strings_of_formulas
from arxiviz_pipeline.scenes.repair.source import Mended

_MOST_ROUNDS: Final = 25
_MOST_CUT: Final = 60  # lines
_LARGEST_CUT: Final = 0.4  # of the lines, where an end is missing
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[ \t]*[\w+-]*[ \t]*$", re.MULTILINE)
_CODE_START = re.compile(r"^(?:from\s+\w|import\s+\w|class\s+\w|@|def\s+\w|#)")
_INVISIBLE: Final = {
    "\u200b": "",
    "\ufeff": "",
    "\u200d": "",
    "\xa0": " ",
    "\u2028": "\n",
    "\x00": "",
}
_QUOTES: Final = {"“": '"', "”": '"', "„": '"', "″": '"', "‘": "'", "’": "'", "`": "'"}
_SIGNS: Final = {"−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "…": "...", "≤": "<=", "≥": ">="}
_CLOSERS: Final = {"(": ")", "[": "]", "{": "}"}

Mend = Callable[[str, SyntaxError], Iterator[tuple[str, str]]]


def mend_text(code: str) -> Mended:
    """Mend a script until Python can read it, as far as that succeeds."""
    changes: list[str] = []
    code, unwrapped = _unwrap(code)
    changes += unwrapped
    for _ in range(_MOST_ROUNDS):
        error = _syntax_error(code)
        if error is None:
            break
        better = next(_improvements(code, error), None)
        if better is None:
            break
        code, change = better
        changes.append(change)
    return Mended(code, tuple(dict.fromkeys(changes)))


def _unwrap(code: str) -> tuple[str, list[str]]:
    changes: list[str] = []
    if "\n" not in code.strip() and "\\n" in code:
        escaped = code.strip().strip('"').encode("latin-1", "backslashreplace")
        code = escaped.decode("unicode_escape", "replace")
        changes.append("Escaped line ends were made real ones.")
    cleaned = code.replace("\r\n", "\n").replace("\r", "\n")
    for sign, plain in _INVISIBLE.items():
        cleaned = cleaned.replace(sign, plain)
    if _syntax_error(code) is not None and cleaned != code:
        code = cleaned
        changes.append("Invisible characters were taken out.")
    if _FENCE.search(code) and _syntax_error(code) is not None:
        blocks = _FENCE.split(code)
        code = max(blocks, key=lambda block: ("class " in block, "import" in block, len(block)))
        code = code.strip("\n") + "\n"
        changes.append("Markdown around the code was taken off.")
    return code, changes


def _improvements(code: str, error: SyntaxError) -> Iterator[tuple[str, str]]:
    """Yield what reads further; of one mend's ways, first what makes the whole script Python."""
    before = _unread(code, error)
    for mend in _MENDS:
        further: list[tuple[str, str]] = []
        for candidate, change in despite_faults(mend(code, error)):
            if candidate == code:
                continue
            still = _syntax_error(candidate)
            if still is not None and _unread(candidate, still) < before:
                further.append((candidate, change))
            elif still is None and not _strands_self(candidate):
                yield candidate, change
        yield from further


def _strands_self(code: str) -> bool:
    """Tell whether a class's own statements use `self`, which methods alone have."""
    return any(
        isinstance(node, ast.Name) and node.id == "self"
        for definition in ast.walk(parse_python(code))
        if isinstance(definition, ast.ClassDef)
        for statement in definition.body
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for node in ast.walk(statement)
    )


def _unread(code: str, error: SyntaxError) -> int:
    """Count the lines that Python has not reached."""
    return len(code.rstrip().splitlines()) - (error.lineno or 0)


def _syntax_error(code: str) -> SyntaxError | None:
    try:
        parse_python(code)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error), ("", 0, 0, ""))
    return None


def _dedented(code: str, error: SyntaxError) -> Iterator[tuple[str, str]]:
    yield textwrap.dedent(code), "The whole script was indented."
    if isinstance(error, IndentationError):
        # As an editor shows them, if that is Python: tabs are 8 columns there, or 4.
        every = [code.expandtabs(width) for width in (8, 4)]
        whole = [each for each in every if _syntax_error(each) is None]
        yield from ((each, "Tabs became spaces.") for each in [*whole, every[1]])


def _straight_quotes(code: str, error: SyntaxError) -> Iterator[tuple[str, str]]:
    lines = code.splitlines()
    for table in (_QUOTES, _SIGNS, _QUOTES | _SIGNS):
        yield _on_line(lines, error, str.maketrans(table)), "Typographic signs became plain ones."
    yield code.translate(str.maketrans(_QUOTES)), "Typographic quotes became plain ones."
    yield code.translate(str.maketrans(_QUOTES | _SIGNS)), "Typographic signs became plain ones."


def _on_line(lines: list[str], error: SyntaxError, table: dict[int, str]) -> str:
    index = (error.lineno or 1) - 1
    return "\n".join(
        line.translate(table) if number == index else line for number, line in enumerate(lines)
    )


def _without_prose(code: str, error: SyntaxError) -> Iterator[tuple[str, str]]:
    lines = code.splitlines()
    number = (error.lineno or 1) - 1
    first = next((i for i, line in enumerate(lines) if _CODE_START.match(line)), None)
    if first and number < first:
        yield "\n".join(lines[first:]) + "\n", "Prose before the code was taken off."
    if number < len(lines) and lines[number][:1].strip() and number > len(lines) / 2:
        yield "\n".join(lines[:number]) + "\n", "Prose after the code was taken off."
    if number < len(lines) and lines[number][:1].strip():
        yield _commented(lines, number), "A line of prose became a comment."


def _commented(lines: list[str], number: int) -> str:
    return "\n".join([*lines[:number], f"# {lines[number]}", *lines[number + 1 :]]) + "\n"


def _reindented(code: str, error: SyntaxError) -> Iterator[tuple[str, str]]:
    if not isinstance(error, IndentationError):
        return
    lines = code.splitlines()
    number = min((error.lineno or 1), len(lines)) - 1
    change = "An indentation slip was set right."
    above = next((line for line in reversed(lines[:number]) if line.strip()), "")
    indents = {len(line) - len(line.lstrip()) for line in lines[:number] if line.strip()}
    own = len(lines[number]) - len(lines[number].lstrip())
    deeper = len(above) - len(above.lstrip()) + 4
    if "expected an indented block" in error.msg:
        yield _indented(lines, number, deeper, block=True), change
        yield "\n".join([*lines[:number], " " * deeper + "pass", *lines[number:]]) + "\n", change
    for indent in sorted(indents, key=lambda each: abs(each - own)):
        yield _indented(lines, number, indent, block=False), change
        yield _indented(lines, number, indent, block=True), change


def _indented(lines: list[str], number: int, indent: int, *, block: bool) -> str:
    own = len(lines[number]) - len(lines[number].lstrip())
    result = list(lines)
    for index in range(number, len(lines)):
        line = lines[index]
        at = len(line) - len(line.lstrip())
        if index > number and (not block or (line.strip() and at < own)):
            break
        if line.strip():
            result[index] = " " * max(0, at - own + indent) + line.lstrip()
    return "\n".join(result) + "\n"


def _closed(code: str, error: SyntaxError) -> Iterator[tuple[str, str]]:
    """Close or drop brackets and quotes on the line they were opened or met."""
    lines = code.splitlines()
    number = (error.lineno or 1) - 1
    if not 0 <= number < len(lines):
        return
    never = re.search(r"'([(\[{])' was never closed", error.msg)
    if never:
        for index in range(number, min(number + 6, len(lines))):
            closed = [*lines]
            closed[index] = _appended(lines[index], _CLOSERS[never[1]])
            yield "\n".join(closed) + "\n", "A bracket that was never closed was closed."
    unmatched = re.search(r"unmatched '([)\]}])'|closing parenthesis '([)\]}])'", error.msg)
    if unmatched and error.offset:
        line = lines[number]
        place = line.find(unmatched[1] or unmatched[2], max(0, error.offset - 1))
        if place >= 0:
            fewer = [*lines]
            fewer[number] = line[:place] + line[place + 1 :]
            yield "\n".join(fewer) + "\n", "A bracket too many was taken out."
    if "unterminated string literal" in error.msg:
        for end in ('")', '"', "')", "'", '"))', "'))"):
            ended = [*lines]
            ended[number] = lines[number] + end
            yield "\n".join(ended) + "\n", "A string without an end was ended."
        if number + 1 < len(lines):
            joined = [*lines[:number], f"{lines[number]}\\n{lines[number + 1].strip()}"]
            yield (
                "\n".join([*joined, *lines[number + 2 :]]) + "\n",
                "A string in two lines was joined.",
            )
    if "expected ':'" in error.msg:
        yield _on_end(lines, number, ":"), "A missing colon was set."
    if "forgot a comma" in error.msg:
        yield _on_end(lines, number, ","), "A missing comma was set."
        yield _on_end(lines, max(0, number - 1), ","), "A missing comma was set."


def _appended(line: str, closer: str) -> str:
    code, mark, comment = line.partition("  #")
    stripped = code.rstrip()
    if stripped.endswith(","):
        return f"{stripped[:-1]}{closer}{mark}{comment}"
    return f"{stripped}{closer}{mark}{comment}"


def _on_end(lines: list[str], number: int, sign: str) -> str:
    ended = [*lines]
    ended[number] = ended[number].rstrip() + sign
    return "\n".join(ended) + "\n"


def _cut_end(code: str, error: SyntaxError) -> Iterator[tuple[str, str]]:
    """Drop the last, unfinished statement of a script that ends too early."""
    lines = code.rstrip().splitlines()
    told = (
        "never closed",
        "unterminated",
        "EOF",
        "expected an indented block",
        "expected 'except'",
    )
    if not any(each in error.msg for each in told) and (error.lineno or 0) < len(lines) - 1:
        return
    for count in range(1, max(2, min(_MOST_CUT, int(len(lines) * _LARGEST_CUT)))):
        kept = "\n".join(lines[:-count]) + "\n"
        if _syntax_error(kept) is None:
            yield kept, f"The unfinished end, {count} lines, was dropped."
            return


def _blanked(code: str, error: SyntaxError) -> Iterator[tuple[str, str]]:
    """Take out the line that Python stops at, keeping its indentation."""
    lines = code.splitlines()
    number = (error.lineno or 1) - 1
    if not 0 <= number < len(lines):
        return
    for first in (number, number - 1, number - 2):
        if first < 0:
            return
        indent = " " * (len(lines[first]) - len(lines[first].lstrip()))
        kept = [*lines[:first], f"{indent}pass", *lines[number + 1 :]]
        yield "\n".join(kept) + "\n", "A line that is no Python was taken out."


_MENDS: Final[tuple[Mend, ...]] = (
    _dedented,
    f_strings_of_formulas,
    _straight_quotes,
    _without_prose,
    _reindented,
    _closed,
    _cut_end,
    _blanked,
)
