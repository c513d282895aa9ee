"""What symbols stand for: which names are told with a formula, in which colours, and together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from arxiviz_pipeline.scenes.formulas.atom_reader import read_atoms
from arxiviz_pipeline.scenes.formulas.splitting import clean_formula, split_rows
from arxiviz_pipeline.scenes.formulas.symbols import Key, Symbol, SymbolKeys, find_symbols

COLOUR_COUNT: Final = 5
"""How many symbols may have a colour of their own on a page."""


@dataclass(frozen=True, slots=True)
class SymbolName:
    """What a symbol stands for.

    Attributes:
        name: A few words of plain text.
        colour: Its place in the scene's order of colours, or None where it has none.
        is_explained: Whether the display's own explanation says so.
    """

    symbol: Symbol
    name: str
    colour: int | None = None
    is_explained: bool = True


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """Symbols that share a name, as a legend shows them.

    Attributes:
        parts: As MathTex gets them, one for each symbol.
        width: Of all of them, in Manim units at scale 1.
    """

    names: tuple[SymbolName, ...]
    parts: tuple[str, ...]
    width: float = 0.0

    @property
    def text(self) -> str:
        """What they stand for."""
        name = self.names[0].name
        return plural(name) if len(self.names) > 1 else name

    @property
    def is_explained(self) -> bool:
        """Whether the display's own explanation says so."""
        return self.names[0].is_explained

    @property
    def keys(self) -> tuple[SymbolKeys, ...]:
        """What its symbols are known by."""
        return tuple(each.symbol.keys for each in self.names)


def choose_names(
    texs: Sequence[str], names: Sequence[Sequence[SymbolName]]
) -> list[tuple[SymbolName, ...]]:
    """Keep the names whose symbols a formula shows, few enough, and give them colours.

    A symbol has one colour in all formulas; no two on a page have the same.
    """
    colours: dict[tuple[Key, ...], int] = {}
    chosen: list[tuple[SymbolName, ...]] = []
    for tex, known in zip(texs, names, strict=True):
        shown = _shown(tex, [each.symbol for each in known]) if known else []
        kept = [each for each in known if each.symbol.keys in shown]
        # What the display's own explanation says comes in its order, the rest in the formula's.
        kept.sort(key=lambda each: 0 if each.is_explained else 1 + shown.index(each.symbol.keys))
        kept = kept[:COLOUR_COUNT]
        taken = {colours[each.symbol.keys] for each in kept if each.symbol.keys in colours}
        for each in kept:
            if each.symbol.keys not in colours:
                free = (index % COLOUR_COUNT for index in range(len(colours), 3 * COLOUR_COUNT))
                colour = next((index for index in free if index not in taken), 0)
                colours[each.symbol.keys] = colour
                taken.add(colour)
        chosen.append(tuple(_distinct(kept, colours)))
    return chosen


def plural(name: str) -> str:
    """Write a name for several: `parameter matrices`, `rates of change`."""
    words = name.split()
    head = words.index("of") - 1 if "of" in words else len(words) - 1
    word = words[head]
    if word.endswith("ix"):
        words[head] = f"{word[:-2]}ices"
    elif word.endswith("y") and word[-2:-1] not in ("a", "e", "o", "u"):
        words[head] = f"{word[:-1]}ies"
    elif word.endswith(("ss", "sh", "ch", "x")):
        words[head] = f"{word}es"
    elif not word.endswith("s"):
        words[head] = f"{word}s"
    return " ".join(words)


def legend_of(names: Sequence[SymbolName]) -> list[LegendEntry]:
    """Put symbols of one name together."""
    groups: dict[tuple[str, bool], list[SymbolName]] = {}
    for each in names:
        groups.setdefault((each.name, each.is_explained), []).append(each)
    entries: list[LegendEntry] = []
    for group in groups.values():
        *first, last = [each.symbol.tex for each in group]
        parts = (*(f"{tex}," for tex in first), last)
        entries.append(LegendEntry(tuple(group), parts))
    return entries


def _distinct(
    names: Sequence[SymbolName], colours: Mapping[tuple[Key, ...], int]
) -> Iterator[SymbolName]:
    taken: set[int] = set()
    for each in names:
        colour = colours[each.symbol.keys]
        yield replace(each, colour=None if colour in taken else colour)
        taken.add(colour)


def _shown(tex: str, symbols: Sequence[Symbol]) -> list[tuple[Key, ...]]:
    rows = split_rows(clean_formula(tex))
    readings = [read_atoms(" ".join(cells)) for cells in rows]
    spans = [span for reading in readings if reading for span in find_symbols(reading, symbols)]
    return list(dict.fromkeys(span.symbol.keys for span in spans))
