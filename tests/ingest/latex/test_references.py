"""Lists of references in the ways that programs write them."""

from tests.ingest.latex.sources import read

BIBER = r"""\refsection{0}
  \datalist[entry]{nty/global//global/global}
    \entry{kay}{book}{}
      \name{author}{2}{}{%
        {{un=0,hash=abc}{%
           family={Kay},
           familyi={K\bibinitperiod},
           given={Ann\bibnamedelima E.}}}%
        {{hash=abd}{%
           family={Low},
           given={Bo}}}%
      }
      \list{publisher}{1}{%
        {House}%
      }
      \field{labelalpha}{KL84}
      \field{title}{The {Big} \emph{book}}
      \field{year}{1984}
      \verb{doi}
      \verb 10.1000/a_b%c
      \endverb
    \endentry
    \entry{low}{article}{}
      \name{author}{1}{}{%
        {{hash=efg}{Low}{L\bibinitperiod}{Bo}{B\bibinitperiod}{}{}{}{}}%
      }
      \field{journaltitle}{Annals}
      \field{title}{On motion}
      \field{volume}{17}
      \field{year}{1905}
      \field{pages}{8\bibrangedash 9}
    \endentry
  \enddatalist
\endrefsection
"""
BODY = r"\section{A} By \textcite{kay} and \parencite[p.~3]{low}. \printbibliography \section{B} b"


def _biblatex(options: str = "") -> tuple[str, str]:
    preamble = rf"\usepackage[{options}]{{biblatex}}\bibliography{{x}}"
    first, references, last = read(BODY, preamble, main__bbl=BIBER).sections
    assert (references.title, references.role, last.title) == ("References", "references", "B")
    return first.content, references.content


def test_fields_that_biber_writes_become_a_list():
    citing, references = _biblatex()
    assert citing == "By [1] and [2, p. 3]."
    assert references.split("\n") == [
        ("- [1] Ann E. Kay and Bo Low, The Big *book*, (1984), House, "
         "[https://doi.org/10.1000/a_b%c](https://doi.org/10.1000/a_b%c)."),
        "- [2] Bo Low, “On motion”, *Annals* 17 (1905), 8–9.",
    ]  # fmt: skip


def test_biblatex_cites_in_the_style_it_is_loaded_with():
    assert _biblatex("style=authoryear")[0] == "By Kay and Low (1984) and (Low, 1905, p. 3)."
    assert _biblatex("style=alphabetic")[0] == "By [KL84] and [1, p. 3]."


def test_fields_of_amsrefs_become_a_list():
    paper = read(
        r"\section{A} By \cite{k}*{p.~3}. \begin{bibdiv}\begin{biblist}"
        r"\bib{k}{book}{author={Kay, A.}, author={Low, B.}, title={Big $x$}, date={1984},"
        r" review={\MR{1}}} \end{biblist}\end{bibdiv}"
    )
    assert paper.sections[0].content == "By [1, p. 3]."
    assert paper.sections[1].role == "references"
    assert paper.sections[1].content == "- [1] Kay, A., Low, B., *Big $x$*, 1984."


def test_what_a_program_writes_around_fields_is_no_text():
    item = r"""\begin{thebibliography}{1}
\providecommand \BibitemOpen [0]{}
\providecommand \bibitemNoStop [0]{.\EOS\space}
\providecommand \EOS [0]{\spacefactor3000\relax}
\providecommand \BibitemShut [1]{\csname bibitem#1\endcsname}
\bibitem [{\citenamefont {Kay}(2011)}]{k} \BibitemOpen
  \bibfield {author} {\bibinfo {author} {\bibfnamefont {A.}~\bibnamefont {Kay}},\ }(\bibinfo {year}
  {2011})\BibitemShut {NoStop}
\bibitem [{Note1()}]{Note1} \BibitemOpen \bibinfo {note} {See below.}\BibitemShut {Stop}
\end{thebibliography}"""
    paper = read(r"\section{A} \cite{k,Note1} " + item)
    assert paper.sections[0].content == "[1, 2]"
    assert paper.sections[1].content.endswith("A. Kay, (2011)\n- [2] See below.")
