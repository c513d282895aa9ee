"""Keeps on the frame what an animation shows outside it."""

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.scenes.gates.names import bound_names
from arxiviz_pipeline.scenes.repair.source import Edit, Mended, Source, apply_edits, parses
from arxiviz_pipeline.scenes.repair.stand_ins import KEPT_ON_FRAME

_PLAY: Final = """
    def play(self, *animations, **options):
        for animation in animations:
            target = getattr(animation, "target_mobject", None)
            builder = getattr(animation, "mobject", None)
            target = target or getattr(builder, "target", None) or builder
            if isinstance(target, Mobject) and len(target.get_all_points()):
                keep_on_frame(target)
        super().play(*animations, **options)

"""


def mend_layout(source: Source, scene_name: str, failures: Sequence[Finding]) -> Iterator[Mended]:
    """Offer the script with everything it plays kept on the frame."""
    off = [failure for failure in failures if failure.kind == "off_frame"]
    scene = next((each for each in source.classes if each.name == scene_name), None)
    methods = [each for each in scene.body if isinstance(each, ast.FunctionDef)] if scene else []
    if not off or not methods or "keep_on_frame" in bound_names(source.tree):
        return
    if any(method.name == "play" for method in methods):
        return
    place = source.before_classes
    line = source.code.rfind("\n", 0, source.start(methods[0])) + 1
    numpy = "" if "np" in bound_names(source.tree) else "import numpy as np\n\n\n"
    why = "What lies off the frame is moved and made smaller before it is shown."
    mended = apply_edits(
        source.code,
        [
            Edit(place, place, f"{numpy}{KEPT_ON_FRAME.strip()}\n\n\n", why),
            Edit(line, line, f"{_PLAY.strip(chr(10))}\n\n", why),
        ],
    )
    if parses(mended.code):
        yield mended
