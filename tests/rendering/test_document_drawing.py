"""Documents that scripts have drawn while they run: what comes of them, and what they cannot."""

from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering import document_drawing
from arxiviz_pipeline.rendering.document_drawing import DrawnDocument, draw_document


def drawn(body: str, compiler: str = "latex", output_format: str = ".dvi") -> DrawnDocument:
    begin = "\\documentclass{article}\\pagestyle{empty}\n\\begin{document}"
    return draw_document(f"{begin}\n{body}\n\\end{{document}}", compiler, output_format)


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
    with pytest.raises(RenderError, match="'dvisvgm' is not on the PATH"):
        drawn("x")
