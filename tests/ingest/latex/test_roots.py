"""The main file is found by arXiv's notes, or by what TeX could be run on."""

import pytest

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.latex.roots import choose_roots
from arxiviz_pipeline.ingest.latex.source_files import SourceFiles

BODY = "\\section{One} Words. \\section{Two} More words."
PAPER = f"\\documentclass{{article}}\\begin{{document}}{BODY}\\end{{document}}"
LONG = PAPER.replace("Words.", "Words. " * 500)


def roots(files: dict[str, str]) -> tuple[str, ...]:
    return choose_roots(SourceFiles({path: text.encode() for path, text in files.items()}))


def test_the_file_that_inputs_the_others_is_the_main_one():
    files = {
        "a_intro.tex": BODY,
        "paper.tex": "\\documentclass{article}\\begin{document}\\input a_intro \\include{body}",
        "body.tex": BODY * 9,
    }
    assert roots(files) == ("paper.tex",)


def test_class_and_document_may_stand_in_files_of_their_own():
    files = {
        "head.tex": "\\documentclass{article}\\newcommand{\\x}{x}",
        "text.tex": f"\\begin{{document}}{BODY}\\end{{document}}",
        "z.tex": "\\input{head}\\input{text}",
    }
    assert roots(files) == ("z.tex",)


def test_a_class_in_a_comment_counts_for_nothing():
    files = {"a.tex": "% \\documentclass{article}\\begin{document}\nnotes \\alpha", "b.tex": PAPER}
    assert roots(files) == ("b.tex",)


@pytest.mark.parametrize(
    "other",
    [
        {"a_supplement.tex": LONG},
        {"a-response.tex": LONG},
        {"cover_letter.tex": LONG},
        {"SI.tex": LONG},
        {"figure1.tex": LONG},
        {"a.tex": "\\documentclass{standalone}\\begin{document}\\draw\\end{document}"},
        {"a.tex": PAPER.replace("{article}", "{letter}")},
        {"a/main.tex": PAPER},
        {"a.tex": "\\newcommand{\\x}{x}"},
        {"anc/main.tex": LONG},
        {"a.tex": "%auto-ignore\n" + LONG},
        {"a.sty": LONG},
    ],
)
def test_what_is_no_paper_is_passed_by(other: dict[str, str]):
    assert roots({**other, "mypaper.tex": PAPER}) == ("mypaper.tex",)


@pytest.mark.parametrize("name", ["main.tex", "ms.tex", "paper.tex"])
def test_a_usual_name_decides_between_equals(name: str):
    assert roots({"aa.tex": PAPER, name: PAPER}) == (name,)


def test_a_bibliography_of_the_same_name_decides_between_equals():
    assert roots({"aa.tex": PAPER, "bb.tex": PAPER, "bb.bbl": "\\bibitem{x}"}) == ("bb.tex",)


def test_subfiles_are_parts_of_the_file_that_names_them():
    part = f"\\documentclass[../main.tex]{{subfiles}}\\begin{{document}}{BODY}\\end{{document}}"
    files = {
        "parts/one.tex": part,
        "thesis.tex": "\\documentclass{book}\\begin{document}\\subfile{parts/one}\\end{document}",
    }
    assert roots(files) == ("thesis.tex",)


def test_imported_files_are_parts_too():
    files = {
        "z.tex": "\\documentclass{article}\\begin{document}\\import{parts/}{one}\\end{document}",
        "parts/one.tex": PAPER,
    }
    assert roots(files) == ("z.tex",)


def test_plain_tex_ends_with_bye():
    files = {"a.tex": "\\def\\x{x} \\alpha", "b.tex": "\\magnification=1200\nText.\n\\bye\n"}
    assert roots(files) == ("b.tex",)


def test_amstex_has_a_document_of_its_own():
    paper = "\\input amstex\n\\documentstyle{amsppt}\n\\document\nText\n\\enddocument\n"
    assert roots({"a.tex": "\\define\\x{x}", "b.tex": paper}) == ("b.tex",)


def test_files_that_input_each_other_have_a_main_file_too():
    files = {"a.tex": "\\input{b} " + PAPER, "b.tex": "\\input{a} \\x"}
    assert roots(files) == ("a.tex",)


JSON_NOTES = """{"sources": [
  {"filename": "b.tex", "usage": "toplevel"},
  {"filename": "main.tex", "usage": "ignore"},
  {"filename": "a.tex", "usage": "toplevel"}
]}"""
YAML_NOTES = """
sources:
- {filename: b.tex, usage: toplevel}
- {filename: a.tex, usage: toplevel}
"""
TOML_NOTES = """
[[sources]]
filename = "b.tex"
usage = "toplevel"
[[sources]]
filename = "a.tex"
usage = "toplevel"
"""


@pytest.mark.parametrize(
    ("name", "notes"),
    [("00README.json", JSON_NOTES), ("00README.yaml", YAML_NOTES), ("00README.toml", TOML_NOTES)],
)
def test_arxiv_s_notes_name_the_main_files_in_order(name: str, notes: str):
    files = {name: notes, "main.tex": LONG, "a.tex": PAPER, "b.tex": PAPER}
    assert roots(files) == ("b.tex", "a.tex")


def test_the_old_notes_name_main_files_that_are_joined_by_alphabet():
    notes = "main.tex ignore\nb.tex toplevelfile\r\na.tex toplevelfile\nnostamp\n"
    files = {"00README.XXX": notes, "main.tex": LONG, "a.tex": PAPER, "b.tex": PAPER}
    assert roots(files) == ("a.tex", "b.tex")


def test_what_the_notes_ignore_is_no_main_file():
    notes = '{"sources": [{"filename": "main.tex", "usage": "ignore"}]}'
    assert roots({"00README.json": notes, "main.tex": LONG, "b.tex": PAPER}) == ("b.tex",)


@pytest.mark.parametrize(
    "notes",
    ["{", "[]", '{"sources": 3}', '{"sources": [3, {}]}', "[" * 9_000, '"\\ud800"'],
    ids=["cut", "list", "number", "entries", "deep", "surrogate"],
)
def test_notes_that_cannot_be_read_say_nothing(notes: str):
    for name in ("00README.json", "00README.yaml", "00README.toml"):
        assert roots({name: notes, "main.tex": PAPER}) == ("main.tex",)


def test_a_source_without_tex_is_refused():
    with pytest.raises(PaperFormatError, match="files is LaTeX or TeX: 'a.bib'"):
        roots({"a.bib": "@book{x}", "readme.txt": "words"})
