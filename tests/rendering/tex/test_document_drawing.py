"""Documents that scripts have drawn while they run: what comes of them, and what they cannot."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.advice import remedy_for
from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.tex import document_drawing
from arxiviz_pipeline.rendering.tex.drawing_shelf import DrawnDocument
from arxiviz_pipeline.rendering.tex.installed import STAND_INS
from arxiviz_pipeline.rendering.tex.programs import TexLimits, draw_pages, find_program
from arxiviz_pipeline.rendering.tex.typesetter import LatexTypesetter


def drawn(body: str, compiler: str = "latex", output_format: str = ".dvi") -> DrawnDocument:
    begin = "\\documentclass{article}\\pagestyle{empty}\n\\begin{document}"
    return LatexTypesetter().draw(f"{begin}\n{body}\n\\end{{document}}", compiler, output_format)


def with_preamble(preamble: str, body: str) -> str:
    head = f"\\documentclass{{article}}\\pagestyle{{empty}}\n{preamble}\n"
    return f"{head}\\begin{{document}}\n{body}\n\\end{{document}}"


def with_packages(package: str, body: str) -> DrawnDocument:
    document = with_preamble(rf"\usepackage{{{package}}}", body)
    return LatexTypesetter().draw(document, "latex", ".dvi")


def compiled(files: dict[str, str]) -> tuple[str, Mapping[int, str | None]]:
    latex = [find_program("latex"), "-interaction=nonstopmode", "formula.tex"]
    dvisvgm = [find_program("dvisvgm"), "--no-fonts", "--output=%p.svg", "formula.dvi"]
    run = draw_pages(files, latex, dvisvgm, TexLimits(5, time.monotonic() + 60))
    return run.printed, run.drawings


@pytest.fixture(autouse=True)
def little_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(document_drawing, "_CPU_SECONDS", 2)


def test_the_first_page_is_drawn():
    drawing = drawn("words and $x^2$")
    assert drawing.refusal is None
    assert drawing.svg.startswith("<?xml")
    assert "<use" in drawing.svg


def test_what_tex_says_is_told():
    assert drawn(r"$\foo$").refusal == r"Undefined control sequence \foo"
    assert drawn(r"\usepackage{nowhere}").refusal is not None


def test_a_package_that_is_missing_is_told_with_what_installs_it():
    refusal = str(with_packages("nowhere", "x").refusal)
    assert refusal == "LaTeX Error: File `nowhere.sty' not found"
    assert "deploy/system-packages.sh --more-latex" in remedy_for("latex", refusal)


def test_a_script_loads_packages_of_its_own():
    texts = [r"$\mathbf{x}$", r"$\bm{x}$", r"$\bm{y}$"]
    first, second, third = (with_packages("bm", text) for text in texts)
    assert first.refusal is second.refusal is third.refusal is None
    assert len({each.svg for each in (first, second, third)}) == len(texts)


def test_the_same_preamble_draws_the_same_once_it_is_known():
    typesetter = LatexTypesetter()
    document = with_preamble(r"\newcommand{\mine}{\alpha}", r"$\mine_%d$")
    known = [typesetter.draw(document % number, "latex", ".dvi") for number in range(3)]
    alone = [LatexTypesetter().draw(document % number, "latex", ".dvi") for number in range(3)]
    assert known == alone
    refused = typesetter.draw(with_preamble("", r"$\mine$"), "latex", ".dvi")
    assert refused.refusal == r"Undefined control sequence \mine"


def test_manims_own_class_is_stood_in_for():
    document = r"\documentclass[preview]{standalone}\begin{document}$x$\end{document}"
    printed, drawings = compiled({**STAND_INS, "formula.tex": document})
    assert "(./standalone.cls" in printed
    assert str(drawings[1]).count("<use") == 1


def test_no_page_is_no_drawing():
    assert drawn("").refusal == "dvisvgm makes no drawing"


def test_only_manims_compilers_are_known():
    assert "'rm' with output format '.dvi' is unknown" in str(drawn("x", "rm").refusal)
    assert "output format '.exe' is unknown" in str(drawn("x", "latex", ".exe").refusal)


def test_what_comes_to_no_end_is_ended():
    assert drawn(r"\def\a{\a}\a").refusal == "LaTeX does not come to an end"


def test_files_of_the_machine_cannot_be_read(tmp_path: Path):
    secret = tmp_path / "secret.tex"
    secret.write_text("SECRETWORDS")
    secret.chmod(0o644)
    for path in ("/etc/passwd", str(secret)):
        drawing = drawn(rf"\input{{{path}}}")
        assert drawing.svg == ""
        assert "SECRETWORDS" not in str(drawing.refusal)
        assert "root:" not in str(drawing.refusal)
        opened = drawn(rf"\newread\f \openin\f={path} \ifeof\f nothing \else THERE \fi")
        assert opened.svg.count("<use") == len("nothing")


def test_programs_cannot_be_run_nor_files_be_written(tmp_path: Path):
    tmp_path.chmod(0o777)
    written = tmp_path / "written.tex"
    drawn(rf"\immediate\write18{{touch {written}}} x")
    drawn(rf"\newwrite\f \immediate\openout\f={written} \immediate\write\f{{x}} x")
    assert not written.exists()


def test_a_flood_of_output_is_ended():
    drawing = drawn(
        r"\newwrite\f \immediate\openout\f=a \loop\immediate\write\f{xxxxxxxx}\iftrue\repeat"
    )
    assert drawing.refusal is not None


def test_a_missing_compiler_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RenderError, match="'latex' is not on the PATH"):
        drawn("x")
