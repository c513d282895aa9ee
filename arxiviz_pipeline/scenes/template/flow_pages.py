"""Pages of flows: boxes that appear as they are named, with arrows that something runs along."""

from collections.abc import Sequence
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, placed, progress_to
from arxiviz_pipeline.scenes.drawing.palette import LEFT_EDGE, SMALL_SIZE, TEXT_WIDTH
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import fitting_text
from arxiviz_pipeline.scenes.template.flow_layout import (
    CAPTION_HEIGHT,
    Box,
    Layout,
    Point,
    lay_out,
)
from arxiviz_pipeline.scenes.text.flows import Flow, FlowSentence
from arxiviz_pipeline.scenes.text.sentences import shorten, to_narration

_SENTENCE_WORDS: Final = 30

FLOW_HELPERS: Final = '''
def component(label, size, x, y, width, height, is_data):
    """A box with a label; what flows is rounder than what it flows through."""
    box = RoundedRectangle(
        width=width, height=height, corner_radius=height * (0.45 if is_data else 0.15),
        color=MUTED if is_data else ACCENT, stroke_width=3,
        fill_color=BACKGROUND if is_data else PANEL, fill_opacity=1,
    )
    lines = VGroup(*[text(line, size) for line in label.split("\\n")]).arrange(DOWN, buff=0.1)
    return VGroup(box, fit(lines, width - 0.3, height - 0.2)).move_to([x, y, 0])


def way(*points, tip=True):
    """A line around corners, with a tip at its end."""
    corners = [[x, y, 0] for x, y in points]
    lines = VGroup(*[Line(a, b, color=MUTED, stroke_width=4) for a, b in zip(corners, corners[1:])])
    if tip:
        lines[-1].add_tip(tip_length=0.2, tip_width=0.2)
    return lines


def pulse(*points):
    """A light that runs along a way."""
    path = VMobject(color=HIGHLIGHT, stroke_width=8)
    path.set_points_as_corners([[x, y, 0] for x, y in points])
    return ShowPassingFlash(path, time_width=0.7)
'''


def flow_pages(name: str, flow: Flow, *, fraction: float) -> list[Page]:
    """Show the components as the sentences name them; no pages if they do not fit."""
    layout = lay_out(flow)
    if layout is None:
        return []
    teller = _Teller(flow, layout, fraction)
    shots = [teller.shot(index, sentence) for index, sentence in enumerate(flow.sentences)]
    last = shots[-1]
    last.hold_seconds = 1.0
    if flow.relation == "flow":
        pulses = ", ".join(f"pulse({_points(way)})" for way in layout.ways)
        last.play([f"LaggedStart({pulses}, lag_ratio=0.7)"], 0.6 + 0.5 * len(layout.ways))
    last.close([f"FadeOut(VGroup({', '.join(teller.visible)}))"], 0.6)
    return [Page(name, tuple(shots), (FLOW_HELPERS,))]


class _Teller:
    """Makes the shots of one flow, and knows what is seen."""

    def __init__(self, flow: Flow, layout: Layout, fraction: float) -> None:
        self._flow = flow
        self._layout = layout
        self._fraction = fraction
        self._shown: set[int] = set()
        self._active: list[int] = []
        self._told = ""
        self._boxes: list[str] = []

    @property
    def visible(self) -> list[str]:
        return [*self._boxes, *([self._told] if self._told else [])]

    def shot(self, index: int, sentence: FlowSentence) -> Shot:
        short = shorten(sentence.text, _SENTENCE_WORDS)
        said = to_narration(short).strip()
        shot = Shot(said[:1].upper() + said[1:], "Components, and what goes from one to the next")
        opening = [progress_to(self._fraction)] if index == 0 else []
        opening += self._tell(shot, index, short)
        opening += [
            f"node_{node}[0].animate.set_stroke({self._rest(node)})" for node in self._active
        ]
        first, *others = self._steps(sentence)
        self._reveal(shot, first, opening)
        for step in others:
            self._reveal(shot, step, [])
        self._active = list(sentence.nodes)
        return shot

    def _tell(self, shot: Shot, index: int, text: str) -> list[str]:
        """Write the sentence below the picture, in place of the one before."""
        drawn = fitting_text(
            text, sizes=(25, SMALL_SIZE), width=TEXT_WIDTH, height=CAPTION_HEIGHT - 0.1
        )
        box = placed(
            drawn, LEFT_EDGE, BOTTOM + CAPTION_HEIGHT - 0.15, TEXT_WIDTH, drawn.height, "INK"
        )
        if self._told:
            shot.play([f"FadeOut({self._told})"], 0.4)
        self._told = f"told_{index}"
        shot.let(f"{self._told} = {box}")
        return [f"FadeIn({self._told})"]

    def _steps(self, sentence: FlowSentence) -> list[tuple[list[int], list[int]]]:
        """Share a sentence out over steps: its first nodes, then edge by edge."""
        edges = [self._flow.edges[edge] for edge in sentence.edges]
        targets = {edge.target for edge in edges}
        nodes = [node for node in sentence.nodes if node not in targets] or [sentence.nodes[0]]
        steps: list[tuple[list[int], list[int]]] = [(nodes, [])]
        steps += [([self._flow.edges[index].target], [index]) for index in sentence.edges]
        named = {node for group, _ in steps for node in group}
        rest = [node for node in sentence.nodes if node not in named]
        return [*steps, (rest, [])] if rest else steps

    def _reveal(self, shot: Shot, step: tuple[list[int], list[int]], beside: Sequence[str]) -> None:
        nodes, edges = step
        animations = list(beside)
        for edge in edges:
            tip = "" if self._flow.relation == "flow" else ", tip=False"
            points = _points(self._layout.ways[edge])
            shot.let(f"way_{edge} = way({points}{tip})")
            animations.append(f"Create(way_{edge})")
            self._boxes.append(f"way_{edge}")
        for node in nodes:
            if node in self._shown:
                animations.append(f"node_{node}[0].animate.set_stroke(HIGHLIGHT, 5)")
                continue
            shot.let(f"node_{node} = {_component(self._layout.boxes[node])}")
            shot.let(f"node_{node}[0].set_stroke(HIGHLIGHT, 5)")
            animations.append(f"FadeIn(node_{node}, scale=0.9)")
            self._shown.add(node)
            self._boxes.append(f"node_{node}")
        shot.play(animations, 0.8)
        if edges and self._flow.relation == "flow":
            pulses = ", ".join(f"pulse({_points(self._layout.ways[edge])})" for edge in edges)
            shot.play([pulses], 0.8)

    def _rest(self, node: int) -> str:
        return "MUTED, 3" if self._flow.is_data[node] else "ACCENT, 3"


def _component(box: Box) -> str:
    numbers = ", ".join(literal(float(value)) for value in (box.x, box.y, box.width, box.height))
    label = literal(box.label.markup)
    return f"component({label}, {box.label.font_size}, {numbers}, {box.is_data})"


def _points(way: Sequence[Point]) -> str:
    return ", ".join(f"({x:.3g}, {y:.3g})" for x, y in way)
