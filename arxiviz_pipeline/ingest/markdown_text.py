"""Writes pieces of text as Markdown, the same for all formats.

What a document says stays text: none of its own signs becomes markup, HTML or a link that runs
something.
"""

import re
from collections.abc import Iterable, Sequence

NEWLINE = "\x01"  # a break inside running text, until white space is settled
_MARKUP = re.compile(
    r"([\\`*$]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?[A-Za-z0-9]{1,31};))"
)
_LINE_MARKUP = re.compile(
    r"^(?:(\d{1,9})(?=[.)](?:\s|$))|(?=#{1,6}(?:\s|$)|>|[-+](?:\s|$)|~~~|=+$|-+$))", re.MULTILINE
)
_DEFINITION = re.compile(r"^(\[[^\[\]\n]{1,999})(?=\]:)", re.MULTILINE)
_UNSAFE = re.compile(
    r"(?P<code>(?<![\\`])(?P<fence>`{3,}+)\n.*?\n[ >]*(?P=fence)(?=\n|$)|(?<!\\)`[^`\n]+`)"
    # An address may hide its colon in an entity, and begin with a backslash.
    r"|(?<!\\)(?=\]\(\s*<?\s*(?!https?://)[\w+.&#;\\-]{0,100}[:&])"
    r"|(?<!\\)(?=<(?!/?su[bp]>)[A-Za-z/!?])",
    re.DOTALL,
)
_SPACES = re.compile(r"[ \t\r\f\v\n\u00a0]+")
_EDGES = f" \t\r\n\u00a0{NEWLINE}"
_INNER_DOLLARS = re.compile(r"(?<!\\)\$([^$]*)(?<!\\)\$")
_TAG_IN_FORMULA = re.compile(r"<(?=[A-Za-z/!?])")
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>()\\\[\]\x00-\x1f\x7f]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_FENCES = re.compile(r"`{3,}")
_MOST_COLUMNS = 100


def escape(text: str) -> str:
    """Escape the signs that Markdown would take for its own inside a line."""
    return _MARKUP.sub(r"\\\1", text)


def escape_lines(paragraph: str) -> str:
    """Escape what would make a heading, a quote, a list or a definition of a line."""
    return _DEFINITION.sub(r"\1\\", _LINE_MARKUP.sub(r"\1\\", paragraph))


def make_safe(markdown: str) -> str:
    """Make text of all HTML but scripts above and below, and of links to programs.

    The last look at a section, whichever piece of it was overlooked.
    """
    return _UNSAFE.sub(lambda found: found["code"] or "\\", markdown)


def normalise_spaces(text: str) -> str:
    """Write runs of white space as one space."""
    return _SPACES.sub(" ", text).strip()


def settle(text: str) -> str:
    """Settle the white space of running text, whose breaks become lines."""
    lines = [normalise_spaces(line) for line in text.split(NEWLINE)]
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Settle the white space of running text, without its breaks."""
    return settle(text).replace("\n", " ")


def surround(before: str, content: str, after: str) -> str:
    """Put marks right at the words: Markdown knows no emphasis that begins with a space."""
    stripped = content.strip(_EDGES)
    if not stripped or NEWLINE in stripped:
        return content
    start = content.index(stripped)
    return f"{content[:start]}{before}{stripped}{after}{content[start + len(stripped) :]}"


def emphasise(content: str, mark: str) -> str:
    """Put emphasis on text that can bear it."""
    if mark == "`":
        # Nothing is escaped between backticks, and a formula is none there.
        is_plain = set("`$*").isdisjoint(content)
        return surround("`", _ESCAPED.sub(r"\1", content), "`") if is_plain else content
    if mark == "**":
        return surround("**", content.replace("**", ""), "**")
    return content if "*" in content else surround(mark, content, mark)


def write_formula(tex: str) -> str:
    r"""Write LaTeX so that it can stand between dollars: formulas in its text as `\(…\)`."""
    return _TAG_IN_FORMULA.sub("< ", _INNER_DOLLARS.sub(r"\\(\1\\)", tex))


def write_link(words: str, address: str) -> str:
    """Write a link."""
    return surround("[", words, f"]({_UNSAFE_IN_ADDRESS.sub(_quoted, address)})")


def write_picture(words: str, address: str) -> str:
    """Write a link to a picture."""
    named = escape(re.sub(r"[][]", "", words))
    return f"![{named}]({_UNSAFE_IN_ADDRESS.sub(_quoted, address)})"


def _quoted(sign: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in sign[0].encode())


def write_list(items: Iterable[tuple[str, str]]) -> str:
    """Write a list's items, each with its marker before it; those with nothing to say are left out.

    Args:
        items: Markers with the space after them, and Markdown of one block or several.
    """
    lines: list[str] = []
    for marker, content in items:
        if content:
            indent = " " * len(marker.partition(" ")[0]) + " "
            lines.append(marker + content.replace("\n", "\n" + indent))
    return "\n".join(line.rstrip() for line in "\n".join(lines).split("\n"))


def write_table(rows: Sequence[Sequence[str]]) -> str:
    """Write a table's cells, the first row as the heading; empty if no cell says anything."""
    cut = (row[:_MOST_COLUMNS] for row in rows)
    filled = [[cell.replace("|", r"\|") for cell in row] for row in cut if any(row)]
    if not filled:
        return ""
    width = max(len(row) for row in filled)
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in filled]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def write_code(code: str) -> str:
    """Write program text between fences; empty if there is none."""
    code = code.strip("\n")
    if not code.strip():
        return ""
    fence = "`" * max(3, 1 + max(map(len, _FENCES.findall(code)), default=0))
    return f"{fence}\n{code}\n{fence}"
