"""A PDF gives what a reader reads in it, in that order, under its headings."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper
from arxiviz_pipeline.ingest.pdf.parser import parse_pdf
from tests.ingest.pdf.typesetting import HEADINGS, Counted, paper, text_content, written_pdf

PROSE = ["Two readings of one balance differ by more than chance allows in all of these."] * 12


def headings(read: ParsedPaper) -> list[tuple[int, str, str]]:
    return [(part.level, part.title, part.role) for part in read.sections]


def content(read: ParsedPaper, title: str) -> str:
    return next(part.content for part in read.sections if part.title == title)


def test_headings_come_with_their_levels_and_roles(read_paper: ParsedPaper):
    assert headings(read_paper) == HEADINGS


def test_sections_are_parts_of_those_above_them(read_paper: ParsedPaper):
    ids = {part.id: part for part in read_paper.sections}
    assert len(ids) == len(read_paper.sections)
    parents = [part.parent_id and ids[part.parent_id].title for part in read_paper.sections]
    first, second = "Introduction", "Earlier work on balances"
    assert parents == [None, first, second, None, None, None, "Proof of the bound", None]


def test_the_text_is_whole_and_in_reading_order(read_paper: ParsedPaper):
    text = " ".join(part.content for part in read_paper.sections)
    numbers = [int(number) for number in re.findall(r"Reading N(\d+) of", text)]
    assert numbers == list(range(1, 20 * 9 + 1))


def test_words_broken_at_line_ends_are_whole_again(read_paper: ParsedPaper):
    words = set(re.findall(r"[\w-]+", content(read_paper, "Methods")))
    assert {"thermometer", "immediately", "laboratory", "well-known"} <= words
    assert {word for word in words if "-" in word} == {"well-known"}
    assert "wellknown" not in words


def test_paragraphs_stay_apart(read_paper: ParsedPaper):
    assert len(content(read_paper, "Introduction").split("\n\n")) == 3


def test_title_authors_and_abstract_are_found(read_paper: ParsedPaper):
    assert read_paper.title == "On Weighing the Same Thing Twice with an Old Balance"
    assert read_paper.authors == ("Anna Schönberg", "Bertrand Peter Mill")
    assert read_paper.abstract.startswith("We weigh one thing twice and compare. The second")
    assert read_paper.abstract.endswith("in all balances of this kind.")


def test_running_heads_and_page_numbers_are_left_out(read_paper: ParsedPaper):
    text = "\n".join(part.content for part in read_paper.sections)
    assert "INTRODUCTION" not in text
    assert not re.search(r"^\d+$", text, re.MULTILINE)


def test_no_formula_is_invented(read_paper: ParsedPaper):
    assert all(part.equations == () for part in read_paper.sections)
    assert "The drift is […] where mi is a reading." in content(
        read_paper, "Earlier work on balances"
    )


def test_captions_and_notes_stand_apart_from_the_text(read_paper: ParsedPaper):
    blocks = [block for part in read_paper.sections for block in part.content.split("\n\n")]
    assert "*Figure 1: The balance and its zero point, seen from above.*" in blocks
    assert "*Table 1: Readings of one day.*" in blocks
    assert "<sup>1</sup>The zero point was noted every morning before the work." in blocks


def test_references_are_items(read_paper: ParsedPaper):
    items = content(read_paper, "References").split("\n")
    assert [item[:15] for item in items] == ["- [1] A. Author", "- [2] B. Writer"]
    assert items[1].endswith("to go on, J. Weigh. 2 (2000).")


def test_markdown_of_its_own_is_escaped(read_paper: ParsedPaper):
    assert r"Prices are in \$ and stars \* stay." in content(read_paper, "Methods")


def test_a_list_of_contents_holds_no_headings(pdf_of: Callable[[str], bytes]):
    read = parse_pdf(pdf_of(paper(front=r"\tableofcontents\newpage")), "paper.pdf")
    assert headings(read) == HEADINGS


def test_headings_that_run_into_the_text(pdf_of: Callable[[str], bytes]):
    text = Counted()
    source = rf"""\documentclass{{article}}\makeatletter
\renewcommand\subsection{{\@startsection{{subsection}}{{2}}{{0pt}}{{6pt}}{{-1em}}{{\bfseries}}}}
\makeatother\newtheorem{{theorem}}{{Theorem}}
\begin{{document}}\title{{On Balances}}\author{{A. Mill}}\maketitle
\section{{Results}}{text.paragraphs(2)}
\begin{{theorem}}Every balance drifts in the course of a day.\end{{theorem}}
\subsection{{The first case.}}{text.paragraphs(2)}
\subsection{{The second case.}}{text.paragraphs(1)}
\end{{document}}"""
    read = parse_pdf(pdf_of(source), "paper.pdf")
    assert [heading[:2] for heading in headings(read)] == [
        (1, "Results"),
        (2, "The first case"),
        (2, "The second case"),
    ]
    assert content(read, "The first case").startswith("Reading N19 of the well-known")


def test_a_title_that_begins_with_a_letter_keeps_it(pdf_of: Callable[[str], bytes]):
    text = Counted()
    source = rf"""\documentclass{{article}}\usepackage{{hyperref}}
