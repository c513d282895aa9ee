r"""Mends TeX that LaTeX refuses: each way is tried with LaTeX itself, the mildest first."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.domain.ports import Formula, Typesetter
from arxiviz_pipeline.domain.script_formulas import find_tex_strings
from arxiviz_pipeline.scenes.repair.faults import despite_faults
from arxiviz_pipeline.scenes.repair.source import Edit, Mended, Source, apply_edits, parses

_CONTROL: Final = {
    "\x0c": r"\f",
    "\t": r"\t",
    "\x08": r"\b",
    "\x07": r"\a",
    "\r": r"\r",
    "\x0b": r"\v",
}
_CHARACTERS: Final = {
    "→": r"\to ", "←": r"\leftarrow ", "⇒": r"\Rightarrow ", "↔": r"\leftrightarrow ",
    "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "≈": r"\approx ", "≡": r"\equiv ", "∼": r"\sim ",
    "×": r"\times ", "·": r"\cdot ", "÷": r"\div ", "±": r"\pm ", "∓": r"\mp ", "∞": r"\infty ",
    "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "√": r"\surd ", "∂": r"\partial ",
    "∇": r"\nabla ", "∈": r"\in ", "∉": r"\notin ", "⊂": r"\subset ", "⊆": r"\subseteq ",
    "∪": r"\cup ", "∩": r"\cap ", "∀": r"\forall ", "∃": r"\exists ", "∅": r"\emptyset ",
    "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ", "δ": r"\delta ", "ε": r"\epsilon ",
    "ζ": r"\zeta ", "η": r"\eta ", "θ": r"\theta ", "κ": r"\kappa ", "λ": r"\lambda ",
    "μ": r"\mu ", "ν": r"\nu ", "ξ": r"\xi ", "π": r"\pi ", "ρ": r"\rho ", "σ": r"\sigma ",
    "τ": r"\tau ", "φ": r"\phi ", "χ": r"\chi ", "ψ": r"\psi ", "ω": r"\omega ",
    "Γ": r"\Gamma ", "Δ": r"\Delta ", "Θ": r"\Theta ", "Λ": r"\Lambda ", "Π": r"\Pi ",
    "Σ": r"\Sigma ", "Φ": r"\Phi ", "Ψ": r"\Psi ", "Ω": r"\Omega ", "ℝ": r"\mathbb{R}",
    "ℕ": r"\mathbb{N}", "ℤ": r"\mathbb{Z}", "²": "^{2}", "³": "^{3}", "₀": "_{0}", "₁": "_{1}",
    "₂": "_{2}", "ᵀ": "^{T}", "⊤": r"\top ", "−": "-", "…": r"\dots ", "⊗": r"\otimes ",
    "⊕": r"\oplus ", "∘": r"\circ ", "⟨": r"\langle ", "⟩": r"\rangle ", "‖": r"\|",
    "’": "'", "“": "``", "”": "''", "–": "-", "—": "---", "✓": r"\checkmark ", "✗": r"\times ",
}  # fmt: skip
_ENVIRONMENT = re.compile(
    r"\\(?:begin|end)\{(?:equation|align|gather|displaymath|math|document|center|eqnarray)\*?\}"
)
_MATH_MARKS = re.compile(r"(?<!\\)\$\$?|\\\[|\\\]|\\\(|\\\)")
_DROPPED = re.compile(
    r"\\(?:label|tag\*?|ref|cite\w*|eqref|vspace|hspace\*?)\s*\{[^{}]*\}|\\(?:nonumber|notag|noindent|centering|displaybreak)\b"
)
_UNDEFINED = re.compile(r"Undefined control sequence (\\[A-Za-z@]+|\\.)")
_SHORT: Final = {
    r"\R": r"\mathbb{R}", r"\N": r"\mathbb{N}", r"\Z": r"\mathbb{Z}", r"\C": r"\mathbb{C}",
    r"\Q": r"\mathbb{Q}", r"\E": r"\mathbb{E}", r"\P": r"\mathbb{P}", r"\1": r"\mathbb{1}",
    r"\eps": r"\epsilon", r"\vect": r"\mathbf", r"\vec3": r"\vec", r"\bold": r"\mathbf",
    r"\mat": r"\mathbf", r"\bs": r"\boldsymbol", r"\mathbold": r"\mathbf", r"\abs": r"\vert",
    r"\norm": r"\Vert", r"\set": r"\mathrm", r"\texttt": r"\mathtt", r"\degree": r"^\circ",
    r"\cancel": r"\overline", r"\xcancel": r"\overline", r"\textcolor": r"\color",
    r"\unicode": r"\mathrm",
    r"\dv": r"\frac{d}{d}", r"\pdv": r"\frac{\partial}{\partial}", r"\mathscr": r"\mathcal",
    r"\differential": r"\,d", r"\dd": r"\,d", r"\qty": "", r"\Tr": r"\mathrm{Tr}", r"\boldmath": "",
    r"\ding": r"\mathrm", r"\tag": r"\quad", r"\enspace": r"\ ", r"\mathbbm": r"\mathbb",
    r"\numberthis": "", r"\toprule": r"\hline", r"\midrule": r"\hline", r"\bottomrule": r"\hline",
    r"\includegraphics": r"\mathrm", r"\underset": r"\underset",
}  # fmt: skip
_SPECIAL = re.compile(r"(?<!\\)([%&#_])")
_PLAIN_SPECIAL = re.compile(r"(?<!\\)([_^])")
_INSIDE_MATH = re.compile(r"(\$[^$]*\$)")
_TEXT_SIZE: Final = 32

Way = Callable[[str], str]
"""Writes a formula, or a part of it, in another way."""


def mend_formulas(
    source: Source, failures: Sequence[Finding], typesetter: Typesetter
) -> Iterator[Mended]:
    """Offer the script with every refused formula mended, or written as plain text at last."""
    told = [failure for failure in failures if failure.kind == "latex"]
    if not told:
        return
    edits = list(_mended_calls(source, told, typesetter))
    if edits:
        mended = apply_edits(source.code, edits)
        if parses(mended.code):
            yield mended
    edits = list(_mended_strings(source, told, typesetter))
    if edits:
        mended = apply_edits(source.code, edits)
        if parses(mended.code):
            yield mended


def _mended_calls(
    source: Source, failures: Sequence[Finding], typesetter: Typesetter
) -> Iterator[Edit]:
    every = find_tex_strings(source.tree)
    lines = {failure.line: failure.message for failure in failures}
    for tex in every:
        failing = next(
            (
                m
                for line, m in lines.items()
                if line is not None and tex.line <= line <= (tex.call.end_lineno or 0)
            ),
            None,
        )
        if failing is None:
            continue
        refused = typesetter.typeset([tex.formula])[0].error
        # The renderer itself refused what the typesetter takes: no other TeX is to be trusted.
        parts = _mended_parts(tex.formula, refused, typesetter) if refused else None
        if parts is None:
            yield _as_text(source, tex.call, tex.formula)
        elif len(parts) == len(tex.call.args):
            why = f"LaTeX refused a formula ({refused}): its TeX was mended."
            for argument, part in zip(tex.call.args, parts, strict=True):
                yield source.replace(argument, literal(part), why)


def _mended_parts(formula: Formula, error: str, typesetter: Typesetter) -> tuple[str, ...] | None:
    math = formula.environment != "center"
    candidates = list(dict.fromkeys(_candidates(formula.parts, error, math=math)))
    answers = typesetter.typeset([Formula(parts, formula.environment) for parts in candidates])
    for parts, answer in zip(candidates, answers, strict=True):
        if answer.error is None:
            return parts
        undefined = _UNDEFINED.search(answer.error)
        if undefined:
            further = tuple(_without_undefined(part, answer.error) for part in parts)
            if typesetter.typeset([Formula(further, formula.environment)])[0].error is None:
                return further
    return None


def _candidates(parts: tuple[str, ...], error: str, *, math: bool) -> Iterator[tuple[str, ...]]:
    ways = _math_ways(error) if math else _text_ways(error)
    for way in ways:
        yield _changed(way, parts)
    together = parts
    for way in ways:
        together = _changed(way, together)
        yield together


def _changed(way: Way, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Change the parts of a formula; a fault of this way leaves them to the others."""
    changed = tuple(despite_faults(map(way, parts)))
    return changed if len(changed) == len(parts) else parts


