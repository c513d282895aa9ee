"""What authors define is expanded, and where TeX would not end, reading does."""

import pytest

from tests.ingest.latex.sources import content, outline, read

DEFINITIONS = {
    "without arguments": (r"\newcommand{\R}{\mathbb{R}}", r"$\R$", r"$\mathbb{R}$"),
    "without braces around the name": (r"\newcommand\R{\mathbb{R}}", r"$\R$", r"$\mathbb{R}$"),
    "with arguments": (r"\newcommand{\two}[2]{#2 and #1}", r"\two{a}{b}", "b and a"),
    "with an optional argument": (r"\newcommand{\opt}[2][x]{#1#2}", r"\opt{a} \opt[y]{a}", "xa ya"),
    "renewed": (r"\renewcommand{\epsilon}{\varepsilon}", r"$\epsilon$", r"$\varepsilon$"),
    "provided, though known": (r"\newcommand\a{1}\providecommand{\a}{2}", r"\a", "1"),
    "robust": (r"\DeclareRobustCommand{\x}[1]{(#1)}", r"\x a", "(a)"),
    "by TeX": (r"\def\pair#1#2{#2#1}", r"\pair ab", "ba"),
    "with delimiters": (r"\def\at(#1,#2){#2 at #1}", "\\at(3,4)", "4 at 3"),
    "up to a word": (r"\def\until#1 end{[#1]}", r"\until here it end.", "[here it]."),
    "expanded at once": (r"\def\a{1}\edef\b{\a\a}\def\a{2}", r"\b", "11"),
    "in a group": ("", r"{\def\x{in}\x} \def\x{out}\x", "in out"),
    "globally in a group": ("", r"{\gdef\x{in}}\x", "in"),
    "by let": (r"\newcommand\old{a}\let\new\old\renewcommand\old{b}", r"\new\old", "ab"),
    "over a name that let keeps": (
        r"\let\oldphi\phi\renewcommand{\phi}{\oldphi_0}", r"$\phi$", r"$\phi_0$",
    ),
    "as an operator": (r"\DeclareMathOperator{\tr}{tr}", r"$\tr A$", r"$\operatorname{tr}A$"),
    "in xparse's way": (
        r"\NewDocumentCommand{\x}{s O{d} m}{\IfBooleanTF{#1}{star}{plain} #2 #3}",
        r"\x{a}; \x*[b]{c}",
        "plain d a; star b c",
    ),
    "with a value or none": (
        r"\NewDocumentCommand{\x}{m o}{#1\IfValueT{#2}{(#2)}}", r"\x{a} \x{b}[c]", "a b(c)",
    ),
    "by a name made up": (r"\expandafter\def\csname my1\endcsname{yes}", r"\csname my1\endcsname",
                          "yes"),
    "within a definition": (r"\def\make#1{\def\x##1{#1##1}}\make{a}", r"\x{b}", "ab"),
}  # fmt: skip


@pytest.mark.parametrize(("preamble", "body", "wanted"), DEFINITIONS.values(), ids=DEFINITIONS)
def test_macros_are_expanded_when_defined(preamble: str, body: str, wanted: str):
    assert content(body, preamble) == wanted


ALIASES = [
    (r"\def\beq{\begin{equation}}\def\eeq{\end{equation}}", r"\beq a=b \eeq"),
    (r"\newcommand{\be}{\begin{equation}}\newcommand{\ee}{\end{equation}}", r"\be a=b \ee"),
    (r"\newenvironment{eq}{\begin{equation}}{\end{equation}}", r"\begin{eq}a=b\end{eq}"),
    (r"\newenvironment{eq}[1]{\equation\label{#1}}{\endequation}", r"\begin{eq}{k}a=b\end{eq}"),
    (r"\let\eq\equation\let\endeq\endequation", r"\begin{eq}a=b\end{eq}"),
    (r"\let\[\relax\newcommand{\D}[1]{$$#1$$}", r"\D{a=b}"),
    (r"\def\eq#1\qe{\[#1\]}", r"\eq a=b\qe"),
    (r"\usepackage{environ}\NewEnviron{eq}{\begin{equation}\BODY\end{equation}}",
     r"\begin{eq}a=b\end{eq}"),
]  # fmt: skip


