r"""The LaTeX that papers use beyond amsmath and amssymb, and what says the same within them.

The commands are of physics, braket, mathtools, stmaryrd, bbm, dsfont, cancel, xcolor, extarrows
and their like, and of plain TeX and AMS-TeX. Signatures are written as letters: `s` is a star,
`o` stands in brackets, `m` is an argument, `g` a group that need not be there.
"""

from typing import Final

from arxiviz_pipeline.ingest.formulas.word_lists import words_in


def _each(names: str, value: str) -> dict[str, str]:
    return dict.fromkeys(words_in(names), value)


DROPPED: Final[dict[str, str]] = {
    **_each(
        """
        adjustlimits allowdisplaybreaks displaybreak indent noindent newline nonumber notag par
        xspace leavevmode relax protect break filbreak goodbreak smallskip medskip bigskip vfill
        centering raggedright raggedleft nolinebreak crcr endgraf
        normalcolor ignorespaces unskip hidewidth omit mathsurround thinmuskip
        medmuskip thickmuskip arraycolsep tabcolsep kern mkern hskip mskip vskip penalty
        vrule hrule char mathchar toprule midrule bottomrule hfuzz selectfont
        normalbaselines offinterlineskip baselineskip lineskip singlespacing
        doublespacing scriptspace nulldelimiterspace qedhere qed
        nonscript long global immediate expandafter noexpand
        shoveleft shoveright MoveEqLeft makeatletter makeatother sloppy
        endaligned footnotemark raise lower unitlength
        """,
        "",
    ),
    **_each("linebreak pagebreak nopagebreak", "o"),
    **_each(
        """
        cref Cref autoref nameref ref eqref pageref vref hypertarget noalign vspace special
        pagecolor mathgroup tag vadjust intertextpars
        fontfamily fontseries fontshape fontencoding mathversion thispagestyle hyphenation
        marginpar index ensureheight todo
        """,
        "sm",
    ),
    **_each("label", "om"),
    **_each("color rowcolor cellcolor columncolor arrayrulecolor", "oom"),
    **_each("cite citep citet citealt citealp citeauthor citeyear parencite textcite", "soom"),
    **_each("footnote footnotetext thanks", "om"),
    **_each("includegraphics", "soom"),
    **_each("definecolor colorlet", "ommm"),
    **_each("setlength addtolength setcounter addtocounter fontsize", "mm"),
    **_each("cmidrule", "om"),
    **_each("leftroot uproot stepcounter refstepcounter message", "m"),
    **_each("advance dimen ht dp wd setbox box copy unhbox unhcopy", "n"),
}
"""What is left out, with its arguments."""

_FENCES: Final = {
    "abs": (r"\left|", r"\right|"),
    "norm": (r"\left\|", r"\right\|"),
    "ket": (r"\left|", r"\right\rangle "),
    "bra": (r"\left\langle ", r"\right|"),
    "set": (r"\left\{", r"\right\}"),
    "ceil": (r"\left\lceil ", r"\right\rceil "),
    "floor": (r"\left\lfloor ", r"\right\rfloor "),
}

