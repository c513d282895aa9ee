"""Tells formulas that leave nothing behind in LaTeX, which are safe to compile among others.

A run of LaTeX is shared by formulas of many scripts, and what it draws is kept. A definition, a
counter or a file in one of them could change what comes of the next, so only formulas that are
made of known commands share a run; whatever else there is has one of its own.
"""

import re
from collections.abc import Iterable
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SYMBOLS: Final = _words(
    """
    Bbb Bbbk Big Bigg Box Bumpeq Cap Cup Delta Diamond Doteq Downarrow Finv Game Gamma Im Lambda
    Leftarrow Leftrightarrow Lleftarrow Longleftarrow Longleftrightarrow Longrightarrow Lsh Omega
    Phi Pi Psi Re Rightarrow Rrightarrow Rsh Sigma Subset Supset Theta Uparrow Updownarrow Upsilon
    Vdash Vert Vvdash Xi acute aleph alpha amalg angle approx approxeq ast asymp backepsilon
    backprime backsim backsimeq backslash bar barwedge because beta beth between big bigcap bigcirc
    bigcup bigg bigodot bigoplus bigotimes bigsqcup bigstar bigtriangledown bigtriangleup biguplus
    bigvee bigwedge blacklozenge blacksquare blacktriangle blacktriangledown blacktriangleleft
    blacktriangleright bot bowtie boxdot boxminus boxplus boxtimes breve bullet bumpeq cap cdot
    cdots centerdot check checkmark chi circ circeq circlearrowleft circlearrowright circledR
    circledS circledast circledcirc circleddash clubsuit colon complement cong coprod cup
    curlyeqprec curlyeqsucc curlyvee curlywedge curvearrowleft curvearrowright dagger daleth
    dasharrow dashv ddagger ddot ddots delta diagdown diagup diamond diamondsuit digamma div
    divideontimes dot doteq doteqdot dotplus doublebarwedge doublecap doublecup downarrow
    downdownarrows downharpoonleft downharpoonright ell emptyset epsilon eqcirc eqsim eqslantgtr
    eqslantless equiv eta eth exists fallingdotseq flat forall frak frown gamma ge geq geqq geqslant
    gets gg ggg gggtr gimel gnapprox gneq gneqq gnsim grave gtrapprox gtrdot gtreqless gtreqqless
    gtrless gtrsim gvertneqq hat hbar heartsuit hookleftarrow hookrightarrow hslash iff imath in
    infty int intercal iota jmath joinrel kappa lambda land langle lbrace lceil le leadsto leftarrow
    leftarrowtail leftharpoondown leftharpoonup leftleftarrows leftrightarrow leftrightarrows
    leftrightharpoons leftrightsquigarrow leftthreetimes leq leqq leqslant lessapprox lessdot
    lesseqgtr lesseqqgtr lessgtr lesssim lfloor lhd ll lll llless lmoustache lnapprox lneq lneqq
    lnot lnsim longleftarrow longleftrightarrow longmapsto longrightarrow looparrowleft
    looparrowright lor lozenge ltimes lvertneqq maltese mapsto mathbf mathellipsis mathfrak mathit
    mathparagraph mathring mathsection mathsf mathsterling mathtt measuredangle mho mid models mp mu
    multimap nLeftarrow nLeftrightarrow nRightarrow nVDash nVdash nabla natural ncong ne nearrow neg
    neq nexists ngeq ngeqq ngeqslant ngtr ni nleftarrow nleftrightarrow nleq nleqq nleqslant nless
    nmid not notin nparallel nprec npreceq nrightarrow nshortmid nshortparallel nsim nsubseteq
    nsubseteqq nsucc nsucceq nsupseteq nsupseteqq ntriangleleft ntrianglelefteq ntriangleright
    ntrianglerighteq nu nvDash nvdash nwarrow odot oint omega ominus oplus oslash otimes overbrace
    overleftarrow overrightarrow owns parallel partial perp phi pi pitchfork pm prec precapprox
    preccurlyeq preceq precnapprox precneqq precnsim precsim prime prod propto psi rangle rbrace
    rceil restriction rfloor rhd rho rightarrow rightarrowtail rightharpoondown rightharpoonup
    rightleftarrows rightleftharpoons rightrightarrows rightsquigarrow rightthreetimes risingdotseq
    rmoustache rtimes searrow setminus sharp shortmid shortparallel sigma sim simeq smallfrown
    smallint smallsetminus smallsmile smile spadesuit sphericalangle sqcap sqcup sqrtsign sqsubset
    sqsubseteq sqsupset sqsupseteq square star subset subseteq subseteqq subsetneq subsetneqq succ
    succapprox succcurlyeq succeq succnapprox succneqq succnsim succsim sum supset supseteq
    supseteqq supsetneq supsetneqq surd swarrow tau therefore theta thickapprox thicksim tilde times
    to top triangle triangledown triangleleft trianglelefteq triangleq triangleright trianglerighteq
    twoheadleftarrow twoheadrightarrow underbrace unlhd unrhd uparrow updownarrow upharpoonleft
    upharpoonright uplus upsilon upuparrows vDash varbigtriangledown varbigtriangleup varepsilon
    varkappa varnothing varphi varpi varpropto varrho varsigma varsubsetneq varsubsetneqq
    varsupsetneq varsupsetneqq vartheta vartriangle vartriangleleft vartriangleright vdash vdots vec
    vee veebar vert wedge widehat widetilde wp wr xi yen zeta
    arccos arcsin arctan arg argmax argmin cos cosh cot coth csc deg det dim exp gcd hom inf
    injlim ker lg lim liminf limsup ln log max min projlim sec sin sinh sup tan tanh varinjlim
    varliminf varlimsup varprojlim bmod mod pmod pod
    dots dotsb dotsc dotsi dotsm dotso ldots hdots hdotsfor ddddot dddot iiiint iiint iint idotsint
    Delta Gamma Lambda Omega Phi Pi Psi Sigma Theta Upsilon Xi varDelta varGamma varLambda varOmega
    varPhi varPi varPsi varSigma varTheta varUpsilon varXi lVert lvert rVert rvert implies impliedby
    bra braket ket coloneqq eqqcolon llbracket rrbracket mathllap mathrlap
    """  # symbols and operators of LaTeX, amsmath and amssymb, and of our preamble
)
_STRUCTURE: Final = _words(
    """
    atop atopwithdelims binom cfrac choose dbinom dfrac frac genfrac over overwithdelims sfrac
    sqrt tbinom tfrac above brace brack root
    Bigg Biggl Biggm Biggr Bigl Bigm Bigr biggl biggm biggr bigl bigm bigr left middle right
    boldsymbol bm ensuremath mathbb mathbbm mathbf mathcal mathds mathfrak mathit mathnormal mathrm
    mathscr mathsf mathtt operatorname pmb
    bfseries em emph itshape mdseries normalfont rmfamily scshape sffamily slshape textbf textit
    textmd textnormal textrm textsc textsf textsl texttt textup ttfamily upshape text mbox bf it rm
    sc sf sl tt cal
    Huge LARGE Large footnotesize huge large normalsize scriptsize small tiny
    displaystyle limits nolimits scriptscriptstyle scriptstyle textstyle displaylimits
    boxed fbox hbox hphantom lap clap llap mathclap phantom rlap smash strut mathstrut vbox vcenter
    vphantom overbrace overleftarrow overleftrightarrow overline overrightarrow overset sideset
    stackrel substack underbrace underleftarrow underleftrightarrow underline underrightarrow
    underset xleftarrow xrightarrow mathbin mathclose mathinner mathop mathopen mathord mathpunct
    mathrel
    enspace enskip hfill hskip hspace kern medspace mkern mskip negmedspace negthickspace
    negthinspace qquad quad thickspace thinspace vspace raisebox rule
    cline hline multicolumn color textcolor cr
    LaTeX TeX S P AA aa ae AE oe OE o O l L ss dag ddag copyright pounds textbackslash
    textasciitilde textquoteleft textquoteright textquotedblleft textquotedblright textendash
    textemdash textbar
    textless textgreater textdegree slash
    begin end item par newline noindent centering raggedright raggedleft space relax
    """
)
_ENVIRONMENTS: Final = _words(
    """
    Bmatrix Vmatrix align* aligned alignedat alignat* array bmatrix cases center enumerate equation*
    flushleft flushright gather* gathered itemize matrix multline* pmatrix smallmatrix split tabular
    vmatrix
    """
)
_COMMAND = re.compile(r"\\([A-Za-z@]+)")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*(?:\{([^{}]*)\})?")
_SPELLED_OTHERWISE = re.compile(r"\^\^|#|\x00|@")


def is_plain(tex: str, environment: str | None) -> bool:
    """Tell whether a formula can change nothing that another formula could see.

    Args:
        tex: All of its LaTeX.
        environment: What stands around it, as `domain.ports.Formula` tells it.
    """
    return (
        _SPELLED_OTHERWISE.search(tex) is None
        and (environment is None or environment.split("}")[0] in _ENVIRONMENTS)
        and _all_in(_COMMAND.findall(tex), _SYMBOLS | _STRUCTURE)
        and _all_in(_ENVIRONMENT.findall(tex), _ENVIRONMENTS)
    )


def _all_in(names: Iterable[str], known: frozenset[str]) -> bool:
    return all(name in known for name in names)
