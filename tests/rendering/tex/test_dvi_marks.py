"""Drawings made without what is special in a DVI file are those that dvisvgm makes with it."""

import subprocess
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.ports import Formula
from arxiviz_pipeline.rendering.tex.dvi_marks import put_marks, read_marks
from arxiviz_pipeline.rendering.tex.mathtex import formula_source, tex_document
from arxiviz_pipeline.rendering.tex.typesetter import DOCUMENT_CLASS, TEX_PREAMBLE

PAGES = (
    Formula((r"\frac{a}{b}", "+", r"\sqrt{x}"), isolated=("x",)),
    Formula((r"\quad", r"\overline{z}\rule{0pt}{3cm}")),
    Formula(("words", r"and $\sum_{i=1}^n i^2$"), "center"),
    Formula((r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", r"\underbrace{u + v}_{w}")),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dvi")
    documents = {
        "plain": "\n\\newpage\n".join(map(formula_source, PAGES)),
        "coloured": r"a {\color{red} b}",
        "raw": r"\special{dvisvgm:raw <text>x</text>}a",
        "scaled": r"\special{ps: 2 2 scale}a",
    }
    for name, source in documents.items():
        document = tex_document(source, DOCUMENT_CLASS, TEX_PREAMBLE)
        (folder / f"{name}.tex").write_text(document)
        command = ["latex", "-interaction=batchmode", f"{name}.tex"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


def drawn(folder: Path, *options: str) -> list[str]:
    command = ["dvisvgm", "--no-fonts", "--exact-bbox", "--page=1-", "--verbosity=0", *options]
    subprocess.run([*command, "--output=%p.svg", "plain.dvi"], cwd=folder, check=True)
    return [(folder / f"{page}.svg").read_text() for page in range(1, len(PAGES) + 1)]


def test_a_drawing_with_marks_is_what_dvisvgm_makes_of_them(folder: Path):
    pages = read_marks((folder / "plain.dvi").read_bytes())
    assert pages is not None
    whole, bare = drawn(folder), drawn(folder, "--no-specials")
    marked = [put_marks(svg, page) or "" for svg, page in zip(bare, pages, strict=True)]
    assert list(map(_by_outline, marked)) == list(map(_by_outline, whole))
    assert marked != bare


def _by_outline(svg: str) -> tuple[list[str], str]:
    """Return outlines in any order, which follows from Ghostscript's fonts, and what uses them."""
    head, page = svg.split("</defs>")
    return sorted(head.splitlines()), page


@pytest.mark.parametrize("name", ["coloured", "raw", "scaled"])
def test_what_else_is_special_is_left_to_dvisvgm(folder: Path, name: str):
    assert read_marks((folder / f"{name}.dvi").read_bytes()) is None


def test_a_file_that_ends_early_or_is_no_dvi_is_left_to_dvisvgm(folder: Path):
    dvi = (folder / "plain.dvi").read_bytes()
    assert all(read_marks(dvi[:end]) is None for end in range(0, len(dvi) // 2, 7))
    assert read_marks(b"%PDF-1.5") is None


def test_a_drawing_of_another_page_gets_no_marks(folder: Path):
    pages = read_marks((folder / "plain.dvi").read_bytes())
    assert pages is not None
    first, _, third, _ = drawn(folder, "--no-specials")
    assert put_marks(first, pages[2]) is None
    assert put_marks(third, pages[0]) is None
    assert put_marks("<svg/>", pages[0]) is None
    assert put_marks(first, [*pages[0], "</g>"]) is None
    assert put_marks(first, ["<g id='unique000'>", *pages[0]]) is None