def restored(part: str) -> str:
    """Write as TeX's commands what Python has read as control characters."""
    for control, command in _CONTROL.items():
        part = re.sub(f"{re.escape(control)}(?=[a-zA-Z])", command.replace("\\", r"\\"), part)
    return re.sub(r"\n(?=(?:abla|eq|u|e|otin|ot|ormalsize)\b)", r"\\n", part)


def _spelled(part: str) -> str:
    spelled = "".join(_CHARACTERS.get(character, character) for character in part)
    return "".join(each for each in spelled if ord(each) < 0x250 or each.isspace())


def _spelled_in_text(part: str) -> str:
    return "".join(
        f"${_CHARACTERS[each].strip()}$" if each in _CHARACTERS and each not in "’“”–—" else each
        for each in part
        if each in _CHARACTERS or ord(each) < 0x250
    )


def _without_marks(part: str) -> str:
    return _DROPPED.sub("", _ENVIRONMENT.sub("", _MATH_MARKS.sub("", part)))


def _without_empty_lines(part: str) -> str:
    return re.sub(r"\n\s*\n", "\n", part).strip().removesuffix(r"\\")


def _without_undefined(part: str, error: str) -> str:
    undefined = _UNDEFINED.search(error)
    if undefined is None:
        return part
    name = undefined[1]
    word = name.lstrip("\\")
    new = _SHORT.get(name) or rf"\mathrm{{{word}}}"
    return re.sub(re.escape(name) + r"(?![A-Za-z])", lambda _: new, part)


