r"""The commands that LaTeX has with amsmath and amssymb, and what their arguments hold.

A command that is in none of these tables, nor in `vocabulary`, is one that nobody defines.
"""

from typing import Final

from arxiviz_pipeline.ingest.formulas.word_lists import words_in

ARGUMENTS: Final[dict[str, str]] = {
    **dict.fromkeys(
        words_in("""
        hat bar vec dot ddot dddot ddddot tilde check breve acute grave mathring widehat widetilde
        Hat Bar Vec Dot Ddot Tilde Check Breve Acute Grave overline underline overbrace underbrace
        overleftarrow overrightarrow overleftrightarrow underleftarrow underrightarrow
        underleftrightarrow mathbb mathbf mathcal mathfrak mathit mathnormal mathrm mathsf mathtt
        boldsymbol pmb bold frak Bbb mathbin mathclose mathinner mathop mathopen mathord mathpunct
        mathrel boxed phantom hphantom vphantom pod pmod mod
        """),
        "m",
    ),
    **dict.fromkeys(
        words_in("frac dfrac tfrac binom dbinom tbinom overset underset stackrel"), "mm"
    ),
    **dict.fromkeys(
        words_in("""
        text textrm textbf textit textsf texttt textsc textsl textup textmd textnormal emph mbox
        hbox fbox rlap llap clap underbar textsubscript textsuperscript
        """),
        "t",
    ),
    **dict.fromkeys(words_in("sqrt xleftarrow xrightarrow smash"), "om"),
    "cfrac": "omm",
    "genfrac": "rrrrmm",
    "hspace": "sd",
    "mspace": "d",
    "overunderset": "mmm",
    "raisebox": "dppt",
    "rule": "pdd",
    "sideset": "mm",
    "substack": "l",
}
"""What follows a command.

`m` is a group of math, `t` of text, `l` of lines of math, `r` is copied as it is, `d` is a
dimension; `o` is math in brackets, `p` is copied in brackets, `s` is a star.
"""

FONT_SWITCHES: Final = frozenset(words_in("bf rm it sf tt sl sc cal mit em"))
TEXT_SWITCHES: Final = frozenset(
    words_in("""
    boldmath unboldmath tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge
    """)
)
"""What holds for the rest of a group of text, and does nothing within math."""

STYLES: Final = frozenset(words_in("displaystyle textstyle scriptstyle scriptscriptstyle"))

OPERATORS: Final = frozenset(
    words_in("""
    sum prod coprod int oint iint iiint iiiint idotsint smallint intop ointop bigcap bigcup
    bigodot bigoplus bigotimes bigsqcup biguplus bigvee bigwedge lim limsup liminf max min sup
    inf det gcd Pr injlim projlim varinjlim varprojlim varliminf varlimsup arccos arcsin arctan
    arg cos cosh cot coth csc deg dim exp hom ker lg ln log sec sin sinh tan tanh
    mathop operatorname overbrace underbrace
    """)
)
"""What `limits` may follow."""

DELIMITERS: Final = frozenset(
    words_in(r"""
    ( ) [ ] | / . \{ \} \| \langle \rangle \lfloor \rfloor \lceil \rceil \lbrace \rbrace
    \lbrack \rbrack \vert \Vert \lvert \rvert \lVert \rVert \uparrow \downarrow \updownarrow
    \Uparrow \Downarrow \Updownarrow \backslash \lgroup \rgroup \lmoustache \rmoustache
    \arrowvert \Arrowvert \bracevert \ulcorner \urcorner \llcorner \lrcorner
    """)
)
BIG: Final = frozenset(
    f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "m", "r")
)
ACCENTS: Final = frozenset(["'", "`", "^", '"', "~", "=", ".", *"Hbcdkrtuv"])
"""Of text: each takes a letter."""

MATH_ACCENTS: Final = {
    "'": "acute", "`": "grave", "^": "hat", '"': "ddot", "~": "tilde", "=": "bar", ".": "dot",
}  # fmt: skip
PUNCTUATION: Final = frozenset([*",;:!>/-{}%&#$_|"])
r"""What makes a symbol or a space with a backslash before it."""

