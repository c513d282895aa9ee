"""Reads algorithms as papers print them: listings, lines under a caption, tables of lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from arxiviz_pipeline.scenes.text.standing_alone import capitalized

Opens = Literal["", "loop", "branch"]

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)[^\n]*\n(.*?)^ {0,3}\1[^\n]*$", re.DOTALL | re.MULTILINE)
_BLANK = re.compile(r"(\n[ \t]*\n\s*)")
_MATH = re.compile(r"(?<!\\)\$(?:\\.|[^$\\])+\$")
_CAPTION = re.compile(
    r"(?P<mark>[*_]{0,2})\\?(?:Algorithm|Procedure|Pseudo-?code)\s+[\dA-Z]+(?:\.\d+)*"
    r"\s*[:.–—-]?\s*(?P<name>.*?)[*_.\s]*$",
    re.DOTALL | re.IGNORECASE,
)
_HEAD = re.compile(r"\*\*Algorithm\s+[\dA-Z.]+\s*(?:\(([^)]*)\))?\.?\*\*", re.IGNORECASE)
_LINE_NUMBER = re.compile(r"\s{0,4}(\d{1,3})[:.)]?(?=\s|$)")
_NUMBERED_ROW = re.compile(r"\|\s*(\d{0,3})[.:)]?\s*\|\s*((?:\\.|[^|\\])*?)\s*\|\s*$")
_INPUT = re.compile(r"(?:require|inputs?|data|given|parameters?)\s*:\s*", re.IGNORECASE)
_OUTPUT = re.compile(r"(?:ensure|outputs?|results?)\s*:\s*", re.IGNORECASE)
_END = re.compile(r"end(?:\s*(?:for|while|if|loop|function|procedure|repeat))?\b", re.IGNORECASE)
_LOOP = re.compile(r"(?:for(?:each|all)?|while|repeat|loop)\b", re.IGNORECASE)
_BRANCH = re.compile(r"(?:if|else(?:\s*if)?|elseif|elif|otherwise|switch|case)\b", re.IGNORECASE)
_ELSE = re.compile(r"(?:else|elseif|elif|otherwise|until)\b", re.IGNORECASE)
_LABEL = re.compile(r"[A-Z][\w\s-]{2,30}:\s+(?=(?:for|while|repeat)\b)")
_KEYWORD = re.compile(
    r"(?:\b(?:for|while|repeat|until|if|else|return|end|do|then|require|ensure|input|output)\b"
    r"|\\leftarrow|\\gets|←|:=)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\s*(?:\\?\\triangleright|▷|//|\$\\triangleright\$).*$")
_COMMAND = re.compile(r"\\[a-zA-Z@]{2,}|\\\\|&")
_NOTE = re.compile(r"\s*\(note: [^()]*\)")
_SPACE = re.compile(r"\$\\q?quad\$|\u00a0")
_TAIL = re.compile(r"(?:\s*(?:\\;|;|,))+\s*$")
_FEWEST_LINES: Final = 3
_MOST_LINES: Final = 80
_SHORTEST_INDENT: Final = 2
_PLACE = "\ue000{}\ue001"
_PLACED = re.compile("\ue000(\\d+)\ue001")
_RESERVED = str.maketrans("", "", "\ue000\ue001")


@dataclass(frozen=True, slots=True)
class AlgorithmStep:
    """A line of an algorithm.

    Attributes:
        text: Markdown with inline math.
        depth: How many loops and branches it is inside of.
        opens: Whether the deeper steps after it are repeated, or taken on a condition.
    """

    text: str
    depth: int = 0
    opens: Opens = ""


@dataclass(frozen=True, slots=True)
class AlgorithmBlock:
    """An algorithm as it is printed.

    Attributes:
        name: What its caption says, without its number; may be empty.
        inputs: What it is given, and what it gives, as Markdown; may be empty.
    """

    name: str
    inputs: str
    outputs: str
    steps: tuple[AlgorithmStep, ...]


def set_algorithms_apart(content: str) -> tuple[str, list[AlgorithmBlock]]:
    """Take algorithms out of Markdown; each leaves a paragraph for `algorithm_at`."""
    pieces = _pieces(content.translate(_RESERVED))
    algorithms: list[AlgorithmBlock] = []
    for index, piece in enumerate(pieces):
        lines = _lines_of(piece)
        if not lines or len(lines) > _MOST_LINES:
            continue
        caption = _caption_beside(pieces, index)
        if not _is_algorithm(piece, lines, is_captioned=caption is not None):
            continue
        name = ""
        if caption is not None:
            name, place = caption
            if place is not None:
                pieces[place] = ""
        if block := _read(name, lines):
            pieces[index] = _PLACE.format(len(algorithms))
            algorithms.append(block)
    return "".join(pieces), algorithms


def algorithm_at(paragraph: str, algorithms: Sequence[AlgorithmBlock]) -> AlgorithmBlock | None:
    """Return the algorithm that was taken out of here, if one was."""
    found = _PLACED.fullmatch(paragraph.strip())
    return algorithms[int(found[1])] if found else None


def _pieces(content: str) -> list[str]:
    """Split into fences, paragraphs and what is between them; joined, they are the content."""
    pieces: list[str] = []
    end = 0
    for fence in _FENCE.finditer(content):
        pieces += _BLANK.split(content[end : fence.start()])
        pieces.append(fence[0])
        end = fence.end()
    return [*pieces, *_BLANK.split(content[end:])]


def _lines_of(piece: str) -> list[str]:
    if fence := _FENCE.fullmatch(piece):
        lines = fence[2].split("\n")
    elif piece.lstrip().startswith("|"):
        lines = _table_lines(piece)
    else:
        lines = piece.split("\n")
    lines = [line for line in lines if line.strip()]
    return lines if len(lines) >= _FEWEST_LINES else []


def _table_lines(table: str) -> list[str]:
    """Return the lines of a table whose first column counts them; none of any other table."""
    lines: list[str] = []
    expected = 1
    for row in table.strip().split("\n"):
        if re.fullmatch(r"[|\s:-]+", row):
            continue
        found = _NUMBERED_ROW.fullmatch(row.strip())
        if found is None or (found[1] and int(found[1]) != expected):
            return []
        if found[1]:
            lines.append(f"{expected} {found[2]}")
            expected += 1
        elif lines:
            lines[-1] += f" {found[2]}"
    return lines


def _caption_beside(pieces: Sequence[str], index: int) -> tuple[str, int | None] | None:
    """Find the caption before or after, or the heading above; with its place if it is used up."""
    neighbours = [at for at in range(index - 3, index + 4) if 0 <= at < len(pieces) and at != index]
    for at in neighbours:
        text = pieces[at].strip()
        found = _CAPTION.fullmatch(text)
        if found and found["mark"] in ("*", "_") and "\n\n" not in text:
            return _unwrapped(found["name"]), at
    for at in range(max(0, index - 8), index):
        if head := _HEAD.match(pieces[at].strip()):
            return head[1] or "", None
    return None


def _unwrapped(name: str) -> str:
    """Drop the parentheses that hold the whole name."""
    if name.startswith("(") and name.endswith(")") and name.count("(") == 1:
        return name[1:-1]
    if name.startswith("(") and name.endswith(")") and _closes_at_end(name):
        return name[1:-1]
    return name


def _closes_at_end(text: str) -> bool:
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return index == len(text) - 1
    return False


def _is_algorithm(piece: str, lines: Sequence[str], *, is_captioned: bool) -> bool:
    if _FENCE.fullmatch(piece) or piece.lstrip().startswith("|"):
        # Program text has no math in it, TeX's own has commands outside of it.
        has_math = any(_MATH.search(line) for line in lines)
        is_tex = any(_COMMAND.search(_MATH.sub("", line)) for line in lines)
        if is_tex or not has_math:
            return False
        if is_captioned:
            return any(_KEYWORD.search(line) for line in lines)
        bare = [_bare(text) for _, text in _numbers_dropped(lines)]
        return sum(bool(opening_of(line) or _INPUT.match(line)) for line in bare) > 0
    opening = _bare(lines[0])
    is_opened = bool(_INPUT.match(opening) or _OUTPUT.match(opening))
    bold_count = sum(bool(re.match(r"\s*\*\*[a-zA-Z ]+:?\*\*", line)) for line in lines)
    return bold_count >= _FEWEST_LINES - 1 and (is_opened or is_captioned)


def _bare(line: str) -> str:
    """Drop marks of bold type outside math."""
    parts: list[str] = []
    end = 0
    for math in _MATH.finditer(line):
        parts += [re.sub(r"(?<!\\)\*\*", "", line[end : math.start()]), math[0]]
        end = math.end()
    return "".join([*parts, re.sub(r"(?<!\\)\*\*", "", line[end:])]).strip()


def _read(name: str, lines: Sequence[str]) -> AlgorithmBlock | None:
    inputs: list[str] = []
    outputs: list[str] = []
    rest: list[tuple[int, str]] = []
    for indent, text in _numbers_dropped(lines):
        line = _cleaned(text)
        if found := _INPUT.match(line):
            inputs.append(line[found.end() :])
        elif found := _OUTPUT.match(line):
            outputs.append(line[found.end() :])
        elif line:
            rest.append((indent, line))
    steps = tuple(_steps(rest))
    if len(steps) < _FEWEST_LINES - 1:
        return None
    return AlgorithmBlock(name, "; ".join(inputs), "; ".join(outputs), steps)


def _numbers_dropped(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield each line's indent and text, without the number that counts it."""
    numbers = [_LINE_NUMBER.match(line) for line in lines]
    counted = [int(found[1]) for found in numbers if found]
    is_counted = len(counted) > len(lines) / 2 and all(a < b for a, b in pairwise(counted))
    for line, number in zip(lines, numbers, strict=True):
        text = line[number.end() :] if number and is_counted else line
        yield len(text) - len(text.lstrip()), text


