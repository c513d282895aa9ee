r"""Tells what TeX's character codes mean in a formula: `\mathchar"218` is `\sim`.

The tables are those of plain TeX's fonts; the AMS fonts have no number of their own.
"""

from typing import Final

from arxiviz_pipeline.ingest.formulas.word_lists import words_in

_LETTERS: Final = words_in(r"""
    \alpha \beta \gamma \delta \epsilon \zeta \eta \theta \iota \kappa \lambda \mu \nu \xi \pi \rho
    \sigma \tau \upsilon \phi \chi \psi \omega \varepsilon \vartheta \varpi \varrho \varsigma
    \varphi \leftharpoonup \leftharpoondown \rightharpoonup \rightharpoondown \lhook \rhook
    \triangleright \triangleleft 0 1 2 3 4 5 6 7 8 9 . , < / > \star \partial
    """)
_SIGNS: Final = words_in(r"""
    - \cdot \times \ast \div \diamond \pm \mp \oplus \ominus \otimes \oslash \odot \bigcirc \circ
    \bullet \asymp \equiv \subseteq \supseteq \leq \geq \preceq \succeq \sim \approx \subset
    \supset \ll \gg \prec \succ \leftarrow \rightarrow \uparrow \downarrow \leftrightarrow \nearrow
    \searrow \simeq \Leftarrow \Rightarrow \Uparrow \Downarrow \Leftrightarrow \nwarrow \swarrow
    \propto \prime \infty \in \ni \triangle \bigtriangledown \not \mapstochar \forall \exists \neg
    \emptyset \Re \Im \top \bot \aleph
    """)
_LATER_SIGNS: Final = words_in(r"""
    \cup \cap \uplus \wedge \vee \vdash \dashv \lfloor \rfloor \lceil \rceil \{ \} \langle \rangle |
    \| \updownarrow \Updownarrow \backslash \wr \surd \amalg \nabla \smallint \sqcup \sqcap
    \sqsubseteq \sqsupseteq \S \dagger \ddagger \P \clubsuit \diamondsuit \heartsuit \spadesuit
    """)
_LARGE: Final = words_in(r"""
    \bigoplus \bigoplus \bigotimes \bigotimes \sum \prod \int \bigcup \bigcap \biguplus \bigwedge
    \bigvee \sum \prod \int \bigcup \bigcap \biguplus \bigwedge \bigvee \coprod
    """)
_CAPITALS: Final = words_in(
    r"\Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega"
)
_MORE_LETTERS: Final = words_in(r"\flat \natural \sharp \smile \frown \ell")


def _slots(family: int, first: int, symbols: tuple[str, ...]) -> dict[int, str]:
    return {family * 0x100 + first + place: symbol for place, symbol in enumerate(symbols)}


_SYMBOLS: Final = {
    **_slots(0, 0x00, _CAPITALS),
    **_slots(1, 0x00, _CAPITALS),
    **_slots(1, 0x0B, _LETTERS),
    **_slots(1, 0x5B, _MORE_LETTERS),
    **_slots(1, 0x7B, (r"\imath", r"\jmath", r"\wp")),
    **_slots(2, 0x00, _SIGNS),
    **_slots(2, 0x5B, _LATER_SIGNS),
    **_slots(3, 0x4C, _LARGE),
}


def symbol_of_math_char(lexeme: str) -> str:
    r"""Name what `\mathchar"218` shows; nothing if no font of plain TeX has it."""
    code = _read_code(lexeme.removeprefix(r"\mathchar").strip(" ="))
    return "" if code is None else symbol_of_code(code)


def symbol_of_code(code: int) -> str:
    """Name the symbol of a math code, class and all; nothing if no font of plain TeX has it."""
    if code < 0:
        return ""
    family, slot = code >> 8 & 15, code & 0xFF
    if symbol := _SYMBOLS.get(family * 0x100 + slot):
        return symbol
    letter = chr(slot)
    return letter if family < 3 and letter.isascii() and letter.isalnum() else ""


def _read_code(text: str) -> int | None:
    r"""Read a number as TeX writes it: `"218`, `'1030` or `536`; None if it is none."""
    match text[:1]:
        case '"':
            base, digits = 16, text[1:]
        case "'":
            base, digits = 8, text[1:]
        case _:
            base, digits = 10, text
    if not 0 < len(digits) <= 5 or not digits.isascii() or not digits.isalnum():
        return None
    try:
        return int(digits, base)
    except ValueError:
        return None
