r"""Counts sections, equations, theorems, figures and items, for what `\ref` is to say."""

from arxiviz_pipeline.ingest.latex.document import NONE, Cursor, Document
from arxiviz_pipeline.ingest.latex.gullet import TheoremKind
from arxiviz_pipeline.ingest.latex.vocabulary import (
    FIGURES,
    HEADINGS,
    NUMBERED_LISTS,
    ONE_ROW_ENVIRONMENTS,
    ROW_ENVIRONMENTS,
    TABLES,
)

_NUMBERED_RANKS = range(4)  # chapter to subsubsection
_UNNUMBERED_ROW = frozenset({r"\nonumber", r"\notag"})
_LABELS = frozenset({r"\label", r"\Label", r"\zlabel"})
_DISPLAYS = (
    ONE_ROW_ENVIRONMENTS - {"math", "displaymath", "mathletters", "dseries"} | ROW_ENVIRONMENTS
)
_ONE_NUMBER = frozenset({"multline", "equation", "dmath", "empheq"})
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def number_labels(document: Document) -> None:
    """Fill in the document's labels and theorem numbers."""
    _Counting(document).run()


class _Counting:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.cursor = Cursor(document, 0, len(document.tokens))
        self.current = ""
        self.sections = [0] * len(_NUMBERED_RANKS)
        self.is_appendix = False
        self.has_chapters = r"\chapter" in document.tokens
        self.counters: dict[str, int] = {}
        self.within: dict[str, str] = {}
        self.floats: list[str] = []
        self.lists: list[int] = []

    def run(self) -> None:
        cursor, tokens = self.cursor, self.document.tokens
        while cursor.position < cursor.end:
            token = tokens[cursor.position]
            cursor.position += 1
            if token[0] == "\\":
                self.count(token)

    def count(self, token: str) -> None:
        if token in _LABELS:
            self.label()
        elif token in HEADINGS:
            self.heading(token)
        elif token.startswith(r"\begin{"):
            self.begin(token[7:-1])
        elif token.startswith(r"\end{"):
            self.end(token[5:-1])
        elif token in (r"\caption", r"\figcaption"):
            if not self.cursor.star():
                kind = self.floats[-1] if self.floats else "figure"
                self.current = self.step(kind)
        elif token == r"\item" and self.lists:
            self.lists[-1] += 1
            self.current = str(self.lists[-1])
        elif token in (r"\appendix", r"\appendices"):
            self.begin_appendix()
        elif token == r"\numberwithin":
            counter = self.cursor.text(self.cursor.argument())
            self.within[counter] = self.cursor.text(self.cursor.argument())

    def label(self) -> None:
        key = self.cursor.text(self.cursor.argument())
        if key and self.current:
            self.document.labels.setdefault(key, self.current)

    def heading(self, token: str) -> None:
        rank = HEADINGS[token]
        if self.cursor.star() or rank not in _NUMBERED_RANKS:
            return
        self.sections[rank] += 1
        self.sections[rank + 1 :] = [0] * (len(self.sections) - rank - 1)
        self.current = self.section_number(rank)
        name = token[1:]
        for counter in [key for key, holder in self.within.items() if holder == name]:
            self.counters[counter] = 0

    def section_number(self, rank: int) -> str:
        first = 0 if self.has_chapters else 1
        numbers = [str(number) for number in self.sections[first : rank + 1]]
        if self.is_appendix and numbers and numbers[0].isdecimal():
            numbers[0] = _LETTERS[(int(numbers[0]) - 1) % len(_LETTERS)]
        return ".".join(numbers)

    def begin_appendix(self) -> None:
        if not self.is_appendix:
            self.is_appendix = True
            self.sections = [0] * len(self.sections)

    def step(self, counter: str) -> str:
        self.counters[counter] = self.counters.get(counter, 0) + 1
        number = str(self.counters[counter])
        holder = f"\\{self.within.get(counter, '')}"
        if holder in HEADINGS and HEADINGS[holder] in _NUMBERED_RANKS:
            return f"{self.section_number(HEADINGS[holder])}.{number}"
        return number

    def begin(self, name: str) -> None:
        if name in _DISPLAYS and not name.endswith("*"):
            self.display(name)
        elif name in FIGURES:
            self.floats.append("figure")
        elif name in TABLES:
            self.floats.append("table")
        elif name in ("algorithm", "algorithm2e"):
            self.floats.append("algorithm")
        elif name in NUMBERED_LISTS:
            self.lists.append(0)
        elif name in ("appendix", "appendices"):
            self.begin_appendix()
        elif kind := self.document.theorems.get(name):
            self.theorem(kind)

    def theorem(self, kind: TheoremKind) -> None:
        if kind.counter:
            holder = self.document.theorems.get(kind.counter, kind)
            if holder.within:
                self.within.setdefault(kind.counter, holder.within)
            self.current = self.step(kind.counter)
            self.document.theorem_numbers[self.cursor.position - 1] = self.current

    def end(self, name: str) -> None:
        if name in NUMBERED_LISTS and self.lists:
            self.lists.pop()
        elif name in FIGURES | TABLES or name in ("algorithm", "algorithm2e"):
            del self.floats[-1:]

    def display(self, name: str) -> None:
        start = self.cursor.position
        end = self.document.partners[start - 1]
        if end == NONE:
            return
        tokens = self.document.tokens
        has_rows = name in ROW_ENVIRONMENTS and name not in _ONE_NUMBER
        keys: list[str] = []
        is_numbered = True
        depth = 0
        index = start
        while index <= end:
            token = tokens[index]
            depth += token.startswith(r"\begin{") - token.startswith(r"\end{")
            if token in _UNNUMBERED_ROW:
                is_numbered = False
            elif token in _LABELS:
                cursor = Cursor(self.document, index + 1, end)
                keys.append(cursor.text(cursor.argument()))
            elif index == end or (token == r"\\" and has_rows and depth == 0):
                if is_numbered or keys:
                    self.current = self.step("equation")
                for key in keys:
                    self.document.labels.setdefault(key, self.current)
                keys, is_numbered = [], True
            index += 1
        self.cursor.position = end + 1
