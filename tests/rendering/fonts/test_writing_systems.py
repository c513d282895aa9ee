import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.fonts.fontconfig import Fontconfig
from arxiviz_pipeline.rendering.fonts.writing_systems import describe_fonts


def test_what_texts_can_be_set_in_is_told_or_what_is_missing_and_the_remedy():
    fonts = Fontconfig()
    needed = {"Greek": "α", "Cyrillic": "Ж", "Chinese": "漢", "emoji": "🚀"}
    missing = [name for name, letter in needed.items() if not fonts.can_draw(letter)]
    if not missing:
        assert "Latin, Greek, Cyrillic, Chinese" in describe_fonts()
        return
    with pytest.raises(RenderError, match=r"deploy/system-packages\.sh") as told:
        describe_fonts()
    assert told.value.kind == "unavailable"
    assert all(name in told.value.message for name in missing)
    assert "Latin" not in told.value.message