REWRITTEN: Final[dict[str, tuple[str, str]]] = {
    **{name: ("som", f"{left}#2{right}") for name, (left, right) in _FENCES.items()},
    **dict.fromkeys(
        words_in("""
        bcancel cancel mathclap mathlarger mathllap mathrlap mathsmaller smashoperator xcancel
        adjustbox sout uwave hlmath
        """),
        ("om", "{#2}"),
    ),
    **dict.fromkeys(words_in("mathcolor textcolor"), ("omm", "{#3}")),
    "absolutevalue": ("sm", r"\left|#1\right|"),
    "Abs": ("sm", r"\left|#1\right|"),
    "Bra": ("m", r"\left\langle #1\right|"),
    "Ket": ("m", r"\left|#1\right\rangle "),
    "Norm": ("sm", r"\left\|#1\right\|"),
    "Set": ("sm", r"\left\{#1\right\}"),
    "accentset": ("mm", r"\overset{#1}{#2}"),
    "acomm": ("smm", r"\left\{#1,#2\right\}"),
    "anticommutator": ("smm", r"\left\{#1,#2\right\}"),
    "boxeq": ("m", r"\boxed{#1}"),
    "cancelto": ("mm", "{#2}"),
    "colorbox": ("omm", r"\mbox{#3}"),
    "comm": ("smm", r"\left[#1,#2\right]"),
    "commutator": ("smm", r"\left[#1,#2\right]"),
    "cramped": ("om", "{#2}"),
    "eval": ("sm", r"\left.#1\right|"),
    "evaluated": ("sm", r"\left.#1\right|"),
    "fcolorbox": ("ommm", r"\mbox{#4}"),
    "fbox": ("m", r"\boxed{\text{#1}}"),
    "framebox": ("oom", r"\boxed{\text{#3}}"),
    "href": ("omm", r"\text{#3}"),
    "hyperlink": ("mm", "{#2}"),
    "hyperref": ("om", "{#2}"),
    "intertext": ("m", r"\text{#1}\\"),
    "inferrule": ("somm", r"\frac{#2}{#3}"),
    "lefteqn": ("m", "{#1}"),
    "mathchoice": ("mmmm", "{#1}"),
    "mathpalette": ("mm", "{#1{}{#2}}"),
    "mathlig": ("mm", ""),
    "mathtoolsset": ("m", ""),
    "multispan": ("m", ""),
    "nicefrac": ("omm", r"\tfrac{#2}{#3}"),
    "order": ("sm", r"\mathcal{O}\left(#1\right)"),
    "overbracket": ("oom", r"\overbrace{#3}"),
    "underbracket": ("oom", r"\underbrace{#3}"),
    "pb": ("smm", r"\left\{#1,#2\right\}"),
    "poissonbracket": ("smm", r"\left\{#1,#2\right\}"),
    "makebox": ("oom", r"\mbox{#3}"),
    "parbox": ("omm", r"\text{#3}"),
    "prescript": ("mmm", "{}^{#1}_{#2}{#3}"),
    "protected": ("", ""),
    "resizebox": ("smmm", r"\mbox{#3}"),
    "rotatebox": ("omm", r"\mbox{#3}"),
    "reflectbox": ("m", r"\mbox{#1}"),
    "scalebox": ("mom", r"\mbox{#3}"),
    "sfrac": ("omom", r"\tfrac{#2}{#4}"),
    "shortintertext": ("m", r"\text{#1}\\"),
    "slashed": ("m", r"{\not{#1}}"),
    "stackbin": ("mm", r"\mathbin{\overset{#1}{#2}}"),
    "splitfrac": ("mm", r"\genfrac{}{}{0pt}{}{#1}{#2}"),
    "splitdfrac": ("mm", r"\genfrac{}{}{0pt}{}{#1}{#2}"),
    "tensor": ("som", "{#3}"),
    "texorpdfstring": ("mm", "{#1}"),
    "underaccent": ("mm", r"\underset{#1}{#2}"),
    "undertilde": ("m", r"\underset{\sim}{#1}"),
    "utilde": ("m", r"\underset{\sim}{#1}"),
    "uline": ("m", r"\underline{#1}"),
    "url": ("m", r"\text{#1}"),
    "nolinkurl": ("m", r"\text{#1}"),
    "vb": ("sm", r"\mathbf{#1}"),
    "va": ("sm", r"\vec{\mathbf{#1}}"),
    "vu": ("sm", r"\hat{\mathbf{#1}}"),
    "vectorbold": ("sm", r"\boldsymbol{#1}"),
    "vectorarrow": ("sm", r"\vec{\boldsymbol{#1}}"),
    "vectorunit": ("sm", r"\hat{\boldsymbol{#1}}"),
    "vqty": ("m", r"\left|#1\right|"),
    "pqty": ("m", r"\left(#1\right)"),
    "bqty": ("m", r"\left[#1\right]"),
    "Bqty": ("m", r"\left\{#1\right\}"),
    "qq": ("sm", r"\quad\text{#1}\quad "),
    "xRightarrow": ("om", r"\overset{#2}{\underset{#1}{\Longrightarrow}}"),
    "xLeftarrow": ("om", r"\overset{#2}{\underset{#1}{\Longleftarrow}}"),
    "xLeftrightarrow": ("om", r"\overset{#2}{\underset{#1}{\Longleftrightarrow}}"),
    "xleftrightarrow": ("om", r"\overset{#2}{\underset{#1}{\longleftrightarrow}}"),
    "xhookrightarrow": ("om", r"\overset{#2}{\underset{#1}{\hookrightarrow}}"),
    "xhookleftarrow": ("om", r"\overset{#2}{\underset{#1}{\hookleftarrow}}"),
    "xmapsto": ("om", r"\overset{#2}{\underset{#1}{\longmapsto}}"),
    "xlongequal": ("om", r"\overset{#2}{\underset{#1}{=}}"),
    "xtwoheadrightarrow": ("om", r"\overset{#2}{\underset{#1}{\twoheadrightarrow}}"),
    "xrightleftharpoons": ("om", r"\overset{#2}{\underset{#1}{\rightleftharpoons}}"),
    "xleftrightharpoons": ("om", r"\overset{#2}{\underset{#1}{\leftrightharpoons}}"),
    "xrightharpoonup": ("om", r"\overset{#2}{\underset{#1}{\rightharpoonup}}"),
    "xrightharpoondown": ("om", r"\overset{#2}{\underset{#1}{\rightharpoondown}}"),
}
"""A command's signature, and what is written instead, `#1` for its first argument."""

