"""Writes characters beyond ASCII in LaTeX."""

import unicodedata
from functools import cache
from typing import Final

from arxiviz_pipeline.ingest.formulas.word_lists import words_in

SYMBOLS: Final = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "’": "'", "‘": "'", "′": "'", "″": "''",
    "“": "``", "”": "''", "…": r"\ldots ", "⋯": r"\cdots ", "⋮": r"\vdots ", "⋱": r"\ddots ",
    "·": r"\cdot ", "⋅": r"\cdot ", "∙": r"\cdot ", "×": r"\times ", "÷": r"\div ",
    "±": r"\pm ", "∓": r"\mp ", "≤": r"\le ", "≥": r"\ge ", "⩽": r"\leqslant ",
    "⩾": r"\geqslant ", "≪": r"\ll ", "≫": r"\gg ", "≲": r"\lesssim ", "≳": r"\gtrsim ",
    "≠": r"\ne ", "≈": r"\approx ", "≃": r"\simeq ", "≅": r"\cong ", "≡": r"\equiv ",
    "∼": r"\sim ", "≐": r"\doteq ", "≔": ":=", "≜": r"\triangleq ", "≍": r"\asymp ",
    "≺": r"\prec ", "≻": r"\succ ", "⪯": r"\preceq ", "⪰": r"\succeq ", "≼": r"\preccurlyeq ",
    "≽": r"\succcurlyeq ", "→": r"\to ", "←": r"\leftarrow ", "↔": r"\leftrightarrow ",
    "⇒": r"\Rightarrow ", "⇐": r"\Leftarrow ", "⇔": r"\Leftrightarrow ", "↦": r"\mapsto ",
    "⟶": r"\longrightarrow ", "⟵": r"\longleftarrow ", "⟹": r"\Longrightarrow ",
    "⟺": r"\Longleftrightarrow ", "⟼": r"\longmapsto ", "↑": r"\uparrow ", "↓": r"\downarrow ",
    "↕": r"\updownarrow ", "⇑": r"\Uparrow ", "⇓": r"\Downarrow ", "↪": r"\hookrightarrow ",
    "↩": r"\hookleftarrow ", "↠": r"\twoheadrightarrow ", "↝": r"\leadsto ",
    "⇌": r"\rightleftharpoons ", "⇀": r"\rightharpoonup ", "↗": r"\nearrow ", "↘": r"\searrow ",
    "∈": r"\in ", "∉": r"\notin ", "∋": r"\ni ", "⊂": r"\subset ", "⊃": r"\supset ",
    "⊆": r"\subseteq ", "⊇": r"\supseteq ", "⊊": r"\subsetneq ", "∪": r"\cup ", "∩": r"\cap ",
    "⊔": r"\sqcup ", "⊓": r"\sqcap ", "⊎": r"\uplus ", "∖": r"\setminus ", "∅": r"\emptyset ",
    "⋃": r"\bigcup ", "⋂": r"\bigcap ", "⨁": r"\bigoplus ", "⨂": r"\bigotimes ",
    "⋁": r"\bigvee ", "⋀": r"\bigwedge ", "∞": r"\infty ", "∂": r"\partial ", "∇": r"\nabla ",
    "∆": r"\Delta ", "∑": r"\sum ", "∏": r"\prod ", "∐": r"\coprod ", "∫": r"\int ",
    "∬": r"\iint ", "∭": r"\iiint ", "∮": r"\oint ", "√": r"\surd ", "∀": r"\forall ",
    "∃": r"\exists ", "∄": r"\nexists ", "∧": r"\wedge ", "∨": r"\vee ", "¬": r"\neg ",
    "⊗": r"\otimes ", "⊕": r"\oplus ", "⊖": r"\ominus ", "⊙": r"\odot ", "⊥": r"\perp ",
    "⊤": r"\top ", "⊢": r"\vdash ", "⊣": r"\dashv ", "⊨": r"\models ", "∣": r"\mid ",
    "∤": r"\nmid ", "⟨": r"\langle ", "⟩": r"\rangle ", "〈": r"\langle ", "〉": r"\rangle ",
    "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "⟦": r"[\![",
    "⟧": r"]\!]", "‖": r"\Vert ", "∥": r"\parallel ", "ℓ": r"\ell ", "ℏ": r"\hbar ",
    "ħ": r"\hbar ", "℘": r"\wp ", "ℜ": r"\Re ", "ℑ": r"\Im ", "ℵ": r"\aleph ", "ı": r"\imath ",
    "ȷ": r"\jmath ", "°": r"^{\circ}", "†": r"\dagger ", "‡": r"\ddagger ", "∗": "*",
    "⋆": r"\star ", "★": r"\bigstar ", "§": r"\S ", "¶": r"\P ", "•": r"\bullet ",
    "∘": r"\circ ", "◦": r"\circ ", "○": r"\bigcirc ", "∝": r"\propto ", "∠": r"\angle ",
    "□": r"\square ", "■": r"\blacksquare ", "△": r"\triangle ", "▽": r"\triangledown ",
    "◇": r"\diamond ", "⋄": r"\diamond ", "♯": r"\sharp ", "♭": r"\flat ", "♮": r"\natural ",
    "⋊": r"\rtimes ", "⋉": r"\ltimes ", "∴": r"\therefore ", "∵": r"\because ",
    "ϕ": r"\phi ", "φ": r"\varphi ", "ϵ": r"\epsilon ", "ε": r"\varepsilon ",
    "ϑ": r"\vartheta ", "ϱ": r"\varrho ", "ϖ": r"\varpi ", "ς": r"\varsigma ",
    "ϰ": r"\varkappa ", "µ": r"\mu ", "Å": r"\mathring{A}", "∶": ":", "¯": "-", "⁄": "/",
}  # fmt: skip
ACCENTS: Final = {
    "\u0300": "grave", "\u0301": "acute", "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar",
    "\u0305": "bar", "\u0306": "breve", "\u0307": "dot", "\u0308": "ddot", "\u030a": "mathring",
    "\u030c": "check", "\u20d7": "vec", "\u0331": "underline", "\u0332": "underline",
    "\u20db": "dddot",
}  # fmt: skip
_LAST_LATIN: Final = "\u017f"  # LaTeX knows the accented letters up to Latin Extended-A
_WITHOUT_GLYPH: Final = frozenset("ÐðÞþĄąĐđĘęĮįŊŋŲųŉĿŀĸŦŧĦŢţŞşĢģĶķĻļŅņŖŗ«»¤¦ſ¡¿")
_STYLES: Final = (
    ("BOLD ITALIC", "boldsymbol"),
    ("BOLD SCRIPT", "mathcal"),
    ("BOLD FRAKTUR", "mathfrak"),
    ("SANS-SERIF", "mathsf"),
    ("BOLD", "mathbf"),
    ("SCRIPT", "mathcal"),
    ("FRAKTUR", "mathfrak"),
    ("BLACK-LETTER", "mathfrak"),
    ("DOUBLE-STRUCK", "mathbb"),
    ("MONOSPACE", "mathtt"),
)
_CAPITALS: Final = frozenset({
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
})  # fmt: skip
_LATIN_CAPITALS: Final = {
    "Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K",
    "Mu": "M", "Nu": "N", "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X",
}  # fmt: skip


@cache
def in_math(character: str) -> str:
    """Write a character in a formula; a space if LaTeX has none like it."""
    if character.isascii():
        return character if character.isprintable() else " "
    if symbol := SYMBOLS.get(character):
        return symbol
    name = unicodedata.name(character, "")
    decomposed = unicodedata.decomposition(character)
    simple = unicodedata.normalize("NFKC", character)
    if "⁄" in simple:
        above, _, below = simple.partition("⁄")
        return rf"\tfrac{{{above}}}{{{below}}}"
    for style, command in _STYLES:
        if decomposed.startswith("<font>") and style in name:
            letter = "".join(map(in_math, simple))
            bold = "boldsymbol" if "BOLD" in name else None
            if not letter.isascii() or not letter.isalnum():
                return rf"\{bold}{{{letter}}}" if bold else letter
            # The alphabets that LaTeX has are of capitals.
            capitals_only = command in ("mathcal", "mathbb") and not letter.isupper()
            return letter if capitals_only else rf"\{command}{{{letter}}}"
    if simple != character:
        return "".join(map(in_math, simple))
    if name.startswith("GREEK"):
        return _greek(name.split())
    letter, *marks = unicodedata.normalize("NFD", character)
    if marks and letter.isascii() and marks[0] in ACCENTS:
        return rf"\{ACCENTS[marks[0]]}{{{letter}}}"
    return rf"\text{{{character}}}" if _is_known_letter(character) else " "


@cache
def in_text(character: str) -> str:
    """Write a character among words; a space if LaTeX has none like it."""
    if character.isascii():
        return character if character.isprintable() else " "
    if _is_known_letter(character):
        return character
    if character in "–—":
        return "--" if character == "–" else "---"
    letter = unicodedata.normalize("NFKD", character)[0]
    if letter.isascii() and letter.isalpha():
        return letter
    written = in_math(character).strip()
    if written.startswith(r"\text{"):
        return " "
    is_math = "\\" in written or "^" in written or "_" in written
    return rf"\ensuremath{{{written}}}" if is_math else written or " "


@cache
def script_of(character: str | None) -> tuple[str, str] | None:
    """Tell whether a character is a superscript or a subscript, and of what."""
    if character is None or len(character) != 1:
        return None
    decomposed = unicodedata.decomposition(character)
    for tag, mark in (("<super>", "^"), ("<sub>", "_")):
        if decomposed.startswith(tag):
            return mark, "".join(map(in_math, unicodedata.normalize("NFKC", character)))
    return None


def _is_known_letter(character: str) -> bool:
    if not character.isalpha() or character > _LAST_LATIN or character in _WITHOUT_GLYPH:
        return False
    return character not in ("µ", "ª", "º", "ı", "ħ")


def _greek(words: list[str]) -> str:
    if "LETTER" not in words or words[-1] == "LETTER":
        return " "
    name = words[words.index("LETTER") + 1].lower()
    if "CAPITAL" in words:
        name = name.capitalize()
    name = {"lamda": "lambda", "Lamda": "Lambda", "final": "varsigma"}.get(name, name)
    if name in _LATIN_CAPITALS:
        return _LATIN_CAPITALS[name]
    if name == "omicron":
        return "o"
    lower = name.islower() and name in _LOWER
    return rf"\{name} " if name in _CAPITALS or lower else " "


_LOWER: Final = frozenset(
    words_in("""
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho varsigma sigma
    tau upsilon phi chi psi omega digamma
    """)
)
