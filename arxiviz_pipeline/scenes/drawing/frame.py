"""The frame every page shares: its boxes, its header, its progress line.

Boxes never overlap, and whatever a box holds is made to fit into it at run time.
"""

from typing import Final

from arxiviz_pipeline.scenes.drawing.palette import (
    HEADING_SIZE,
    LEFT_EDGE,
    SMALL_SIZE,
    TEXT_WIDTH,
)
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import DrawnText, draw_text, fitting_text
from arxiviz_pipeline.scenes.text.sentences import to_narration

TOP: Final = 2.2
BOTTOM: Final = -3.1
GAP: Final = 0.35
_PROGRESS_Y = -3.5


def placed(
    drawn: DrawnText, left: float, top: float, width: float, height: float, colour: str = "INK"
) -> str:
    """Write the expression of a text in its box."""
    made = f"text({literal(drawn.markup)}, {drawn.font_size}, {colour})"
    # Raised and lowered letters make a block somewhat higher than its lines.
    box = ", ".join(literal(float(value)) for value in (left, top, width, height + 0.2))
    return f"place({made}, {box})"


def spoken_title(text: str) -> str:
    """Write a title as it is read out, without a full stop."""
    return to_narration(text).rstrip(" .:")


def let_header(shot: Shot, section_title: str, paper_title: str) -> None:
    """Add the statements that make `self.header`, `self.track` and `self.progress`."""
    small = draw_text(paper_title, font_size=SMALL_SIZE, width=TEXT_WIDTH, most_lines=1)
    large = fitting_text(
        section_title, sizes=(HEADING_SIZE, 26, 24), width=TEXT_WIDTH, most_lines=1, bold=True
    )
    shot.let("self.header = VGroup(")
    if small.line_count:
        shot.let(f"    {placed(small, LEFT_EDGE, 3.5, TEXT_WIDTH, 0.4, 'MUTED')},")
    shot.let(f"    {placed(large, LEFT_EDGE, 3.08, TEXT_WIDTH, 0.45)},")
    edges = f"[{LEFT_EDGE:.3g}, {{y}}, 0], [{-LEFT_EDGE:.3g}, {{y}}, 0]"
    shot.let(f"    Line({edges.format(y=2.58)}, color=ACCENT, stroke_width=2),")
    shot.let(")")
    shot.let(f"self.track = Line({edges.format(y=_PROGRESS_Y)}, color=PANEL, stroke_width=4)")
    start = f"[{LEFT_EDGE:.3g}, {_PROGRESS_Y}, 0], [{LEFT_EDGE + 0.02:.3g}, {_PROGRESS_Y}, 0]"
    shot.let(f"self.progress = Line({start}, color=ACCENT, stroke_width=4)")


def progress_to(fraction: float) -> str:
    """Write the animation that moves the progress line to this fraction of its way."""
    width = max(0.02, min(1.0, fraction) * TEXT_WIDTH)
    return f"self.progress.animate.stretch_to_fit_width({width:.3g}, about_edge=LEFT)"