def _single_backslashes(part: str) -> str:
    return re.sub(r"\\\\(?=[A-Za-z])", r"\\", part)


def _balanced(part: str) -> str:
    depth = 0
    kept: list[str] = []
    for index, character in enumerate(part):
        escaped = index > 0 and part[index - 1] == "\\"
        if character == "{" and not escaped:
            depth += 1
        elif character == "}" and not escaped:
            if depth == 0:
                continue
            depth -= 1
        kept.append(character)
    balanced = "".join(kept) + "}" * depth
    lefts = re.findall(r"\\left(?![A-Za-z])", balanced)
    rights = re.findall(r"\\right(?![A-Za-z])", balanced)
    if len(lefts) != len(rights):
        balanced = re.sub(r"\\(?:left|right)(?![A-Za-z])\s*\.?", "", balanced)
    for name in re.findall(r"\\begin\{(\w+\*?)\}", balanced):
        if balanced.count(rf"\begin{{{name}}}") > balanced.count(rf"\end{{{name}}}"):
            balanced += rf"\end{{{name}}}"
    return balanced


def _delimited(part: str) -> str:
    r"""Give a `\left` or `\right` at the end the delimiter that belongs there."""
    opened = re.findall(r"\\left\s*(\\?[(\[{|.])", part)
    closing = {"(": ")", "[": "]", r"\{": r"\}", "|": "|"}.get(opened[-1], ".") if opened else "."
    return re.sub(r"\\right\s*$", lambda _: rf"\right{closing}", re.sub(r"\\left\s*$", "", part))


def _escaped(part: str) -> str:
    return re.sub(r"(?<!\\)([%#])", r"\\\1", part)


def _escaped_ampersands(part: str) -> str:
    return re.sub(r"(?<!\\)&", "", part) if r"\begin" not in part else part


def _escaped_text(part: str) -> str:
    pieces = _INSIDE_MATH.split(part)
    return "".join(
        piece if index % 2 else _SPECIAL.sub(r"\\\1", piece).replace("^", r"\^{}")
        for index, piece in enumerate(pieces)
    )


