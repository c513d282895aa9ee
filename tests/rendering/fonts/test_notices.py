"""Fonts and characters that are not there, as they are told."""

import pytest

from arxiviz_pipeline.rendering.fonts.fontconfig import Fontconfig
from arxiviz_pipeline.rendering.fonts.notices import TextNotices
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from tests.rendering.conftest import LOW
from tests.rendering.scripts import scene, script

INSTALLED = "Plain Sans"


class FewFonts:
    """One font, for all who ask, with Greek letters."""

    def families_for(self, name: str) -> list[str]:
        return [INSTALLED, "Einfache Sans"]

    def can_draw(self, character: str) -> bool:
        return "α" <= character <= "ω"


def told(text: str, *families: str) -> tuple[str, ...]:
    notices = TextNotices(FewFonts())
    notices.look_at(text, families)
    return notices.told()


def test_a_font_that_is_missing_is_told_with_what_is_shown():
    assert told("a", "Comic Sans MS") == (
        "The font 'Comic Sans MS' is not installed; text that asks for it is set in 'Plain Sans'.",
    )


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "sans-serif",
        "Monospace",
        "plain sans",
        "EinfacheSans",
        "Arial, Plain Sans",
        "Arial,serif",
    ],
)
def test_fonts_that_are_there_are_not_told(asked: str):
    assert told("a", asked) == ()


def test_characters_that_no_font_has_are_told_once():
    (notice,) = told("Ωx αβγ \N{ZERO WIDTH JOINER}字字\N{COMBINING ACUTE ACCENT}")
    assert "shown as boxes: Ω (U+03A9), 字 (U+5B57). Install" in notice


def test_of_many_characters_some_are_told():
    (notice,) = told("".join(map(chr, range(0x4E00, 0x4E20))))
    assert "一 (U+4E00)" in notice
    assert "20 more" in notice


def test_fontconfig_knows_what_is_installed():
    fonts = Fontconfig()
    assert fonts.families_for("DejaVu Sans")[0] == "DejaVu Sans"
    assert fonts.families_for("No Font of this Name")[0] != "No Font of this Name"
    assert all(map(fonts.can_draw, "aäΩЖ∑"))
    assert not fonts.can_draw("\U000f1234")  # for private use


@pytest.mark.usefixtures("leaves_nothing")
def test_a_video_comes_with_what_its_texts_lack(renderer: LocalRenderer):
    body = """
        words = Text("Größe \\U000f1234", font="Nowhere Sans", t2f={"e": "Elsewhere"})
        marked = MarkupText('<span font_family="Never">a&#x63;</span> &amp; b')
        self.add(words, marked.shift(UP), Text("x", font="monospace"))
        self.wait(0.2)
    """
    notices = renderer.render(script(scene(body)), LOW).notices
    assert [notice.split("'")[1] for notice in notices[:3]] == [
        "Nowhere Sans",
        "Elsewhere",
        "Never",
    ]
    assert notices[3].count("U+") == 1
    assert "(U+F1234)" in notices[3]
