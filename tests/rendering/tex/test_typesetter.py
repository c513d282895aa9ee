import json
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.ports import Formula, TypesetFormula
from arxiviz_pipeline.rendering.tex import formula_runs
from arxiviz_pipeline.rendering.tex.mathtex import drawing_name, formula_source, tex_document
from arxiviz_pipeline.rendering.tex.programs import TexRun, draw_pages
from arxiviz_pipeline.rendering.tex.typesetter import (
    DOCUMENT_CLASS,
    TEX_PREAMBLE,
    LatexTypesetter,
)

SOUND = [
    Formula(("x",)),
    Formula(("a^2 + b^2", "=", r"\frac{c}{2}")),
    Formula((r"\int_0^\infty e^{-x^2}\,dx",)),
    Formula((r"\begin{aligned} a &= b \\ c &= \sum_{i=1}^n d_i \end{aligned}",)),
    Formula((r"\mathscr{L} \overline{ab} \coloneqq \bm{\theta}",)),
    Formula(("{{ a }} + {{ b }}",)),
    Formula((r"e^{i", r"\tau} = 1")),
    Formula((r"\left( \frac{a}{b}",)),
    Formula((r"\frac{{{n}}}{k} {{ x^{a^{b}}}}",)),
    Formula(("Words, ", "and $x^2$ among them"), "center"),
    Formula((r"a \\ b", r"$\left( c$"), "center"),
    Formula(("a & b = c",), "tabular}{cc"),
    Formula((r"$\displaystyle \sum_i x_i$", "and words"), None),
    Formula(("x^2 + y^2", "= x y"), isolated=("x", "y", "x^2")),
    Formula(("x", "y"), separator=","),
    Formula((r"first \\", r"second \\"), None, ""),
    Formula((r"\dots",), is_marked=False),
]
REFUSED = {
    r"\foo": r"Undefined control sequence \foo",
    r"\frac{a": "Missing } inserted",
    "a^b^c": "Double superscript",
    r"a \end{document} b": r"ended by \end{document}",
    r"\begin{nowhere}x\end{nowhere}": "Environment nowhere undefined",
    r"\loop\iftrue\repeat": "does not come to an end",
    r"\def\z{\z\z}\z": "TeX capacity exceeded",
    "a\n\nb": "Paragraph ended before",
    "a % b": "dvisvgm makes no drawing",
    r"\input{/etc/passwd}": "not found",
    r"\iffalse": "Incomplete",
    "∀": "Unicode character ∀",
}


@pytest.fixture(scope="module")
def drawn_by_manim(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[float, float, str, str]]:
    """Width, height, LaTeX and drawing's name of the sound formulas as Manim makes them."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.rendering.drawn_by_manim", tmp_path_factory.mktemp("media")],
        cwd=Path(__file__).parents[3],
        input=json.dumps([astuple(each) for each in SOUND]),
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    return json.loads(answer.stdout)


def typeset(*tex: str) -> list[TypesetFormula]:
    return LatexTypesetter().typeset([Formula((each,)) for each in tex])


def test_latex_gets_what_manim_would_give_it(drawn_by_manim):
    for formula, (_, _, source, name) in zip(SOUND, drawn_by_manim, strict=True):
        assert source in formula_source(formula)
        document = tex_document(formula_source(formula), DOCUMENT_CLASS, TEX_PREAMBLE)
        assert drawing_name(document) == name


def test_sizes_are_those_manim_has(drawn_by_manim):
    sizes = LatexTypesetter().typeset(SOUND)
    for size, (width, height, *_) in zip(sizes, drawn_by_manim, strict=True):
        assert size.error is None
        assert size.width == pytest.approx(width, rel=0.02)
        assert size.height == pytest.approx(height, rel=0.02)


def test_drawings_are_told_by_the_names_manim_gives_them(drawn_by_manim):
    typesetter = LatexTypesetter()
    assert typesetter.known_drawings(SOUND) == {}
    typesetter.typeset(SOUND)
    drawings = typesetter.known_drawings(SOUND[:2])
    assert set(drawings) == {name for *_, name in drawn_by_manim[:2]}
    assert all(drawn.startswith("<?xml") for drawn in drawings.values())


def test_refused_formulas_say_why_and_harm_no_other():
    sound = ["x", r"\frac{a}{b}"]
    mixed = [formula for refused in REFUSED for formula in (refused, *sound)]
    alone = typeset(*sound)
    answers = typeset(*mixed)
    for number, reason in enumerate(REFUSED.values()):
        refused, *others = answers[3 * number : 3 * number + 3]
        assert refused.width is refused.height is None
        assert reason in str(refused.error)
        assert "\n" not in str(refused.error)
        assert others == alone


def test_words_are_refused_where_only_a_formula_may_stand():
    words, formula = LatexTypesetter().typeset(
        [Formula(("50% of x_1",), "center"), Formula(("x_1",), "center")]
    )
    assert "dvisvgm makes no drawing" in str(words.error) or "Missing $" in str(words.error)
    assert "Missing $ inserted" in str(formula.error)


def test_a_definition_does_not_reach_the_next_formula():
    before, _, after = typeset("x", r"\global\def\alpha{xxxxxxxx} \alpha", r"\alpha")
    assert before.error is after.error is None
    assert after.width == typeset(r"\alpha")[0].width


def test_many_formulas_take_one_run_of_latex(monkeypatch: pytest.MonkeyPatch):
    ran: list[str] = []

    def counted(files: dict[str, str], *rest: Any) -> TexRun:
        ran.extend(files)
        return draw_pages(files, *rest)

    monkeypatch.setattr(formula_runs, "draw_pages", counted)
    formulas = [Formula((rf"x_{{{number}}} = \frac{{a}}{{b}}",)) for number in range(100)]
    answers = LatexTypesetter().typeset(formulas)
    assert all(answer.error is None for answer in answers)
    assert ran == ["formulas.tex"]


def test_what_there_is_no_time_for_is_refused():
    answers = LatexTypesetter(timeout_seconds=0.0).typeset([Formula(("x",)), Formula(("y",))])
    assert all("no time left" in str(answer.error) for answer in answers)


def test_what_there_was_no_time_for_is_tried_when_asked_for_again():
    typesetter = LatexTypesetter(timeout_seconds=0.0)
    typesetter.typeset([Formula(("x",))])
    typesetter._timeout_seconds = 60.0  # noqa: SLF001 - a machine that is busy no more
    assert typesetter.typeset([Formula(("x",))])[0].error is None


def test_no_formulas_need_no_latex_run():
    assert LatexTypesetter().typeset([]) == []


@pytest.mark.parametrize("missing", ["latex", "dvisvgm"])
def test_a_missing_program_is_told_with_its_package(missing: str):
    typesetter = LatexTypesetter(**{missing: "not-installed"})
    with pytest.raises(RenderError, match="'not-installed' is not .* texlive-latex-base") as caught:
        typesetter.typeset([Formula(("x",))])
    assert caught.value.kind == "unavailable"


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    typeset("x", r"\foo")
    assert list(tmp_path.iterdir()) == []
