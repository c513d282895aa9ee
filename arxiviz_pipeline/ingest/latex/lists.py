"""Writes lists, whose items may hold anything."""

from arxiviz_pipeline.ingest.latex.vocabulary import (
    LISTS,
    NUMBERED_LISTS,
)
from arxiviz_pipeline.ingest.latex.writer import Writer
from arxiviz_pipeline.ingest.markdown_text import write_list

# The arguments that stand before an environment's text: o optional, m mandatory.
ENVIRONMENT_ARGUMENTS = {
    "minipage": "ooom", "multicols": "m", "multicols*": "m", "spacing": "m", "adjustwidth": "mm",
    "wrapfigure": "omom", "wraptable": "omom", "figure": "o", "figure*": "o", "table": "o",
    "table*": "o", "adjustbox": "m", "list": "mm", "trivlist": "", "thebibliography": "m",
    "subfigure": "om", "subtable": "om", "algorithm": "o", "algorithm2e": "o", "algorithmic": "o",
    "tabbing": "", "center": "", "flushleft": "", "flushright": "", "proof": "o", "resizebox": "",
    "tcolorbox": "o", "mdframed": "o", "framed": "", "strip": "", "widetext": "", "threeparttable":
    "o", "itemize": "o", "enumerate": "o", "compactitem": "o", "compactenum": "o", "inparaenum":
    "o", "description": "o", "sideways": "", "longrotatetable": "", "SCfigure": "oo", "float": "m",
    "scriptsize": "", "singlespace": "", "doublespace": "", "rotatetable": "", "restatable": "omm",
    "claimproof": "o", "labeling": "om", "romanlist": "o", "sidewaysfigure": "o",
    "sidewaystable": "o", "alphlist": "o", "arabiclist": "o", "floatingfigure": "om",
}  # fmt: skip


def name_of(token: str) -> str:
    """Return the name in an environment's token."""
    return token[token.index("{") + 1 : -1]


def closer_of(token: str) -> str:
    """Return the token that ends an environment."""
    return f"\\end{{{name_of(token)}}}"


def read_arguments(writer: Writer, kinds: str) -> list[tuple[int, int]]:
    """Read an environment's arguments, as far as they stand there."""
    found: list[tuple[int, int]] = []
    for kind in kinds:
        if kind == "o":
            span = writer.cursor.option()
        else:
            span = writer.cursor.group() if writer.cursor.peek() == "{" else None
        if span is not None:
            found.append(span)
    return found


class OpenList:
    """A list being written: its items are closed by the next one, or its end."""

    def __init__(self, writer: Writer, name: str) -> None:
        self.writer = writer
        self.is_numbered = name in NUMBERED_LISTS
        self.items: list[tuple[str, list[str]]] = []
        self.marker = ""
        self.number = 0

    def begin_item(self, label: str | None) -> None:
        """Begin an item, with the label it brings."""
        self.number += label is None or not self.is_numbered
        digits = (label or "").strip("().[]")
        if self.is_numbered and (label is None or digits.isdecimal()):
            self.marker = f"{digits or self.number}. "
        else:
            self.marker = f"- {label} " if label else "- "
        self.writer.container(r"\item", self.end_item)

    def end_item(self, blocks: list[str]) -> None:
        """Keep an item that is written."""
        self.items.append((self.marker, blocks))

    def end(self, blocks: list[str]) -> None:
        """Write the list, after what stands before its first item."""
        for block in blocks:
            self.writer.add_block(block)
        if self.items:
            self.writer.add_block(
                write_list((marker, "\n\n".join(blocks)) for marker, blocks in self.items)
            )


def begin_list(writer: Writer, token: str) -> None:
    """Begin a list; on a single line its items just follow each other."""
    if writer.mode.is_inline:
        read_arguments(writer, ENVIRONMENT_ARGUMENTS.get(name_of(token), ""))
        return
    writer.end_paragraph()
    read_arguments(writer, ENVIRONMENT_ARGUMENTS.get(name_of(token), "o"))
    open_list(writer, OpenList(writer, name_of(token)), closer_of(token))


def open_list(writer: Writer, opened: OpenList, closer: str) -> None:
    """Begin a list, which this token ends."""
    writer.lists.append(opened)

    def finish(blocks: list[str]) -> None:
        if writer.lists and writer.lists[-1] is opened:
            writer.lists.pop()
        opened.end(blocks)

    writer.container(closer, finish)


def add_item(writer: Writer, _token: str) -> None:
    """Begin an item of the innermost list."""
    label = writer.cursor.option()
    text = writer.inline(label) if label else None
    if writer.mode.is_inline or not writer.lists:
        writer.line_break()
        writer.running.append(f"{text} " if text else "")
        return
    closers = [opened.closer for opened in writer.opened]
    innermost = next((closer for closer in reversed(closers) if _is_list(closer)), "")
    if innermost == r"\item":
        writer.close(r"\item")
    writer.lists[-1].begin_item(text)


def _is_list(closer: str) -> bool:
    return closer == r"\item" or (closer.startswith(r"\end{") and name_of(closer) in LISTS | {
        "thebibliography", "references", "biblist"})  # fmt: skip
