"""What scripts are proved with in tests: a small Manim, a LaTeX and a rehearsal that obey."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event

from arxiviz_pipeline.domain.models import Finding, Rehearsal, SceneScript
from arxiviz_pipeline.domain.ports import Formula, ManimApi, ManimName, TypesetFormula
from arxiviz_pipeline.scenes.gates.prover import Gates

_VMOBJECT = frozenset({"shift", "scale", "set_color", "set_fill", "animate", "move_to", "plot"})
_MOBJECT_BASES = ("VMobject", "Mobject")


def _mobject(*parameters: str, attributes: frozenset[str] = frozenset()) -> ManimName:
    taken = (*parameters, "color", "fill_color", "fill_opacity", "stroke_width")
    return ManimName("class", taken, False, _VMOBJECT | attributes, _MOBJECT_BASES)


def _animation() -> ManimName:
    return ManimName("class", ("mobject",), True, frozenset(), ("Animation",))


MANIM = ManimApi(
    "0.22.0",
    {
        **dict.fromkeys(("Create", "Write", "FadeIn", "FadeOut", "Indicate"), _animation()),
        **dict.fromkeys(("Circumscribe", "Transform", "Wiggle", "GrowArrow"), _animation()),
        **dict.fromkeys(("Scene", "MovingCameraScene", "ThreeDScene"), ManimName("class")),
        **dict.fromkeys(("UP", "DOWN", "LEFT", "RIGHT", "ORIGIN", "PI"), ManimName("constant")),
        **dict.fromkeys(("RED", "BLUE", "WHITE", "GREY"), ManimName("constant")),
        **dict.fromkeys(("config", "np", "smooth", "linear", "DEGREES"), ManimName("constant")),
        "Mobject": ManimName("class", ("name",)),
        "VMobject": _mobject(),
        "VGroup": _mobject("vmobjects"),
        "Group": ManimName("class"),
        "Square": _mobject("side_length"),
        "Circle": _mobject("radius"),
        "Dot": _mobject("point"),
        "Arrow": _mobject("start", "end", "tip_length"),
        "Rectangle": _mobject("width", "height"),
        "RoundedRectangle": _mobject("corner_radius", "width", "height"),
        "Text": _mobject("text", "font_size", "font"),
        "Tex": _mobject("tex_strings", "font_size", "tex_environment"),
        "MathTex": _mobject("tex_strings", "font_size", "tex_environment", "tex_to_color_map"),
        "Axes": ManimName("class", None, True, _VMOBJECT, _MOBJECT_BASES),
        "Code": ManimName("class", None, True, _VMOBJECT, _MOBJECT_BASES),
        "ImageMobject": ManimName("class", None, True, _VMOBJECT, ("Mobject",)),
        "ManimColor": ManimName("class"),
        "rate_functions": ManimName("module", attributes=frozenset({"ease_in_sine", "smooth"})),
    },
)
"""Enough of Manim's names for a scene."""


@dataclass
class ObedientTypesetter:
    """Refuses the formulas that hold one of these texts, and says what TeX would."""

    refused: dict[str, str] = field(default_factory=dict)
    asked: list[Formula] = field(default_factory=list)

    def typeset(self, formulas: Sequence[Formula]) -> list[TypesetFormula]:
        self.asked += formulas
        return [self._answer(formula) for formula in formulas]

    def _answer(self, formula: Formula) -> TypesetFormula:
        for text, error in self.refused.items():
            if text in formula.tex:
                return TypesetFormula(None, None, error)
        return TypesetFormula(1.0, 0.5, None)


@dataclass
class ObedientRehearser:
    """Fails scripts as it is told: by a rule that sees their code."""

    fail: Callable[[str], Finding | None] = lambda _: None
    layout: Callable[[str], tuple[Finding, ...]] = lambda _: ()
    blank: Callable[[str], bool] = lambda _: False
    scene_name: str | None = None
    batches: list[int] = field(default_factory=list)
    seen: list[SceneScript] = field(default_factory=list)

    def rehearse(
        self, scripts: Sequence[SceneScript], cancelled: Event | None = None
    ) -> Iterator[Rehearsal]:
        self.batches.append(len(scripts))
        self.seen += scripts
        yield from (self._rehearsal(script.manim_code) for script in scripts)

    def _rehearsal(self, code: str) -> Rehearsal:
        is_blank = self.blank(code)
        layout = (Finding("empty", "Nothing is ever seen."),) if is_blank else self.layout(code)
        return Rehearsal(self.fail(code), layout, 5.0, 3, is_blank, self.scene_name)


def fails_on(text: str, message: str) -> Callable[[str], Finding | None]:
    """Return a rule: a script with this text fails on its line, with this message."""

    def rule(code: str) -> Finding | None:
        for number, line in enumerate(code.splitlines(), start=1):
            if text in line:
                return Finding("exception", message, line=number)
        return None

    return rule


def make_gates(
    rehearser: ObedientRehearser | None = None, typesetter: ObedientTypesetter | None = None
) -> Gates:
    """Return gates over this small Manim."""
    return Gates(
        lambda: MANIM, typesetter or ObedientTypesetter(), rehearser or ObedientRehearser()
    )


def scene(*body: str, base: str = "Scene", head: str = "from manim import *") -> str:
    """Return a script with one scene `A` whose `construct` has this body."""
    lines = "\n".join(f"        {line}" for line in body or ("pass",))
    return f"{head}\n\n\nclass A({base}):\n    def construct(self):\n{lines}\n"
