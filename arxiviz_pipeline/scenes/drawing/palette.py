"""One palette and one type scale for every scene.

The accents are those Okabe and Ito chose for colour-blind readers (https://jfly.uni-koeln.de/color/),
each with a contrast of more than 4.5 against the background.
"""

from typing import Final

BACKGROUND: Final = "#10141C"
PANEL: Final = "#1B2331"
INK: Final = "#F2F4F8"
MUTED: Final = "#A9B4C4"
ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
GREEN: Final = "#2DBE91"  # Okabe and Ito's bluish green, lighter, to be read on a dark ground
YELLOW: Final = "#F0E442"
PURPLE: Final = "#CC79A7"

COLOURS: Final = {
    "BACKGROUND": BACKGROUND,
    "PANEL": PANEL,
    "INK": INK,
    "MUTED": MUTED,
    "ACCENT": SKY,
    "HIGHLIGHT": ORANGE,
    "RESULT": YELLOW,
    "LEAF": GREEN,
    "ROSE": PURPLE,
}
"""The constants a scene script opens with."""

TITLE_SIZE: Final = 44
STATEMENT_SIZE: Final = 34
HEADING_SIZE: Final = 28
TEXT_SIZE: Final = 28
SMALL_SIZE: Final = 22

FORMULA_SIZE: Final = 48
"""Manim's font size of a MathTex, at which the typesetter measures."""
SMALLEST_FORMULA_SCALE: Final = 0.55
"""Below it a formula is hard to read at 480 lines."""

FRAME_WIDTH: Final = 128 / 9
FRAME_HEIGHT: Final = 8.0
MARGIN: Final = 0.6
TEXT_WIDTH: Final = FRAME_WIDTH - 2 * MARGIN
LEFT_EDGE: Final = -TEXT_WIDTH / 2
