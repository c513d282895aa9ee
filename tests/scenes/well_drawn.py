"""Rehearses scripts as the gates do, and looks at what a viewer would see of them."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from arxiviz_pipeline.domain.models import SceneScript
from arxiviz_pipeline.domain.ports import Rehearser
from arxiviz_pipeline.scenes.drawing.palette import FORMULA_SIZE, SMALLEST_FORMULA_SCALE

_SMALLEST_FORMULA_SIZE = (SMALLEST_FORMULA_SCALE - 0.01) * FORMULA_SIZE
_STRICT_FIT = f"""

def fit(mobject, width, height, _fit=fit):
    \"\"\"Refuse to make anything much smaller: whoever gave it its room has measured wrongly.\"\"\"
    for part in _fit(mobject, width, height).get_family():
        if isinstance(part, MarkupText):
            assert part.height >= 0.85 * part.initial_height, part.text
        elif isinstance(part, MathTex):
            assert part.font_size >= {_SMALLEST_FORMULA_SIZE}, part.tex_string
    return mobject
"""


def assert_well_drawn(scripts: Mapping[str, SceneScript], rehearser: Rehearser) -> None:
    """Assert that no picture has any fault, that sizes are kept, and that times add up."""
    rehearsals = rehearser.rehearse([_strict(script) for script in scripts.values()])
    for (name, script), rehearsal in zip(scripts.items(), rehearsals, strict=True):
        assert rehearsal.error is None, name
        assert rehearsal.layout == (), name
        told = sum(beat.seconds for beat in script.storyboard)
        assert rehearsal.duration_seconds == pytest.approx(told, abs=0.01), name


def _strict(script: SceneScript) -> SceneScript:
    code = script.manim_code
    return replace(script, manim_code=code + _STRICT_FIT) if "\ndef fit(" in code else script