REWRITTEN_BY_COUNT: Final[dict[str, tuple[str, dict[int, str]]]] = {
    **dict.fromkeys(
        ("braket", "Braket", "innerproduct", "ip"),
        (
            "smg",
            {
                1: r"\left\langle #1\right\rangle ",
                2: r"\left\langle #1\middle|#2\right\rangle ",
            },
        ),
    ),
    **dict.fromkeys(
        ("ketbra", "op", "outerproduct", "dyad"),
        (
            "smg",
            {
                1: r"\left|#1\right\rangle\left\langle #1\right|",
                2: r"\left|#1\right\rangle\left\langle #2\right|",
            },
        ),
    ),
    **dict.fromkeys(
        ("expval", "expectationvalue", "ev"),
        (
            "smg",
            {
                1: r"\left\langle #1\right\rangle ",
                2: r"\left\langle #2\middle|#1\middle|#2\right\rangle ",
            },
        ),
    ),
    **dict.fromkeys(
        ("mel", "matrixelement", "matrixel"),
        ("smmm", {3: r"\left\langle #1\middle|#2\middle|#3\right\rangle "}),
    ),
    **dict.fromkeys(
        ("dv", "derivative"),
        (
            "somg",
            {
                2: r"\frac{\mathrm{d}^{#1}}{\mathrm{d}#2^{#1}}",
                3: r"\frac{\mathrm{d}^{#1}#2}{\mathrm{d}#3^{#1}}",
            },
        ),
    ),
    **dict.fromkeys(
        ("pdv", "pderivative", "partialderivative"),
        (
            "somgg",
            {
                2: r"\frac{\partial^{#1}}{\partial #2^{#1}}",
                3: r"\frac{\partial^{#1}#2}{\partial #3^{#1}}",
                4: r"\frac{\partial^{2}#2}{\partial #3\partial #4}",
            },
        ),
    ),
    **dict.fromkeys(
        ("fdv", "functionalderivative"),
        (
            "somg",
            {
                2: r"\frac{\delta^{#1}}{\delta #2^{#1}}",
                3: r"\frac{\delta^{#1}#2}{\delta #3^{#1}}",
            },
        ),
    ),
    **dict.fromkeys(
        ("dd", "differential"),
        ("sog", {1: r"\mathrm{d}^{#1}", 2: r"\mathrm{d}^{#1}#2"}),
    ),
    **dict.fromkeys(("var", "variation"), ("sog", {1: r"\delta ", 2: r"\delta #2"})),
}
"""As `REWRITTEN`, by how many arguments there are, those in brackets counted even if missing."""

