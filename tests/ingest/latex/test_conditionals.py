"""Texts that a switch or a comment takes out are no part of the paper."""

import pytest

from tests.ingest.latex.sources import content, outline, read

CASES = {
    "false": (r"\iffalse no\else yes\fi", "yes"),
    "true": (r"\iftrue yes\else no\fi", "yes"),
    "within each other": (r"\iffalse a\iftrue b\else c\fi d\else yes\fi", "yes"),
    "a switch that is off": (r"\newif\iflong \iflong no\else yes\fi", "yes"),
    "a switch that is on": (r"\newif\iflong\longtrue \iflong yes\else no\fi", "yes"),
    "same meaning": (r"\def\a{1}\def\b{1}\ifx\a\b yes\else no\fi", "yes"),
    "undefined": (r"\ifx\nothing\undefined yes\else no\fi", "yes"),
    "defined": (r"\def\a{1}\ifdefined\a yes\else no\fi", "yes"),
    "numbers": (r"\ifnum 3>2 yes\else no\fi", "yes"),
    "registers": (r"\newcount\n \n=3 \ifnum\n=3 yes\else no\fi", "yes"),
    "cases": (r"\ifcase 1 no\or yes\else no\fi", "yes"),
    "in formulas": (r"\def\x{\ifmmode m\else t\fi}\x{} $\x$", "t $m$"),
    "in a formula's text": (r"\def\x{\ifmmode m\else t\fi}$\x\mbox{ \x}$", r"$m\mbox{ t}$"),
    "by PDF": (r"\ifpdf yes\else no\fi", "yes"),
    "ifthen": (r"\ifthenelse{\equal{a}{a}}{yes}{no}", "yes"),
    "booleans": (r"\newboolean{on}\setboolean{on}{true}\ifthenelse{\boolean{on}}{yes}{no}", "yes"),
    "toggles": (r"\newtoggle{x}\iftoggle{x}{no}{yes}", "yes"),
    "comment environments": ("\\begin{comment}\nno\n\\end{comment}\nyes", "yes"),
    "own comments": (r"\excludecomment{note}\begin{note}no\end{note}yes", "yes"),
    "what is only written": (r"{\string\iffalse} yes", "\\\\iffalse yes"),
    "comments": ("y% no\n  es", "yes"),
    "escaped percent signs": (r"5\% yes", "5% yes"),
    "comments between paragraphs": ("a\n% b\n\nc", "a\n\nc"),
    "the end": ("yes\n\\end{document}\nno", "yes"),
}


@pytest.mark.parametrize(("body", "wanted"), CASES.values(), ids=CASES)
def test_only_what_holds_is_read(body: str, wanted: str):
    assert content(body) == wanted


def test_headings_and_formulas_left_out_are_not_found():
    body = r"\section{A} \iffalse \section{B} \[x\] \fi % \section{C}" + "\n\\[y\\]"
    paper = read(body)
    assert outline(paper) == [(1, "A")]
    assert paper.sections[0].equations == ("y",)


def test_a_switch_without_an_end_loses_nothing():
    assert outline(read(r"\section{A} a \iffalse \section{B} b")) == [(1, "A"), (1, "B")]


def test_a_loop_ends_its_own_test():
    paper = read(r"\section{A} \loop\ifnum 1<0 x\repeat one \section{B} two")
    assert [section.content for section in paper.sections] == ["one", "two"]


def test_a_percent_sign_that_is_no_comment_hides_nothing():
    paper = read("{\\catcode`\\%=12 \\gdef\\percent{%}}\n\\section{A} one")
    assert [section.title for section in paper.sections] == ["A"]
