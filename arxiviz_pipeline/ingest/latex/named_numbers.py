r"""Gives equations, sections and figures the numbers that harvmac and phyzzx print for their names.

In these formats of plain TeX `\eqn\first{…}` makes `\first` a command that prints a number.
The formats themselves are in no archive.
"""

import re
from collections.abc import Callable
from functools import partial

from arxiviz_pipeline.ingest.latex.gullet import Gullet, Macro, Meaning
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH
from arxiviz_pipeline.ingest.latex.named_references import NamedReferences

_FORMAT = re.compile(
    r"\\input\s*\{?\s*(harvmac|lanlmac|phyzzx)|(\\newsec|\\lref|\\listrefs)(?![A-Za-z])"
    r"|\\(?:refout|REF|Pubnum)(?![A-Za-z])"
)
_LATEX = re.compile(r"\\begin\s*\{document\}|\\document(?:class|style)(?![A-Za-z])")
_LONGEST_ABSTRACT = 3_000  # tokens
_ABSTRACT_ENDS = frozenset({r"\endpage", r"\chapter", r"\REF", r"\endabstract", r"\vfill",
                            r"\abstract", r"\section"})  # fmt: skip
_LETTERS = re.compile(r"[A-Z]")


def named_number_commands(text: str) -> dict[str, Meaning]:
    """Return the commands of the format that a main file is written in; none if another."""
    found = None if _LATEX.search(text) else _FORMAT.search(text)
    if found is None:
        return {}
    numbers = NamedNumbers()
    is_harvmac = found[1] in ("harvmac", "lanlmac") or found[2] is not None
    return numbers.harvmac() if is_harvmac else numbers.phyzzx()


class NamedNumbers:
    """The numbers given so far to equations and figures, and the section they stand in."""

    def __init__(self) -> None:
        self._references = NamedReferences()
        self._section = ""
        self._section_count = 0
        self._equation_count = 0
        self._figure_count = 0

    def harvmac(self) -> dict[str, Meaning]:
        """Return harvmac's commands."""
        return {
            **self._references.harvmac(),
            r"\eqn": self._equation,
            r"\eqnn": self._name_equation,
            r"\eqna": partial(self._name_equation, has_letter=True),
            r"\eqns": self._words,
            r"\newsec": self._new_section,
            r"\appendix": self._appendix,
            r"\seclab": self._name_section,
            r"\subseclab": self._name_section,
            r"\fig": partial(self._figure, is_printed=True),
            r"\nfig": self._figure,
            r"\ifig": partial(self._figure, has_picture=True),
            r"\foot": Macro((r"\footnote",)),
        }

    def phyzzx(self) -> dict[str, Meaning]:
        """Return phyzzx's commands."""
        return {
            **self._references.phyzzx(),
            r"\eqn": self._name_equation,
            r"\eqname": self._name_equation,
            r"\eq": Macro(()),
            r"\chapter": self._new_section,
            r"\FIG": self._figure,
            r"\FIGURE": self._figure,
            r"\fig": partial(self._figure, is_printed=True),
            r"\foot": Macro((r"\footnote",)),
            r"\andauthor": Macro((r"\author",)),
            r"\abstract": _phyzzx_abstract,
        }

    def _new_section(self, gullet: Gullet, token: str) -> None:
        self._section_count += 1
        self._section, self._equation_count = f"{self._section_count}.", 0
        gullet.output.append(token)

    def _appendix(self, gullet: Gullet, token: str) -> None:
        letter = gullet.argument()
        if letter and _LETTERS.fullmatch(letter[0]):
            self._section, self._equation_count = f"{letter[0]}.", 0
        gullet.output.append(token)
        gullet.push(["{", *letter, "}"])

    def _next_equation(self) -> str:
        self._equation_count += 1
        return f"{self._section}{self._equation_count}"

    def _equation(self, gullet: Gullet, token: str) -> None:
        r"""Read `\eqn\name{formula}`, a display with its number."""
        if gullet.in_math:
            self._name_equation(gullet, token)
            return
        name = gullet.next_filled() or ""
        _define_text(gullet, name, f"({self._next_equation()})")
        gullet.push(["$", "$", *gullet.argument(), "$", "$"])

    def _name_equation(self, gullet: Gullet, _token: str, *, has_letter: bool = False) -> None:
        name = gullet.next_filled() or ""
        number = self._next_equation()
        if name[:1] != "\\":
            gullet.push([name] if name else [])
        elif has_letter:
            written: Callable[[Gullet, str], None] = partial(_write_lettered, number=number)
            gullet.define(name, written, is_global=True)
        else:
            _define_text(gullet, name, f"({number})")

    def _words(self, gullet: Gullet, _token: str) -> None:
        gullet.push(gullet.argument())

    def _name_section(self, gullet: Gullet, _token: str) -> None:
        _define_text(gullet, gullet.next_filled() or "", self._section.rstrip("."))

    def _figure(
        self, gullet: Gullet, _token: str, *, is_printed: bool = False, has_picture: bool = False
    ) -> None:
        name = gullet.next_filled() or ""
        if name[:1] != "\\":
            gullet.push([name] if name else [])
            return
        self._figure_count += 1
        label = f"fig. {self._figure_count}"
        _define_text(gullet, name, label)
        caption = gullet.argument()
        if has_picture:
            gullet.argument()
            gullet.push([r"\figcaption", "{", *caption, "}"])
        elif is_printed:
            gullet.output.append(label)


def _phyzzx_abstract(gullet: Gullet, _token: str) -> None:
    r"""Read the abstract, which a page's end or the first heading ends."""
    found: list[str] = []
    while len(found) < _LONGEST_ABSTRACT and (token := gullet.next_raw()) is not None:
        if token in _ABSTRACT_ENDS:
            gullet.push([token] if token != r"\endabstract" else [])
            break
        found.append(token)
    while found and found[0] in (" ", PARAGRAPH):
        found.pop(0)
    gullet.output.append(r"\abstract")
    gullet.push(["{", *found, "}"])


def _define_text(gullet: Gullet, name: str, text: str) -> None:
    if name[:1] == "\\":
        gullet.define(name, Macro((text,) if text else ()), is_global=True)
    elif name:
        gullet.push([name])


def _write_lettered(gullet: Gullet, _token: str, *, number: str) -> None:
    r"""Write what `\eqna\name` has named: `\name a` or `\name{a}`."""
    letter = "".join(gullet.expanded(gullet.argument())).strip()
    gullet.output.append(f"({number}{letter})")