RENAMED: Final[dict[str, str]] = {
    "arccot": r"\operatorname{arccot}",
    "arcsec": r"\operatorname{arcsec}",
    "argmax": r"\operatorname*{arg\,max}",
    "argmin": r"\operatorname*{arg\,min}",
    "bbold": r"\mathbb",
    "Bbbone": r"\mathbb{1}",
    "begingroup": "{",
    "bgroup": "{",
    "bfseries": r"\bf ",
    "bigtimes": r"\times ",
    "bm": r"\boldsymbol",
    "bigplus": "+",
    "bbslash": r"\backslash ",
    "bigsqcap": r"\sqcap ",
    "Cal": r"\mathcal",
    "centernot": r"\not",
    "colonapprox": r"\mathrel{:\approx}",
    "coloneq": r"\mathrel{:=}",
    "Coloneq": r"\mathrel{::=}",
    "coloneqq": r"\mathrel{:=}",
    "Coloneqq": r"\mathrel{::=}",
    "colonsim": r"\mathrel{:\sim}",
    "cr": r"\\",
    "cross": r"\times ",
    "crossproduct": r"\times ",
    "curl": r"\nabla\times ",
    "dashuparrow": r"\uparrow ",
    "dblcolon": r"\mathrel{::}",
    "Dd": r"\mathrm{D}",
    "degree": r"^{\circ}",
    "diag": r"\operatorname{diag}",
    "divergence": r"\nabla\cdot ",
    "dotproduct": r"\cdot ",
    "egroup": "}",
    "endgroup": "}",
    "eqcolon": r"\mathrel{=:}",
    "eqqcolon": r"\mathrel{=:}",
    "Eqqcolon": r"\mathrel{=::}",
    "erf": r"\operatorname{erf}",
    "euro": "€",
    "fint": r"\int ",
    "fullmoon": r"\bigcirc ",
    "grad": r"\nabla ",
    "gradient": r"\nabla ",
    "iddots": r"\cdot^{\cdot^{\cdot}}",
    "adots": r"\cdot^{\cdot^{\cdot}}",
    "implication": r"\Rightarrow ",
    "inplus": r"\in ",
    "interleave": r"|\!|\!|",
    "itshape": r"\it ",
    "laplacian": r"\nabla^{2}",
    "Langle": r"\langle\!\langle ",
    "lang": r"\langle ",
    "rang": r"\rangle ",
    "langlebar": r"\langle ",
    "lbag": r"\{",
    "lBrace": r"\{\!\{",
    "lBrack": r"[\![",
    "lightning": r"\not\Longrightarrow ",
    "llangle": r"\langle\!\langle ",
    "llbracket": r"[\![",
    "llparenthesis": r"(\!|",
    "lparen": "(",
    "ltriple": r"|\!|\!|",
    "mapsfrom": r"\leftarrow\!\!\!|",
    "Mapsto": r"\Rightarrow ",
    "mathbbm": r"\mathbb",
    "mathbbmss": r"\mathbb",
    "mathbbold": r"\mathbb",
    "mathbfcal": r"\mathcal",
    "mathbfit": r"\boldsymbol",
    "mathbm": r"\boldsymbol",
    "mathbold": r"\boldsymbol",
    "mathds": r"\mathbb",
    "matheur": r"\mathcal",
    "mathpzc": r"\mathcal",
    "mathscr": r"\mathcal",
    "mathsfit": r"\mathsf",
    "mathsfbf": r"\mathsf",
    "mathbfsf": r"\mathsf",
    "merge": r"\|",
    "minuso": r"\ominus ",
    "ndash": "--",
    "nequiv": r"\not\equiv ",
    "nni": r"\not\ni ",
    "notni": r"\not\ni ",
    "nsubset": r"\not\subset ",
    "nsupset": r"\not\supset ",
    "nperp": r"\not\perp ",
    "nsimeq": r"\not\simeq ",
    "napprox": r"\not\approx ",
    "ntrianglelefteqslant": r"\ntrianglelefteq ",
    "obar": r"\oplus ",
    "oiint": r"\oint ",
    "oiiint": r"\oint ",
    "oldstylenums": " ",
    "operatornamewithlimits": r"\operatorname*",
    "overbar": r"\overline",
    "overparen": r"\overbrace",
    "owedge": r"\wedge ",
    "permil": r"\text{\textperthousand}",
    "perthousand": r"\text{\textperthousand}",
    "principalvalue": r"\mathcal{P}",
    "PV": r"\mathcal{P}",
    "pv": r"\mathrm{p.v.}",
    "qand": r"\quad\text{and}\quad ",
    "qas": r"\quad\text{as}\quad ",
    "qassume": r"\quad\text{assume}\quad ",
    "qc": r",\quad ",
    "qcomma": r",\quad ",
    "qelse": r"\quad\text{else}\quad ",
    "qfor": r"\quad\text{for}\quad ",
    "qif": r"\quad\text{if}\quad ",
    "qin": r"\quad\text{in}\quad ",
    "qor": r"\quad\text{or}\quad ",
    "qthen": r"\quad\text{then}\quad ",
    "qwhere": r"\quad\text{where}\quad ",
    "qwith": r"\quad\text{with}\quad ",
    "rank": r"\operatorname{rank}",
    "rbag": r"\}",
    "rBrace": r"\}\!\}",
    "rBrack": r"]\!]",
    "Res": r"\operatorname{Res}",
    "rmfamily": r"\rm ",
    "rparen": ")",
    "Rangle": r"\rangle\!\rangle ",
    "rrangle": r"\rangle\!\rangle ",
    "rrbracket": r"]\!]",
    "rrparenthesis": r"|\!)",
    "rtriple": r"|\!|\!|",
    "sffamily": r"\sf ",
    "sgn": r"\operatorname{sgn}",
    "sign": r"\operatorname{sign}",
    "sp": "^",
    "sb": "_",
    "sqint": r"\int ",
    "sslash": r"/\!/",
    "thinsp": r"\,",
    "Tr": r"\operatorname{Tr}",
    "tr": r"\operatorname{tr}",
    "trace": r"\operatorname{tr}",
    "triplenorm": r"|\!|\!|",
    "ttfamily": r"\tt ",
    "upalpha": r"\alpha ",
    "upbeta": r"\beta ",
    "updelta": r"\delta ",
    "upgamma": r"\gamma ",
    "uplambda": r"\lambda ",
    "upmu": r"\mu ",
    "upnu": r"\nu ",
    "uppi": r"\pi ",
    "upphi": r"\phi ",
    "upsigma": r"\sigma ",
    "uprho": r"\rho ",
    "upomega": r"\omega ",
    "uptheta": r"\theta ",
    "uptau": r"\tau ",
    "upepsilon": r"\epsilon ",
    "Upgamma": r"\Gamma ",
    "Updelta": r"\Delta ",
    "Upomega": r"\Omega ",
    "upshape": r"\rm ",
    "varcoprod": r"\coprod ",
    "varoiint": r"\oint ",
    "vardiamond": r"\diamond ",
    "vbar": "|",
    "vcentcolon": ":",
    "vdotswithin": r"\vdots ",
    "vv": r"\overrightarrow",
    "overrightharpoon": r"\overrightarrow",
    "varoint": r"\oint ",
    "ointctrclockwise": r"\oint ",
    "ointclockwise": r"\oint ",
    "varointctrclockwise": r"\oint ",
    "varointclockwise": r"\oint ",
    "widebar": r"\overline",
    "wideparen": r"\widehat",
    "widecheck": r"\check",
    "widearc": r"\widehat",
    "Perp": r"\mathrel{\perp\!\!\!\perp}",
    "upmodels": r"\mathrel{\perp\!\!\!\perp}",
    "independent": r"\mathrel{\perp\!\!\!\perp}",
    "indep": r"\mathrel{\perp\!\!\!\perp}",
    "Vvert": r"|\!|\!|",
    "QED": r"\square ",
    "lt": "<",
    "gt": ">",
    "ohm": r"\Omega ",
    "micro": r"\mu ",
    "celsius": r"^{\circ}\mathrm{C}",
    "angstrom": r"\mathring{\mathrm{A}}",
    "AA": r"\text{Å}",
    "textrightarrow": r"\ensuremath{\rightarrow}",
    "textleftarrow": r"\ensuremath{\leftarrow}",
    "textdegree": r"\ensuremath{^{\circ}}",
    "textmu": r"\ensuremath{\mu}",
    "texttimes": r"\ensuremath{\times}",
    "textpm": r"\ensuremath{\pm}",
    "textminus": r"\ensuremath{-}",
    "textohm": r"\ensuremath{\Omega}",
    "textbullet": r"\ensuremath{\bullet}",
    "textperiodcentered": r"\ensuremath{\cdot}",
    "textcelsius": r"\ensuremath{^{\circ}}C",
    "textasteriskcentered": "*",
    "textquotesingle": "'",
    "textonehalf": r"\ensuremath{\tfrac{1}{2}}",
    "textcent": "c",
    "texteuro": "EUR",
}

