"""Writes the Python of a scene script: the helpers it opens with, its class, its pages' methods."""

import keyword
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from arxiviz_pipeline.scenes.drawing.palette import COLOURS
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.text.inline_text import printable
from arxiviz_pipeline.scenes.text.word_lists import words_in

_HELPERS: Final = '''
def text(markup, size, color=INK):
    """Pango markup; newlines part the lines."""
    return MarkupText(markup, font="Sans", font_size=size, color=color)


def fit(mobject, width, height):
    """Make a mobject smaller if it is larger than its box."""
    factor = min(width / max(mobject.width, 1e-6), height / max(mobject.height, 1e-6), 1)
    return mobject.scale(factor)


def place(mobject, left, top, width, height):
    """Put a mobject into the upper left corner of its box."""
    return fit(mobject, width, height).move_to([left, top, 0], aligned_edge=UL)


def place_beside(mobject, left, middle, width, height):
    """Put a mobject at the left of its box, half way up."""
    return fit(mobject, width, height).move_to([left, middle, 0], aligned_edge=LEFT)


def formula(rows, scale, width, height):
    """Stack rows of LaTeX parts so that their anchors stand below each other.

    A row is (parts, anchor, indent); anchor is a part's index, or None to centre the row.
    """
    lines = VGroup(*[MathTex(*parts) for parts, _, _ in rows]).arrange(DOWN, buff=0.42)
    for line, (_, anchor, indent) in zip(lines, rows):
        if anchor is not None:
            line.shift(RIGHT * (indent - line[anchor].get_left()[0]))
    return fit(lines.scale(scale), width, height)
'''

_CLASS_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*|[0-9]+")
_LONGEST_NAME = 60
_USED_NAMES: Final = frozenset(
    words_in("""
    Circle Create FadeIn FadeOut Line MarkupText MathTex RoundedRectangle Scene
    SurroundingRectangle VGroup Write UP DOWN LEFT RIGHT UL ORIGIN
    """)
) | frozenset(COLOURS)


def scene_name_of(title: str, order_index: int) -> str:
    """Make a class name of a section's title: ASCII, CamelCase, never a name Manim uses."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = _CLASS_WORD.findall(ascii_title)
    while words and words[0].isdigit():
        words.pop(0)
    name = ""
    for word in words:
        if len(name) + len(word) > _LONGEST_NAME:
            break
        name += word[:1].upper() + word[1:]
    if not name or not name.isidentifier() or keyword.iskeyword(name):
        return f"Section{order_index + 1}"
    return f"{name}Scene" if name in _USED_NAMES else name


def write_script(
    *, scene_name: str, section_title: str, paper_title: str, pages: Sequence[Page]
) -> str:
    """Write the whole module; `manim render` alone renders it too."""
    constants = "\n".join(f'{name} = "{value}"' for name, value in COLOURS.items())
    calls = "\n".join(f"        self.{page.name}()" for page in pages)
    methods = "\n\n".join(_method(page) for page in pages)
    own_helpers = dict.fromkeys(helper.strip() for page in pages for helper in page.helpers)
    helpers = "\n\n\n".join([*_used(_HELPERS, methods, own_helpers), *own_helpers])
    heading = f"# {_comment(section_title)}\n# {_comment(paper_title)}"
    return (
        f"{heading}\n\nfrom manim import *\n\n{constants}\n\n\n{helpers}\n\n\n"
        f"class {scene_name}(Scene):\n"
        "    def construct(self):\n"
        "        self.camera.background_color = BACKGROUND\n"
        f"{calls}\n\n{methods}\n"
    )


def _used(helpers: str, methods: str, own_helpers: Iterable[str]) -> list[str]:
    """Return those of the common helpers that are called, by each other too, in their order."""
    sources = ["def " + source.strip() for source in helpers.split("\ndef ")[1:]]
    code = "\n".join([methods, *own_helpers])
    used: list[str] = []
    for source in reversed(sources):
        name = source[len("def ") :].partition("(")[0]
        if re.search(rf"\b{name}\(", code):
            used.insert(0, source)
            code += source.partition("\n")[2]
    return used


def _method(page: Page) -> str:
    body: list[str] = []
    for shot in page.shots:
        if shot.narration:
            body += textwrap.wrap(
                _comment(shot.narration), 90, initial_indent="# ", subsequent_indent="# "
            )
        body += shot.statements()
    return f"    def {page.name}(self):\n" + "\n".join(f"        {line}" for line in body)


def _comment(text: str) -> str:
    return printable(text).replace("\\", " ").strip()


def literal(value: object) -> str:
    """Write a value as Python, whatever quotes or backslashes it holds."""
    if isinstance(value, float):
        return f"{round(value, 3):g}"
    if isinstance(value, str) and "\\" in value and _is_raw_safe(value):
        return f'r"{value}"'
    return repr(value)


def _is_raw_safe(value: str) -> bool:
    return value.isprintable() and '"' not in value and not value.endswith("\\")