def _math_in_text(part: str) -> str:
    """Put math that stands bare in a text between dollars: `The value x^2 grows`."""
    if "$" in part:
        return part
    bare = re.compile(
        r"(?:\\[A-Za-z]+(?:\{[^{}]*\})*|[A-Za-z0-9)\]]+)(?:[_^](?:\{[^{}]*\}|\\?\w+))+"
        r"|\\(?!text|emph|item|begin|end|\\|%|&|_|#)[A-Za-z]+(?:\{[^{}]*\})*"
    )
    return bare.sub(lambda found: f"${found[0]}$", part)


def _whole_as_math(part: str) -> str:
    return f"${_MATH_MARKS.sub('', part)}$" if part.strip() else part


def _doubled_scripts(part: str, error: str) -> str:
    if "Double" not in error:
        return part
    return re.sub(r"([_^](?:\{[^{}]*\}|\\?\w))\s*(?=[_^]|')", r"\1{}", part)


def _math_ways(error: str) -> tuple[Way, ...]:
    return (
        restored,
        _delimited,
        _without_marks,
        _single_backslashes,
        _spelled,
        partial(_without_undefined, error=error),
        _escaped,
        partial(_doubled_scripts, error=error),
        _without_empty_lines,
        _balanced,
        _escaped_ampersands,
    )


def _text_ways(error: str) -> tuple[Way, ...]:
    return (
        restored,
        _escaped_text,
        _spelled_in_text,
        _math_in_text,
        partial(_without_undefined, error=error),
        _balanced,
        _whole_as_math,
    )


def _as_text(source: Source, call: ast.Call, formula: Formula) -> Edit:
    plain = plain_text(formula.tex)
    keywords = [
        source.text(keyword) for keyword in call.keywords if keyword.arg in ("color", "font_size")
    ]
    if not any(text.startswith("font_size") for text in keywords):
        keywords.append(f"font_size={_TEXT_SIZE}")
    text = f"Text({', '.join([literal(plain), *keywords])})"
    return source.replace(call, text, "A formula that LaTeX refuses became plain text.")


def plain_text(tex: str) -> str:
    """Write TeX as somebody would type it."""
    text = _DROPPED.sub("", _ENVIRONMENT.sub("", tex))
    text = re.sub(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"(\1)/(\2)", text)
    text = re.sub(r"\\(?:left|right|text|mathrm|mathbf|mathbb|mathcal|displaystyle)\b", "", text)
    text = re.sub(r"\\([A-Za-z]+)", r"\1 ", text)
    return re.sub(r"\s+", " ", re.sub(r"[\\{}$&]", "", text)).strip() or "…"


def literal(text: str) -> str:
    """Write a string as Python, raw where it holds backslashes."""
    if "\\" in text and text.isprintable() and '"' not in text and not text.endswith("\\"):
        return f'r"{text}"'
    return repr(text)


def _mended_strings(
    source: Source, failures: Sequence[Finding], typesetter: Typesetter
) -> Iterator[Edit]:
    """Mend the strings that a failing formula, put together at run time, comes from."""
    refused = [failure.message.partition(", in the formula: ")[::2] for failure in failures]
    for node in source.nodes:
        if (
            not isinstance(node, ast.Constant)
            or not isinstance(node.value, str)
            or len(node.value) < 2
        ):
            continue
        if isinstance(source.parents[node], (ast.JoinedStr, ast.FormattedValue)):
            continue
        told = next((error for error, tex in refused if tex and node.value in tex), None)
        if told is None:
            continue
        for environment in ("align*", "center"):
            formula = Formula((node.value,), environment)
            if typesetter.typeset([formula])[0].error is None:
                continue
            plain = re.sub(r"[^\w\s.,;:=+()/-]|_", " ", plain_text(node.value))
            parts = _mended_parts(formula, told, typesetter) or (rf"\text{{{plain}}}",)
            if parts[0] != node.value:
                why = f"LaTeX refused a formula ({told}): its TeX was mended."
                yield source.replace(node, literal(parts[0]), why)
                break
