"""What a source's text looks like as Markdown."""

import pytest

from tests.ingest.latex.sources import content, read

CASES = {
    "paragraphs": ("One\n  two.\n\nThree.", "One two.\n\nThree."),
    "formulas": (r"Let $x>0$ and \(y\).", "Let $x>0$ and $y$."),
    "emphasis": (r"\emph{one} \textbf{two} {\it three} {\bf four} \texttt{five}",
                 "*one* **two** *three* **four** `five`"),
    "signs of Markdown": (r"5\$ * 2 \_x\_ a\_b <b> \# \&", r"5\$ \* 2 \_x\_ a_b \<b> # &"),
    "capitals": (r"\MakeUppercase{a $\alpha$ b}", r"A $\alpha$ B"),
    "signs in code": (r"\texttt{\_a\_b <c> \#}", "`_a_b <c> #`"),
    "signs at a line start": ("\\# x\n\n1. y", "\\# x\n\n1\\. y"),
    "quotes and dashes": ("``a'' `b' 1--2---c", "“a” ‘b’ 1–2—c"),
    "accents": (r"\'e \"{o} \v{s} \c c \H{o} \~n \aa\o\ss{} \L{}\'{\i}",
                "é ö š ç ő ñ åøß Łí"),
    "spaces": (r"a~b\ c\,d \LaTeX\ e", "a b c d LaTeX e"),
    "links": (r"\href{https://a.org/x%20y}{here} \url{https://b.org/c_d#e}",
              "[here](https://a.org/x%20y) [https://b.org/c_d#e](https://b.org/c_d#e)"),
    "dangerous links": (r"\href{javascript:alert(1)}{here}", "here"),
    "footnotes": (r"Word\footnote{An \emph{aside}.}, next.", "Word (note: An *aside*.), next."),
    "lists": ("\\begin{itemize}\\item One \\item Two\n\n more\\end{itemize}",
              "- One\n- Two\n\n  more"),
    "numbered lists": (r"\begin{enumerate}\item a\item b\end{enumerate}", "1. a\n2. b"),
    "lists in lists": ((r"\begin{itemize}\item a\begin{enumerate}\item b\end{enumerate}"
                        r"\end{itemize}"),
                       "- a\n\n  1. b"),
    "descriptions": (r"\begin{description}\item[Term] Said.\end{description}", "- Term Said."),
    "quotations": (r"\begin{quote}Said.\end{quote}", "> Said."),
    "tables": ((r"\begin{tabular}{l|c}\hline A & B|\\ \hline \multicolumn{2}{c}{wide}\\ $x$ &\\"
                r"\end{tabular}"), "| A | B\\| |\n| --- | --- |\n| wide |  |\n| $x$ |  |"),
    "captions": ((r"\begin{figure}[t]\includegraphics[width=1cm]{x}\caption[s]{A \emph{nice}"
                  r" $x*y$.}\end{figure}\begin{table}\caption{T}\end{table}"),
                 "*Figure 1: A nice $x*y$.*\n\n*Table 1: T*"),
    "listings": ("\\begin{lstlisting}[language=C]\na  %b\n\\end{lstlisting}", "```\na  %b\n```"),
    "code in a line": (r"\verb|a%b| \lstinline{c}", "`a%b` `c`"),
    "colour and size": (r"{\color{red}a} \textcolor{blue}{b} {\large c}", "a b c"),
    "what only lays out": (r"\noindent a\vspace{1cm}\hfill\\[2pt]\clearpage b\label{x}",
                           "a\n\nb"),
    "lengths": ("\\parindent=0pt\\vskip 1cm plus 2pt a", "a"),
    "notes to oneself": (r"a\todo[inline]{no} b", "a b"),
    "units": (r"\SI{3.5}{\kilo\meter\per\second} \num{12}", "3.5 km/s 12"),
    "ensured formulas": (r"\def\z{\ensuremath{z_0}}\z{} $\z$", "$z_0$ ${z_0}$"),
    "astronomers' signs": (r"1\farcs5 of \ion{H}{ii} at 3\micron", "1.″5 of H II at 3µm"),
    "fractions": (r"\nicefrac{1}{2}", "1/2"),
    "raised text": (r"1\textsuperscript{st}", "1<sup>st</sup>"),
    "unknown commands": (r"\unknown{a} \other b \third[x]{c}", "a b c"),
    "algorithms": (r"\begin{algorithmic}\State a\If{$x$}\State b\EndIf\end{algorithmic}",
                   "a\n**if** $x$\nb\n**end if**"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "wanted"), CASES.values(), ids=CASES)
def test_text_is_markdown(body: str, wanted: str):
    assert content(body) == wanted


def test_theorems_say_what_and_which_they_are():
    preamble = (
        r"\newtheorem{thm}{Theorem}[section]\newtheorem{lem}[thm]{Lemma}\newtheorem*{rem}{Remark}"
    )
    body = (
        r"\section{S}\begin{thm}[Euler]\label{t} A.\end{thm}\begin{proof} B.\end{proof}"
        r"\begin{lem} C.\end{lem}\begin{rem} D by \ref{t}.\end{rem}"
    )
    assert content(body, preamble).split("\n\n") == [
        "**Theorem 1.1 (Euler).** A.", "*Proof.* B.", "**Lemma 1.2.** C.",
        "**Remark.** D by 1.1.",
    ]  # fmt: skip


def test_references_are_the_numbers_they_will_have():
    body = (
        r"\section{S}\label{s} \begin{equation}a\end{equation}\begin{align}b\label{e}\\c\nonumber"
        r"\end{align}\begin{figure}\caption{F}\label{f}\end{figure}"
        r"See \ref{s}, \eqref{e}, Fig.~\ref{f} and Table~\ref{none}."
    )
    assert content(body).endswith("See 1, (2), Fig. 1 and Table.")


NATBIB = (
    r"\begin{thebibliography}{9}\bibitem[{Abel \& Bohr(1999)}]{a} A."
    r"\bibitem[Mart{\'\i}nez(2000)]{m} M."
    r"\bibitem[Cantor et~al.(2001)Cantor, Dirac]{c} C.\end{thebibliography}"
)


@pytest.mark.parametrize(
    ("citation", "wanted"),
    [
        (r"\citet{a}", "Abel & Bohr (1999)"),
        (r"\citep[see][p.~3]{a,c}", "(see Abel & Bohr, 1999; Cantor et al., 2001, p. 3)"),
        (r"\citeauthor{c}", "Cantor et al."),
        (r"\citeauthor{m}", "Martínez"),
        (r"\citeyear{c}", "2001"),
    ],
)
def test_citations_name_authors_and_years_where_the_list_does(citation: str, wanted: str):
    paper = read(rf"\section{{S}} {citation} \section{{T}} t {NATBIB}")
    assert paper.sections[0].content == wanted


def test_citations_are_numbers_or_else_their_keys():
    assert content(r"\section{S} \cite{key1, other}") == "[key1, other]"
