"""Makes PDFs for the tests: papers by LaTeX, and broken ones by hand."""

import subprocess
from pathlib import Path

SENTENCES = 9  # in a paragraph
_THINGS = ("balance", "instrument", "weight", "pendulum", "thermometer", "zero point", "beam")
_TIMES = (
    "immediately", "by two observers", "in the evening", "without any hesitation", "twice",
    "before breakfast", "in the notebook of the laboratory", "after a short discussion",
    "on the third day", "once more", "in pencil",
)  # fmt: skip


def typeset(folder: Path, source: str) -> bytes:
    """Run LaTeX twice, for outlines and numbers."""
    (folder / "paper.tex").write_text(source, encoding="utf-8")
    for _ in range(2):
        subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],  # noqa: S607
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )
    return (folder / "paper.pdf").read_bytes()


class Counted:
    """Writes paragraphs whose sentences are numbered, so that their order can be told."""

    def __init__(self) -> None:
        self.count = 0

    def paragraphs(self, number: int) -> str:
        return "\n\n".join(self._paragraph() for _ in range(number))

    def _paragraph(self) -> str:
        return " ".join(self._sentence() for _ in range(SENTENCES))

    def _sentence(self) -> str:
        self.count += 1
        what = _THINGS[self.count % len(_THINGS)]
        when = _TIMES[self.count % len(_TIMES)]
        return f"Reading N{self.count} of the well-known {what} was written down {when}."


def paper(preamble: str = r"\documentclass{article}", front: str = "") -> str:
    """A paper of some pages with everything that papers have."""
    text = Counted()
    return rf"""{preamble}
\pagestyle{{headings}}
\title{{On Weighing the Same Thing Twice with an Old Balance}}
\author{{Anna Sch\"onberg \and Bertrand Peter Mill}}
\begin{{document}}
\maketitle
\begin{{abstract}}
We weigh one thing twice and compare. The second reading differs from the first one by more than
chance allows, and we say why that is so in all balances of this kind.
\end{{abstract}}
{front}
\section{{Introduction}}
{text.paragraphs(3)}
\subsection{{Earlier work on balances}}
{text.paragraphs(2)}
The drift is
\begin{{equation}}
  d = \sum_{{i=1}}^{{n}} \frac{{m_i - m_0}}{{n}}
\end{{equation}}
where $m_i$ is a reading.\footnote{{The zero point was noted every morning before the work.}}
{text.paragraphs(2)}
\subsubsection{{A longer look at the drift of the zero point, which fills more than a line}}
{text.paragraphs(3)}
\begin{{figure}}[t]
\centering\fbox{{a balance}}
\caption{{The balance and its zero point, seen from above.}}
\end{{figure}}
\section{{Methods}}
{text.paragraphs(4)}
Prices are in \$ and stars * stay.
\begin{{table}}
\caption{{Readings of one day.}}
\begin{{tabular}}{{lrr}}morning & 1.0 & 2.0\\ evening & 3.0 & 4.0\end{{tabular}}
\end{{table}}
\section*{{Acknowledgments}}
We thank the keeper of the balance.
\appendix
\section{{Proof of the bound}}
{text.paragraphs(5)}
\subsection{{Second step}}
{text.paragraphs(1)}
\begin{{thebibliography}}{{9}}
\bibitem{{a}} A. Author, On balances, J. Weigh. 1 (1999) 1--9.
\bibitem{{b}} B. Writer and C. Other, A title that is long enough to run over the end of its line
and to go on, J. Weigh. 2 (2000).
\end{{thebibliography}}
\end{{document}}
"""


HEADINGS = [
    (1, "Introduction", "body"),
    (2, "Earlier work on balances", "body"),
    (3, "A longer look at the drift of the zero point, which fills more than a line", "body"),
    (1, "Methods", "body"),
    (1, "Acknowledgments", "acknowledgements"),
    (1, "Proof of the bound", "appendix"),
    (2, "Second step", "appendix"),
    (1, "References", "references"),
]


def written_pdf(
    *, pages: int = 1, content: bytes = b"", box: str = "0 0 612 792", trailer: str = ""
) -> bytes:
    """A PDF put together by hand, every page with the same content."""
    kids = " ".join(f"{number + 5} 0 R" for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        *[
            f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>".encode()
        ]
        * pages,
    ]
    body = b"%PDF-1.4\n"
    offsets: list[int] = []
    for number, content_of in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content_of)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, trailer.encode(), len(body))
    )


def text_content(lines: list[str], size: int = 10) -> bytes:
    shown = "".join(f"({line}) ' " for line in lines)
    return f"BT /F {size} Tf {size + 2} TL 72 720 Td {shown} ET".encode("latin-1")
