from arxiviz_pipeline.ingest.latex.parser import parse_source


def display(preamble: str, formula: str) -> str:
    source = (
        rf"\documentclass{{article}}{preamble}\begin{{document}}"
        rf"\section{{One}}\[{formula}\]\end{{document}}"
    )
    return parse_source(source.encode(), "https://arxiv.org/abs/test").sections[-1].equations[0]


def test_a_code_names_a_symbol():
    assert display(r'\mathchardef\foo="3218', r"a\foo b") == r"a\sim b"


def test_a_font_is_an_alphabet():
    fonts = r"\newfont{\bb}{msbm10}\font\eu=eufm10 scaled\magstep1 "
    assert display(fonts, r"{\bb R}{\eu g}") == r"{\mathbb{R}}{\mathfrak{g}}"


def test_paired_delimiters_are_macros():
    pairs = (
        r"\DeclarePairedDelimiterX\inner[2]{\langle}{\rangle}{#1,#2}"
        r"\DeclarePairedDelimiter{\size}{\lVert}{\rVert}"
    )
    assert display(pairs, r"\inner{a}{b}=\size*{x}") == (
        r"\left\langle a,b\right\rangle=\left\lVert x\right\rVert"
    )


def test_a_palette_draws_for_displays():
    palette = r"\def\fun#1#2{\vbox{\ialign{$#1\hfil##\hfil$\crcr#2\crcr\sim\crcr}}}"
    assert display(palette, r"a\mathrel{\mathpalette\fun >}b") == r"a\gtrsim b"
