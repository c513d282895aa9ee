"""Runs scene scripts in Manim without a movie and tells where everything stood.

Run as a program, in a process of its own: reads `{name: [code, scene name]}` as JSON from its
input, and writes for each what left the frame, what overlapped, and the seconds it asked for.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from arxiviz_pipeline.domain.models import SceneScript
from arxiviz_pipeline.rendering.scene_loading import share_outlines
from arxiviz_pipeline.rendering.tex import DOCUMENT_CLASS, TEX_PREAMBLE

_TOLERANCE = 0.03  # Manim units: two pixels at 480 lines
_MARGIN = 0.25


@dataclass(frozen=True, slots=True)
class DrawnScene:
    """What a run of a script has shown.

    Attributes:
        faults: Whatever left the frame or overlapped, in words.
        seconds: The sum of all run times and waits.
        smallest_text: The lowest factor a text was scaled by to fit into its box.
        smallest_formula: The lowest scale of a formula.
        longest_empty_seconds: The longest time with neither text nor formula.
    """

    faults: list[str]
    seconds: float
    smallest_text: float
    smallest_formula: float
    longest_empty_seconds: float


def draw(scripts: Mapping[str, SceneScript]) -> dict[str, DrawnScene]:
    """Run scripts in one child process."""
    wanted = {name: [script.manim_code, script.scene_name] for name, script in scripts.items()}
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, str(Path(__file__)), folder],
            input=json.dumps(wanted),
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    answers = json.loads(done.stdout.splitlines()[-1])
    return {name: DrawnScene(**answer) for name, answer in answers.items()}


def _main() -> None:
    import manim

    manim.config.update(
        {
            "dry_run": True,
            "disable_caching": True,
            "pixel_width": 64,
            "pixel_height": 36,
            "frame_rate": 15,
            "verbosity": "ERROR",
            "progress_bar": "none",
            "media_dir": sys.argv[1],
        }
    )
    share_outlines()
    manim.config.tex_template = manim.TexTemplate(
        documentclass=DOCUMENT_CLASS, preamble=TEX_PREAMBLE
    )
    answers: dict[str, object] = {}
    for name, (code, scene_name) in json.load(sys.stdin).items():
        namespace: dict[str, object] = {}
        exec(compile(code, name, "exec"), namespace)  # noqa: S102 - our own script
        answers[name] = _watched(namespace[scene_name])
    sys.stdout.write("\n" + json.dumps(answers) + "\n")


def _watched(scene_class):
    faults: list[str] = []
    times = {"all": 0.0, "empty": 0.0, "longest_empty": 0.0}
    scales = {"text": 1.0, "formula": 9.0}

    class Watched(scene_class):
        def play(self, *animations, **options) -> None:
            self._advance(options["run_time"])
            super().play(*animations, **(options | {"run_time": 1 / 15}))
            faults.extend(_faults(self, scales))

        def wait(self, duration: float, **_options) -> None:
            self._advance(duration)

        def _advance(self, seconds: float) -> None:
            times["all"] += seconds
            times["empty"] = 0.0 if _pieces(self) else times["empty"] + seconds
            times["longest_empty"] = max(times["longest_empty"], times["empty"])

    Watched().render()
    return {
        "faults": faults,
        "seconds": round(times["all"], 3),
        "smallest_text": scales["text"],
        "smallest_formula": scales["formula"],
        "longest_empty_seconds": round(times["longest_empty"], 3),
    }


def _pieces(scene) -> list:
    """Return the texts, formulas and parts of formulas that are seen, none inside another."""
    from manim import MarkupText, MathTex
    from manim.mobject.text.tex_mobject import MathTexPart

    found: list = []
    covered: set[int] = set()
    for top in scene.mobjects:
        for mobject in top.get_family():
            is_piece = isinstance(mobject, MarkupText | MathTex | MathTexPart)
            if is_piece and id(mobject) not in covered and _is_seen(mobject):
                found.append(mobject)
                covered.update(id(member) for member in mobject.get_family())
    return found


def _is_seen(mobject) -> bool:
    return any(
        len(member.points) and (member.get_fill_opacity() > 0 or member.get_stroke_opacity() > 0)
        for member in mobject.get_family()
    )


def _faults(scene, scales: dict[str, float]) -> list[str]:
    from manim import MarkupText, MathTex, config

    faults: list[str] = []
    half_width, half_height = config.frame_width / 2 - _MARGIN, config.frame_height / 2 - _MARGIN
    for mobject in (member for top in scene.mobjects for member in top.get_family()):
        if len(mobject.points) == 0:
            continue
        (left, bottom, _), (right, top_edge, _) = (
            mobject.get_corner([-1, -1, 0]),
            mobject.get_corner([1, 1, 0]),
        )
        if max(-left, right) > half_width or max(-bottom, top_edge) > half_height:
            faults.append(
                f"{mobject} leaves the frame: {left:.2f} {bottom:.2f} {right:.2f} {top_edge:.2f}"
            )
    pieces = _pieces(scene)
    for one, other in combinations(pieces, 2):
        both_formulas = not isinstance(one, MarkupText) and not isinstance(other, MarkupText)
        if not both_formulas and _overlap(one, other):
            faults.append(f"{_name(one)} overlaps {_name(other)}")
    for piece in pieces:
        if isinstance(piece, MarkupText):
            grown = piece.height / piece.initial_height
            scales["text"] = min(scales["text"], grown)
        elif isinstance(piece, MathTex):
            scales["formula"] = min(scales["formula"], piece.font_size / 48)
    return faults


def _overlap(one, other) -> bool:
    horizontal = min(one.get_right()[0], other.get_right()[0]) - max(
        one.get_left()[0], other.get_left()[0]
    )
    vertical = min(one.get_top()[1], other.get_top()[1]) - max(
        one.get_bottom()[1], other.get_bottom()[1]
    )
    return horizontal > _TOLERANCE and vertical > _TOLERANCE


def _name(mobject) -> str:
    return repr(getattr(mobject, "text", None) or getattr(mobject, "tex_string", str(mobject)))[:80]


if __name__ == "__main__":
    _main()