def _cleaned(text: str) -> str:
    bare = _NOTE.sub("", _bare(_SPACE.sub(" ", text)))
    return _TAIL.sub("", re.sub(r"\s+", " ", _COMMENT.sub("", bare))).strip()


def _steps(lines: Sequence[tuple[int, str]]) -> Iterator[AlgorithmStep]:
    has_ends = any(_END.match(line) for _, line in lines)
    depths = list(_depths_by_ends(lines) if has_ends else _depths_by_indents(lines))
    shown = [
        (line, depth)
        for (_, line), depth in zip(lines, depths, strict=True)
        if not _END.match(line)
    ]
    for index, (line, depth) in enumerate(shown):
        has_body = index + 1 < len(shown) and shown[index + 1][1] > depth
        yield AlgorithmStep(capitalized(line), depth, opening_of(line) if has_body else "")


def opening_of(line: str) -> Opens:
    """Tell whether a line begins a loop or a branch."""
    text = _LABEL.sub("", line, count=1)
    if _LOOP.match(text):
        return "loop"
    return "branch" if _BRANCH.match(text) else ""


def _depths_by_ends(lines: Sequence[tuple[int, str]]) -> Iterator[int]:
    depth = 0
    for _, line in lines:
        if _END.match(line) or _ELSE.match(line):
            depth = max(0, depth - 1)
        yield depth
        is_until = line[:5].lower() == "until"
        if opening_of(line) and not is_until and not _is_one_line(line):
            depth += 1


def _is_one_line(line: str) -> bool:
    """Tell `if a then b` from `if a then`."""
    return bool(re.search(r"\bthen\b\s*\S", line)) and not _LOOP.match(line)


def _depths_by_indents(lines: Sequence[tuple[int, str]]) -> Iterator[int]:
    heads: list[int] = []
    opener: int | None = None
    for indent, line in lines:
        if opener is not None and indent >= opener + _SHORTEST_INDENT:
            heads.append(opener)
        while heads and indent < heads[-1] + _SHORTEST_INDENT:
            heads.pop()
        yield len(heads)
        opener = indent if opening_of(line) else None
