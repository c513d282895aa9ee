"""Watches what texts a scene has drawn, and tells of fonts and characters that are missing.

Manim shows another font, and boxes for characters, and says so at best in its log.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, Final, Protocol

from arxiviz_pipeline.rendering.fonts.fontconfig import Fontconfig

_GENERIC: Final = frozenset(
    {"sans", "sansserif", "serif", "mono", "monospace", "systemui", "cursive", "fantasy"}
)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Cs", "Mn", "Zl", "Zp", "Zs"})
"""Categories of characters that may have no glyph of their own."""

_MOST_CHARACTERS_TOLD: Final = 12
_MOST_FONTS_TOLD: Final = 12
_TAG: Final = re.compile(r"<[^>]*>")
_FAMILY: Final = re.compile(r"""\b(?:font_family|face)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class Fonts(Protocol):
    """What fonts there are."""

    def families_for(self, name: str) -> list[str]:
        """Return the names of the font that text is set in where this one is asked for."""
        ...

    def can_draw(self, character: str) -> bool:
        """Tell whether any font has this character."""
        ...


class TextNotices:
    """What is missing for the texts that were drawn so far."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._asked: dict[str, list[str] | None] = {}
        self._seen: dict[str, bool] = {}

    def look_at(self, text: str, families: Iterable[str]) -> None:
        """Take note of a text, and of the fonts it asks for: lists of names, as in CSS."""
        for family in families:
            if family not in self._asked:
                self._asked[family] = self._shown_instead(family)
        for character in text:
            if not character.isascii() and character not in self._seen:
                is_unseen = unicodedata.category(character) in _UNSEEN
                self._seen[character] = is_unseen or self._fonts.can_draw(character)

    def told(self) -> tuple[str, ...]:
        """Return what to tell, one sentence each."""
        missing = {name: instead for name, instead in self._asked.items() if instead is not None}
        notices = [
            f"The font {name!r} is not installed; text that asks for it is set in {found[0]!r}."
            for name, found in list(missing.items())[:_MOST_FONTS_TOLD]
        ]
        boxes = [character for character, is_drawn in self._seen.items() if not is_drawn]
        if boxes:
            named = [f"{each} (U+{ord(each):04X})" for each in boxes[:_MOST_CHARACTERS_TOLD]]
            if more := len(boxes) - len(named):
                named.append(f"{more} more")
            notices.append(
                f"No installed font has these characters, which are shown as boxes: "
                f"{', '.join(named)}. Install a font that has them."
            )
        return tuple(notices)

    def _shown_instead(self, asked: str) -> list[str] | None:
        """Return what is shown for a list of fonts, or None if one of them is there."""
        names = [name.strip() for name in asked.split(",") if name.strip()]
        if not names or any(_plain(name) in _GENERIC for name in names):
            return None
        for name in names:
            if any(_plain(found) == _plain(name) for found in self._fonts.families_for(name)):
                return None
        return self._fonts.families_for(names[0]) or ["none"]


def watch_texts() -> TextNotices | None:
    """Watch the texts that this process has Pango draw; None where fonts can't be asked for."""
    pango: Any = import_module("manimpango")  # heavy, and of no use where nothing is drawn
    try:
        notices = TextNotices(Fontconfig())
    except OSError:
        return None
    pango.text2svg = _watched_text(pango.text2svg, notices)
    pango.MarkupUtils.text2svg = staticmethod(_watched_markup(pango.MarkupUtils.text2svg, notices))
    return notices


def _watched_text(draw: Callable[..., str], notices: TextNotices) -> Callable[..., str]:
    def text2svg(settings: list[Any], *given: Any, **named: Any) -> str:
        """Stand in for ManimPango's, whose last argument is the text."""
        text = named.get("orig_text") or given[8]
        notices.look_at(text, [setting.font for setting in settings])
        return draw(settings, *given, **named)

    return text2svg


def _watched_markup(draw: Callable[..., str], notices: TextNotices) -> Callable[..., str]:
    def text2svg(text: str, font: str, *given: Any, **named: Any) -> str:
        """Stand in for ManimPango's, for texts with Pango's markup."""
        within = [double or single for double, single in _FAMILY.findall(text)]
        notices.look_at(html.unescape(_TAG.sub("", text)), [font, *within])
        return draw(text, font, *given, **named)

    return text2svg


def _plain(name: str) -> str:
    """Return a name as fontconfig compares them."""
    return re.sub(r"[\s-]", "", name).casefold()
