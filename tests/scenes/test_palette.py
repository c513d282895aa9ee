"""The palette can be read by everybody."""

import pytest

from arxiviz_pipeline.scenes.drawing.palette import BACKGROUND, COLOURS


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", sorted(COLOURS.keys() - {"BACKGROUND", "PANEL"}))
@pytest.mark.parametrize("ground", ["BACKGROUND", "PANEL"])
def test_colours_of_text_stand_out(name: str, ground: str):
    # WCAG 2.2, 1.4.3: at least 4.5 to 1.
    assert (_luminance(COLOURS[name]) + 0.05) / (_luminance(COLOURS[ground]) + 0.05) >= 4.5
    assert COLOURS["BACKGROUND"] == BACKGROUND