MATH_SYMBOLS: Final = frozenset(
    words_in("""
    And Arrowvert Bbbk Box Bumpeq Cap Cup Delta Diamond Doteq Downarrow Finv Game Gamma Im Join
    Lambda Leftarrow Leftrightarrow Lleftarrow Longleftarrow Longleftrightarrow Longrightarrow
    Lsh Omega Phi Pi Pr Psi Re Relbar Rightarrow Rrightarrow Rsh Sigma Subset Supset Theta
    Uparrow Updownarrow Upsilon Vdash Vert Vvdash Xi aleph alpha amalg angle approx approxeq
    arccos arcsin arctan arg arrowvert ast asymp backepsilon backprime backsim backsimeq
    backslash barwedge because beta beth between bigcap bigcirc bigcup bigodot bigoplus
    bigotimes bigsqcup bigstar bigtriangledown bigtriangleup biguplus bigvee bigwedge
    blacklozenge blacksquare blacktriangle blacktriangledown blacktriangleleft
    blacktriangleright bmod bot bowtie boxdot boxminus boxplus boxtimes bracevert bullet bumpeq
    cap cdot cdotp cdots centerdot chi circ circeq circlearrowleft circlearrowright circledS
    circledast circledcirc circleddash clubsuit colon complement cong coprod cos cosh cot coth
    csc cup curlyeqprec curlyeqsucc curlyvee curlywedge curvearrowleft curvearrowright dagger
    daleth dasharrow dashleftarrow dashrightarrow dashv ddagger ddots deg delta det diagdown
    diagup diamond diamondsuit digamma dim div divideontimes doteq
    doteqdot dotplus dotsb dotsc dotsi dotsm doublebarwedge doublecap doublecup downarrow
    downdownarrows downharpoonleft downharpoonright ell emptyset epsilon eqcirc eqsim
    eqslantgtr eqslantless equiv eta eth exists exp fallingdotseq flat forall frown gamma gcd
    geq geqq geqslant gets gg ggg gggtr gimel gnapprox gneq gneqq gnsim gtrapprox gtrdot
    gtreqless gtreqqless gtrless gtrsim gvertneqq hbar hdots heartsuit hom hookleftarrow
    hookrightarrow hslash idotsint iiiint iiint iint imath impliedby implies in inf infty
    injlim int intercal intop iota jmath joinrel kappa ker lVert lambda land langle lbrace
    lceil ldotp le leadsto leftarrow leftarrowtail leftharpoondown leftharpoonup leftleftarrows
    leftrightarrow leftrightarrows leftrightharpoons leftrightsquigarrow leftthreetimes leq
    leqq leqslant lessapprox lessdot lesseqgtr lesseqqgtr lessgtr lesssim lfloor lg lgroup lhd
    lhook lim liminf limsup ll llcorner lll llless lmoustache ln lnapprox lneq lneqq lnot lnsim
    log longleftarrow longleftrightarrow longmapsto longrightarrow looparrowleft looparrowright
    lor lozenge lrcorner ltimes lvert lvertneqq mapsto mapstochar max measuredangle mho mid min
    models mp mu multimap nLeftarrow nLeftrightarrow nRightarrow nVDash nVdash nabla natural
    ncong ne nearrow neg neq nexists ngeq ngeqq ngeqslant ngtr ni nleftarrow nleftrightarrow
    nleq nleqq nleqslant nless nmid not notin nparallel nprec npreceq nrightarrow nshortmid
    nshortparallel nsim nsubseteq nsubseteqq nsucc nsucceq nsupseteq nsupseteqq ntriangleleft
    ntrianglelefteq ntriangleright ntrianglerighteq nu nvDash nvdash nwarrow odot oint ointop
    omega ominus oplus oslash otimes owns parallel partial perp phi pi pitchfork pm prec
    precapprox preccurlyeq preceq precnapprox precneqq precnsim precsim prime prod projlim
    propto psi rVert rangle rbrace rceil relbar rfloor rgroup rhd rho rhook rightarrow
    rightarrowtail rightharpoondown rightharpoonup rightleftarrows rightleftharpoons
    rightrightarrows rightsquigarrow rightthreetimes risingdotseq rmoustache rtimes rvert
    searrow sec setminus sharp shortmid shortparallel sigma sim
    simeq sin sinh smallfrown smallint smallsetminus smallsmile smile spadesuit sphericalangle
    sqcap sqcup sqsubset sqsubseteq sqsupset sqsupseteq square star subset subseteq subseteqq
    subsetneq subsetneqq succ succapprox succcurlyeq succeq succnapprox succneqq succnsim
    succsim sum sup supset supseteq supseteqq supsetneq supsetneqq surd swarrow tan tau
    therefore theta thickapprox thicksim times to top triangle triangledown
    triangleleft trianglelefteq triangleq triangleright trianglerighteq twoheadleftarrow
    twoheadrightarrow ulcorner unlhd unrhd uparrow updownarrow upharpoonleft upharpoonright
    uplus upsilon upuparrows urcorner vDash varDelta varGamma varLambda varOmega varPhi varPi
    varPsi varSigma varTheta varUpsilon varXi varbigtriangledown varbigtriangleup varepsilon
    varinjlim varkappa varliminf varlimsup varnothing varphi varpi varprojlim varpropto varrho
    varsigma varsubsetneq varsubsetneqq varsupsetneq varsupsetneqq vartheta vartriangle
    vartriangleleft vartriangleright vdash vee veebar vert wedge wp wr zeta ge iff xi
    """)
)

SYMBOLS_ANYWHERE: Final = frozenset(
    words_in("""
    AA AE IJ L O OE P S SS ae allowbreak checkmark circledR copyright dag ddag dots dotso
    enskip enspace hfil hfill i ij j l lbrack ldots lq maltese mathstrut mathunderscore
    medspace negmedspace negthickspace negthinspace nobreak nobreakspace null o oe pounds qquad
    quad rbrack rq slash ss strut thickspace thinspace vdots yen
    """)
)

TEXT_SYMBOLS: Final = frozenset(
    words_in("""
    aa hss textasciicircum textasciigrave textasciitilde textasteriskcentered textbackslash
    textbar textbraceleft textbraceright textbullet textcelsius textcent textcopyright
    textdagger textdaggerdbl textdegree textdiv textdollar textellipsis textemdash textendash
    texteuro textexclamdown textgreater textless textminus textmu textohm textonehalf
    textparagraph textperiodcentered textpm textquestiondown textquotedblleft textquotedblright
    textquoteleft textquoteright textquotesingle textregistered textsection textsterling
    texttimes texttrademark textunderscore textvisiblespace
    """)
)