@pytest.mark.parametrize(("preamble", "body"), ALIASES)
def test_displays_by_other_names_are_displays(preamble: str, body: str):
    (section,) = read(rf"\section{{S}} {body}", preamble).sections
    assert section.equations == ("a=b",)


DRAWN = [
    ((r"\def\lsim{\mathrel{\mathpalette\fun <}}\def\fun#1#2{\lower3.6pt\vbox{\baselineskip0pt"
      r"\ialign{$#1\hfil##\hfil$\crcr#2\crcr\sim\crcr}}}"), r"x \lsim y", r"x \lesssim y"),
    (r"\def\simge{\mathrel{\rlap{\raise .511ex\hbox{$>$}}{\lower .511ex\hbox{$\sim$}}}}",
     r"x \simge y", r"x \gtrsim y"),
    (r"\def\my{\raisebox{-.1cm}{\shortstack{$<$\\ $\sim$}}}", r"x \my y", r"x \lesssim y"),
]  # fmt: skip


@pytest.mark.parametrize(("preamble", "tex", "wanted"), DRAWN)
def test_symbols_drawn_with_boxes_are_the_symbols_they_mean(preamble: str, tex: str, wanted: str):
    assert content(f"${tex}$", preamble).replace(" ", "") == f"${wanted}$".replace(" ", "")


def test_symbols_of_a_class_that_is_not_there_are_known():
    written = content(r"$x \la y$ and \ga")
    assert r"\lesssim" in written
    assert written.endswith(r"and $\gtrsim$")
    assert content(r"\la", r"\newcommand{\la}{own}") == "own"


def test_headings_by_other_names_are_headings():
    preamble = r"\newcommand{\head}[1]{\section*{#1}}\newcommand\sub{\subsection}"
    paper = read(r"\head{One} a \sub{Two} b", preamble)
    assert outline(paper) == [(1, "One"), (2, "Two")]


def test_headings_made_by_the_class_macro_have_its_level():
    preamble = (
        r"\makeatletter\newcommand\topic{\@startsection{topic}{2}{\z@}{1ex}{1ex}{\bfseries}}"
        r"\makeatother"
    )
    assert outline(read(r"\section{A} a \topic{B} b", preamble)) == [(1, "A"), (2, "B")]


def test_a_heading_cannot_be_redefined_into_its_layout():
    preamble = (
        r"\makeatletter\renewcommand\section{\@startsection{section}{1}{\z@}{1ex}{1ex}{\bf}}"
        r"\makeatother\renewcommand{\paragraph}[1]{\textbf{#1}}"
    )
    paper = read(r"\section{A} a \paragraph{B} b", preamble)
    assert outline(paper) == [(1, "A"), (4, "B")]


def test_a_name_of_a_heading_may_be_a_symbol():
    assert content(r"$\part x$", r"\def\part{\partial}") == r"$\partial x$"


@pytest.mark.parametrize(
    "preamble",
    [
        r"\def\a{\b}\def\b{\a}",
        r"\def\a{x\b}\def\b{y\a}",
        r"\def\a#1{\b{#1#1}}\def\b#1{\a{#1#1}}",
        r"\renewcommand{\a}{\a\a}",
        "".join(f"\\def\\{one}{{\\{two}\\{two}}}" for one, two in zip("abcdefghijklmnopqrstuvw",
                                                                     "bcdefghijklmnopqrstuvwx",
                                                                     strict=True)),
    ],
)  # fmt: skip
def test_what_would_never_end_is_left_and_the_rest_is_read(preamble: str):
    paper = read(r"\section{A} one \section{B} \a{x}", preamble)
    assert outline(paper)[0] == (1, "A")
    assert paper.sections[0].content == "one"