\begin{{document}}\title{{On Balances}}\author{{A. Mill}}\maketitle
\section{{A note on balances}}{text.paragraphs(1)}
\section{{I think therefore}}{text.paragraphs(1)}\appendix\section{{Proofs}}{text.paragraphs(1)}
\end{{document}}"""
    read = parse_pdf(pdf_of(source), "paper.pdf")
    assert headings(read) == [
        (1, "A note on balances", "body"),
        (1, "I think therefore", "body"),
        (1, "Proofs", "appendix"),
    ]


def test_words_in_figures_and_turned_stamps_are_no_text(
    pdf_of: Callable[[str], bytes], tmp_path: Path
):
    figure = tmp_path / "figure.pdf"
    figure.write_bytes(written_pdf(content=text_content(["a long label in the figure itself"])))
    stamp = "arXiv:2401.00001v1 [math.GT] 1 Jan 2024"
    source = rf"""\documentclass{{article}}\usepackage{{graphicx}}
\begin{{document}}\rotatebox{{90}}{{{stamp}}}
\section{{Results}}{Counted().paragraphs(2)}
\includegraphics[width=5cm]{{{figure}}}
\end{{document}}"""
    text = content(parse_pdf(pdf_of(source), "paper.pdf"), "Results")
    assert "Reading N18" in text
    assert "label" not in text
    assert "arXiv" not in text


def test_roman_numbers_and_letters_are_levels(pdf_of: Callable[[str], bytes]):
    text = Counted()
    source = rf"""\documentclass[twocolumn]{{article}}
\renewcommand\thesection{{\Roman{{section}}.}}
\renewcommand\thesubsection{{\Alph{{subsection}}.}}
\renewcommand\thesubsubsection{{\arabic{{subsubsection}}.}}
\begin{{document}}\title{{On Balances}}\author{{A. Mill}}\maketitle
\section{{Introduction}}{text.paragraphs(1)}
\section{{Methods}}\subsection{{Days}}{text.paragraphs(1)}\subsection{{Nights}}
\subsubsection{{Before midnight}}{text.paragraphs(1)}\section{{Results}}{text.paragraphs(1)}
\end{{document}}"""
    found = [heading[:2] for heading in headings(parse_pdf(pdf_of(source), "paper.pdf"))]
    assert found == [
        (1, "Introduction"), (1, "Methods"), (2, "Days"), (2, "Nights"), (3, "Before midnight"),
        (1, "Results"),
    ]  # fmt: skip


def test_a_letter_without_headings_is_one_section():
    lines = ["On Balances", "", *PROSE]
    read = parse_pdf(written_pdf(content=text_content(lines)), "letter.pdf")
    assert headings(read) == [(1, read.title, "body")]
    assert read.sections[0].content.count("Two readings") == len(PROSE)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no PDF"),
        (b"<html>", "is no PDF"),
        (b"%PDF-1.4\nnothing", "is damaged"),
        (written_pdf(pages=0), "is damaged"),
        (written_pdf(pages=401), "has 401 pages; from 1 to 400"),
        (written_pdf(), "its pages are pictures"),
        (written_pdf(content=text_content(["3.14 = 2.71 + 0.43; " * 4] * 40 + PROSE[:5])), "mean"),
        (
            written_pdf(content=text_content(PROSE), box="0 0 900000 900000"),
            "900000.0 by 900000.0 points",
        ),
        (
            written_pdf(
                content=text_content(PROSE),
                trailer="/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4"
                f"/O<{'00' * 32}>/U<{'00' * 32}>>>",
            ),
            "is locked with a password",
        ),
    ],
    ids=["empty", "html", "cut", "no page", "pages", "scan", "no letters", "giant", "locked"],
)
def test_what_cannot_be_read_is_told(content: bytes, message: str):
    with pytest.raises(PaperFormatError, match=message):
        parse_pdf(content, "paper.pdf")


def test_a_real_paper_has_all_its_headings(shared_papers: Path):
    folder = shared_papers / "2312.12344"
    expected = json.loads((folder / "expected.latex.json").read_text(encoding="utf-8"))
    wanted = [(part["level"], part["title"]) for part in expected["sections"] if "level" in part]
    read = parse_pdf((folder / "paper.pdf").read_bytes(), "paper.pdf")
    assert [heading[:2] for heading in headings(read) if heading[2] == "body"] == wanted
    assert read.title == expected["title"]
    assert len(read.authors) == expected["n_authors"]


def test_a_real_paper_made_by_a_word_processor(shared_papers: Path):
    read = parse_pdf((shared_papers / "math_0303009" / "paper.pdf").read_bytes(), "paper.pdf")
    levels = [part.level for part in read.sections]
    assert levels == [1] * 7 + [2] * 4 + [1] + [2] * 8 + [1, 1]
    assert read.sections[-1].role == "references"
    assert len(read.sections[-1].content.split("\n")) > 10
