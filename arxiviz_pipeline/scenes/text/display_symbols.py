"""Names the symbols of a section's displays by the sentences around them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from arxiviz_pipeline.scenes.formulas.symbol_names import SymbolName
from arxiviz_pipeline.scenes.text.section_text import Block, DisplayBlock, ListBlock, TextBlock
from arxiviz_pipeline.scenes.text.symbol_definitions import read_definitions

_MOST_EARLIER = 40  # sentences before a display that are looked at


def names_by_display(blocks: Sequence[Block]) -> list[tuple[SymbolName, ...]]:
    """Name the symbols of each display block: from its sentences, then from earlier ones."""
    earlier: list[str] = []
    names: list[tuple[SymbolName, ...]] = []
    for place, block in enumerate(blocks):
        match block:
            case TextBlock():
                earlier += block.sentences
            case ListBlock():
                earlier += [block.heading, *block.items]
            case DisplayBlock():
                names.append(_names_of(block, _sentences_after(blocks, place), earlier))
                earlier += [block.introduction, block.explanation]
            case _:
                pass
    return names


def _sentences_after(blocks: Sequence[Block], place: int) -> list[str]:
    """Return the sentence behind a display if it goes on explaining it."""
    after = blocks[place + 1] if place + 1 < len(blocks) else None
    if not isinstance(after, TextBlock):
        return []
    opens = re.compile(r"(?:here|where|in this (?:equation|formula)|\$)", re.IGNORECASE)
    return [sentence for sentence in after.sentences[:2] if opens.match(sentence)]


def _names_of(
    block: DisplayBlock, after: Sequence[str], earlier: Sequence[str]
) -> tuple[SymbolName, ...]:
    found: dict[object, SymbolName] = {}
    near = [block.explanation, *after]
    for sentence in (*near, block.introduction, *reversed(earlier[-_MOST_EARLIER:])):
        for definition in read_definitions(sentence):
            name = SymbolName(definition.symbol, definition.name)
            is_explained = sentence is block.explanation
            found.setdefault(definition.symbol.keys, replace(name, is_explained=is_explained))
    return tuple(found.values())