ENVIRONMENTS: Final[dict[str, str]] = {
    **_each(
        "align eqnarray split flalign IEEEeqnarray IEEEeqnarraybox rcases drcases aligned",
        "aligned",
    ),
    **_each("alignat alignedat xalignat xxalignat", "alignedat"),
    **_each("gather gathered multline multlined lgathered rgathered displaylines", "gathered"),
    **_each("cases dcases numcases subnumcases", "cases"),
    **_each("matrix NiceMatrix psmatrix", "matrix"),
    **_each("pmatrix pNiceMatrix", "pmatrix"),
    **_each("bmatrix bNiceMatrix", "bmatrix"),
    **_each("Bmatrix BNiceMatrix", "Bmatrix"),
    **_each("vmatrix vNiceMatrix", "vmatrix"),
    **_each("Vmatrix VNiceMatrix", "Vmatrix"),
    **_each("smallmatrix psmallmatrix bsmallmatrix vsmallmatrix", "smallmatrix"),
    **_each("array NiceArray tabular tabularx", "array"),
    "empheq": "aligned",
    "subarray": "subarray",
}
"""An environment's name without a star, and what it becomes; others leave their content alone."""

ENVIRONMENT_ARGUMENTS: Final[dict[str, str]] = {
    **_each(
        "aligned gathered split multlined lgathered rgathered matrix pmatrix bmatrix Bmatrix"
        " vmatrix Vmatrix smallmatrix",
        "p",
    ),
    **_each("alignedat array tabular", "om"),
    **_each("alignat xalignat xxalignat subarray numcases subnumcases adjustbox spreadlines", "m"),
    **_each("empheq IEEEeqnarray IEEEeqnarraybox", "om"),
    "NiceArray": "om",
    "minipage": "om",
    "tabularx": "mm",
}
"""What follows an environment's beginning: `p` is a position, `o` and `m` are as above."""

ENVIRONMENT_FENCES: Final[dict[str, tuple[str, str]]] = {
    "rcases": (r"\left.", r"\right\}"),
    "drcases": (r"\left.", r"\right\}"),
    "psmallmatrix": (r"\left(", r"\right)"),
    "bsmallmatrix": (r"\left[", r"\right]"),
    "vsmallmatrix": (r"\left|", r"\right|"),
}

DRAWINGS: Final = frozenset(
    words_in("""
    tikzpicture tikzcd picture pspicture xy CD diagram feynman fmffile fmfgraph forest quantikz
    prooftree
    """)
)
"""Environments that LaTeX cannot draw without their packages: they are left as they are."""

DRAWING_COMMANDS: Final = frozenset(
    rf"\{name}"
    for name in words_in("""
    xymatrix diagram feynmandiagram tikz Qcircuit chemfig young yng ydiagram
    """)
)
"""As `DRAWINGS`, with the drawing as an argument."""
