r"""LaTeX's commands for symbols, as Unicode: `\alpha` is α."""

import unicodedata
from typing import Final

from arxiviz_pipeline.scenes.text.word_lists import words_in

_GREEK: Final = words_in("""
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma
    tau upsilon phi chi psi omega
    """)
_OTHERS: Final = words_in(r"""
    varepsilon ε varphi φ vartheta ϑ varrho ϱ varsigma ς varpi ϖ varkappa ϰ digamma ϝ infty ∞
    partial ∂ nabla ∇ ell ℓ hbar ℏ hslash ℏ Re ℜ Im ℑ aleph ℵ wp ℘ imath ı jmath ȷ emptyset ∅
    varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥ angle ∠ triangle △ square □
    Box □ dagger † ddagger ‡ dag † ddag ‡ S § P ¶ star ⋆ ast ∗ bullet • circ ∘ cdot · cdotp ·
    diamond ⋄ times × div ÷ pm ± mp ∓ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ wedge ∧ land ∧ vee
    ∨ lor ∨ cap ∩ cup ∪ sqcap ⊓ sqcup ⊔ setminus ∖ smallsetminus ∖ wr ≀ amalg ⨿ ltimes ⋉ rtimes ⋊
    uplus ⊎ sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁
    bigotimes ⨂ bigvee ⋁ bigwedge ⋀ bigsqcup ⨆ surd √ prime ′ backslash \ degree ° deg deg le ≤
    leq ≤ leqslant ≤ ge ≥ geq ≥ geqslant ≥ ne ≠ neq ≠ equiv ≡ approx ≈ sim ∼ simeq ≃ cong ≅ propto
    ∝ ll ≪ gg ≫ lll ⋘ ggg ⋙ lesssim ≲ gtrsim ≳ prec ≺ succ ≻ preceq ≼ succeq ≽ asymp ≍ doteq ≐
    triangleq ≜ coloneqq ≔ coloneq ≔ eqqcolon ≕ in ∈ ni ∋ notin ∉ subset ⊂ supset ⊃ subseteq ⊆
    supseteq ⊇ subsetneq ⊊ supsetneq ⊋ mid | nmid ∤ parallel ∥ nparallel ∦ perp ⊥ vdash ⊢ dashv ⊣
    models ⊨ Vdash ⊩ vDash ⊨ bowtie ⋈ smile ⌣ frown ⌢ lt < gt > colon : to → rightarrow →
    leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹
    impliedby ⟸ iff ⟺ longrightarrow ⟶ longleftarrow ⟵ Longrightarrow ⟹ Longleftarrow ⟸
    longleftrightarrow ⟷ mapsto ↦ longmapsto ⟼ hookrightarrow ↪ hookleftarrow ↩ uparrow ↑
    downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖
    rightharpoonup ⇀ leftharpoonup ↼ rightleftharpoons ⇌ leadsto ⇝ rightsquigarrow ⇝
    twoheadrightarrow ↠ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrace { rbrace }
    lbrack [ rbrack ] lvert | rvert | lVert ‖ rVert ‖ vert | Vert ‖ llbracket ⟦ rrbracket ⟧ ldots
    … dots … cdots ⋯ vdots ⋮ ddots ⋱ dotsc … dotsb ⋯ dotsm ⋯ dotsi ⋯ hdots … therefore ∴ because ∵
    checkmark ✓ complement ∁ eth ð mho ℧ beth ℶ gimel ℷ blacksquare ■ qed ■ clubsuit ♣ heartsuit ♥
    spadesuit ♠ diamondsuit ♢ flat ♭ natural ♮ sharp ♯ AA Å aa å ae æ AE Æ oe œ OE Œ o ø O Ø l ł L
    Ł ss ß i ı j ȷ textdegree ° textmu µ euro € pounds £ textendash – textemdash — textbackslash \
    textasciitilde ~ textbar | textless < textgreater > copyright © textregistered ® texttrademark
    ™ guillemotleft « guillemotright » slash / and &
    """)


def _symbols() -> dict[str, str]:
    symbols: dict[str, str] = dict(zip(_OTHERS[::2], _OTHERS[1::2], strict=True))
    for name in _GREEK:
        # Unicode spells one of them its own way.
        spelt = name.replace("lambda", "lamda")
        symbols[name] = unicodedata.lookup(f"GREEK SMALL LETTER {spelt}")
        symbols[name.capitalize()] = unicodedata.lookup(f"GREEK CAPITAL LETTER {spelt}")
        symbols[f"var{name.capitalize()}"] = symbols[name.capitalize()]
    return symbols


SYMBOLS: Final = _symbols()

ACCENTS: Final = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "overline": "\u0304",
    "vec": "\u20d7",
    "overrightarrow": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
    "check": "\u030c",
    "breve": "\u0306",
    "acute": "\u0301",
    "grave": "\u0300",
    "mathring": "\u030a",
    "underline": "\u0332",
    "underbar": "\u0332",
}
"""Combining characters, written after the letter they sit on."""

FUNCTIONS: Final = frozenset(
    words_in("""
    arccos arcsin arctan arg argmax argmin cos cosh cot coth csc det dim exp gcd hom inf ker lg
    lim liminf limsup ln log max min Pr sec sin sinh sup tan tanh bmod mod
    """)
)

BLACKBOARD: Final = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))  # the rest are in plane 1
SCRIPT: Final = dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True))
FRAKTUR: Final = dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True))

SUPERSCRIPTS: Final = dict(
    zip(
        "0123456789+-=()niTabcdefghjklmoprstuvwxyz−",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ⁻",
        strict=True,
    )
)
SUBSCRIPTS: Final = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvxβγρφχ−",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ₋",
        strict=True,
    )
)
