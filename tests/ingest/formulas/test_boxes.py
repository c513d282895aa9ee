from pathlib import Path

import pytest

from arxiviz_pipeline.ingest.formulas.cleaning import clean_latex
from arxiviz_pipeline.ingest.formulas.math_codes import symbol_of_code
from tests.ingest.formulas.latex_document import refused_formulas

# Signs that old papers draw, and the sign that says the same.
DRAWN = {
    r"\mathrel{\rlap{\raise.5ex\hbox{$>$}}{\lower.5ex\hbox{$\sim$}}}": r"\gtrsim",
    r"""\hbox to 0pt{\lower 3pt\hbox{$\mathchar"218$}\hss}\raise 2pt\hbox{$\mathchar"13C$}""": (
        r"\lesssim"
    ),
    r"\rlap{\lower3pt\hbox{$\sim$}}\raise2pt\hbox{$<$}": r"\lesssim",
    r"\raisebox{-.13cm}{~\shortstack{$<$\\[-.07cm]$\sim$}}~": r"\lesssim~",
    r"\raisebox{-0.5ex}{$\:\stackrel{\textstyle>}{\approx}\:$}": r"\gtrapprox",
    r"\lower3.6pt\vbox{\baselineskip0pt\ialign{$\hfil##\hfil$\crcr<\crcr\sim\crcr}}": r"\lesssim",
    r"\vcenter{\vbox{\hrule height.4pt\hbox{\vrule width.4pt height6pt}\hrule}}": r"\square",
    r"\vbox{\ialign{##\crcr$\leftrightarrow$\crcr\noalign{\kern1pt}$\hfil{D}\hfil$\crcr}}": (
        r"\overset{\leftrightarrow}{{D}}"
    ),
    r"\ooalign{\hfil$-$\hfil\crcr$\int$\crcr}": r"{{\rlap{$-$}\int}}",
    r"\hbox{$<$}+\vbox{\hbox{$\sim$}}": r"\hbox{$<$}+\hbox{\hbox{$\sim$}}",
    r"\hbox{$<$}\hbox{$\sim$}": r"\hbox{$<$}\hbox{$\sim$}",
    r"\vbox{\hbox{$a$}\kern1pt\hbox{b}}": r"\overset{\hbox{$a$}}{\hbox{b}}",
    r"{\fam\msbfam\relax R}+{\fam\eufmfam g}": r"{\mathbb{R}}+{\mathfrak{g}}",
    r"""\mathchar"3218 x\mathchar'1030\mathchar"141 """: r"\sim x\sim A",
    r"\setbox0=\hbox{$p$}\dimen0=\wd0 x": r"\hbox{$p$} x",
}


@pytest.mark.parametrize("drawn", DRAWN)
def test_signs_drawn_with_boxes_are_told(drawn: str):
    assert clean_latex(drawn) == DRAWN[drawn]


def test_what_was_drawn_compiles(tmp_path: Path):
    assert refused_formulas(list(DRAWN.values()), tmp_path) == {}


def test_every_character_code_of_plain_tex_compiles(tmp_path: Path):
    symbols = [symbol_of_code(code) for code in range(0x400)]
    uses = ["x{" + symbol + "}y" for symbol in symbols if symbol and symbol != r"\not"]
    assert len(uses) > 300
    assert refused_formulas([clean_latex(use) for use in uses], tmp_path) == {}
