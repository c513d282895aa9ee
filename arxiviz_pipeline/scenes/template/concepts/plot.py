"""Finds functions of one real variable that can be drawn, and chooses how."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from arxiviz_pipeline.scenes.template.concepts.curves import (
    Curve,
    Window,
    choose_window,
    is_power_law,
    scales_only,
)
from arxiviz_pipeline.scenes.template.concepts.plotted_function import PlottedFunction
from arxiviz_pipeline.scenes.template.features import Feature, Material
from arxiviz_pipeline.scenes.text.expressions import names_in, operations_in
from arxiviz_pipeline.scenes.text.functions import (
    FunctionDefinition,
    read_assignments,
    read_domain,
    read_function,
)
from arxiviz_pipeline.scenes.text.section_text import DisplayBlock, TextBlock
from arxiviz_pipeline.scenes.text.sentences import FORMULA

_MOST_PLOTS = 3
_SPEAKS_OF_IT: Final = re.compile(
    r"(?:this|which) (?:function |formula )?(?:corresponds|means|describes|gives|increases|"
    r"decreases|grows|falls|models|says|is|has)\b",
    re.IGNORECASE,
)
_MOST_CURVES = 3
_EXAMPLES: Final = (0.5, 1.0, 2.0)
_WHOLE_EXAMPLES: Final = (1.0, 2.0, 3.0)
_WHOLE_NAMES: Final = frozenset("nmkdp")
_COUNTED: Final = frozenset("ijklmn")
_UNLIKELY_PARAMETERS: Final = frozenset(("i", "j", "T", "A", "X", "Y", "d", "P", "E", "R"))
_CENTRES: Final = frozenset((r"\mu", "x_{0}", "t_{0}"))
_NOT_REAL: Final = re.compile(
    r"\b(?:complex|matri(?:x|ces)|vectors?|vectorial|tensors?|finite fields?|"
    r"polynomial ring|modulo|generating (?:function|series)|permutations?|holomorphic|"
    r"meromorphic|operators?|functors?|random variables?|modular|residues?|integers?|primes?|"
    r"graphs?|groups?|morphisms?|entrywise|eigenvalues?|zeta)\b|\\mathbb\s*\{?\s*[CFZNQK]|\\mathbb\s*\{?R\}?\s*\^|\\bmod|\\pmod|\\mathbf|"
    r"\\boldsymbol|\\bm\b",
    re.IGNORECASE,
)
_COMPLEX: Final = re.compile(
    r"\b(?:complex (?:numbers?|plane|variable|valued)|finite field)|modulo\b"
)
_NEARBY = 200  # characters
_PROBABILITY: Final = re.compile(r"probabilit|proportion|entropy|impurity|coin|Bernoulli|Gini")
_CORRELATION: Final = re.compile(r"\bcorrelations?\b", re.IGNORECASE)
_POSITIVE: Final = re.compile(
    r"\b(?:exponential (?:kernel|decay|distribution|density)|distances?|decays?|lifetimes?|"
    r"waiting times?|survival)\b",
    re.IGNORECASE,
)
_NEVER_FREE: Final = frozenset(
    (r"\mu", r"\sigma")
)  # a mean and a spread: bounded by what they are of
_CASES: Final = re.compile(r"\\begin\{cases\}.*?\\end\{cases\}", re.DOTALL)
_INDEXED: Final = re.compile(r"_\{?\s*(?:\d|[ijkn]+\b)")
_OFTEN_COMPLEX: Final = frozenset(("z", "w", "q", r"\zeta"))
_REAL_OPERATIONS: Final = frozenset(("exp", "tanh", "abs", "max", "min", "cases", "ln"))
_TAIL: Final = re.compile(
    r"(?:\s|~|\\[,;: ])*(?:,|\\q?quad|\\text\s*\{\s*(?:,?\s*(?:for|if|where|with|on|when)\b|\s*\}))"
)


def find(material: Material) -> Sequence[Feature]:
    """Find functions that can surely be drawn, displays before inline definitions."""
    given = _given_values(material)
    found: list[PlottedFunction] = []
    seen: set[str] = set()
    for place, tex, words, is_display in _candidates(material):
        if len(found) >= _MOST_PLOTS:
            break
        plotted = _plotted(material, tex, words, given, place, is_display=is_display)
        if plotted is not None and repr(plotted.definition.body) not in seen:
            seen.add(repr(plotted.definition.body))
            found.append(plotted)
    return sorted(found, key=lambda feature: -feature.weight)


def _candidates(material: Material) -> Iterator[tuple[int, str, str, bool]]:
    """Yield places, formulas and the words around them: first displays, then inline math."""
    for place, block in enumerate(material.blocks):
        if isinstance(block, DisplayBlock):
            yield place, block.tex, f"{block.introduction} {block.explanation}", True
    for place, block in enumerate(material.blocks):
        if isinstance(block, TextBlock):
            for sentence in block.sentences:
                for formula in FORMULA.findall(sentence):
                    if "=" in formula and "(" in formula:
                        yield place, formula.strip("$"), sentence, False


def _given_values(material: Material) -> dict[str, tuple[float, ...]]:
    """Read what the section says about the numbers its symbols have."""
    found: dict[str, list[float]] = {}
    texts = [
        sentence
        for block in material.blocks
        if isinstance(block, TextBlock)
        for sentence in block.sentences
    ]
    texts += [block.explanation for block in material.blocks if isinstance(block, DisplayBlock)]
    for formula in (each for text in texts for each in FORMULA.findall(text)):
        for name, value in read_assignments(formula.strip("$")).items():
            if value not in found.setdefault(name, []):
                found[name].append(value)
    return {name: tuple(values) for name, values in found.items()}


def _plotted(
    material: Material,
    tex: str,
    words: str,
    given: Mapping[str, tuple[float, ...]],
    place: int,
    *,
    is_display: bool,
) -> PlottedFunction | None:
    definition = read_function(_without_tail(tex))
    around = _around(material, tex)
    if definition is None or _NOT_REAL.search(f"{words} {tex}") or _COMPLEX.search(around):
        return None
    if definition.argument is None and (not is_display or _INDEXED.search(definition.name)):
        return None
    variable = _variable(definition, given)
    if variable is None or variable not in names_in(definition.body):
        return None
    if variable == definition.name or (
        variable in _OFTEN_COMPLEX and not _REAL_OPERATIONS & operations_in(definition.body)
    ):
        return None
    chosen = _parameters(definition, variable, given)
    if chosen is None:
        return None
    fixed, varied, is_example, scale_names = chosen
    outside = _CASES.sub("", tex)
    domain = read_domain(f"{outside} {words}", variable)
    if domain is None:
        if _is_bounded_otherwise(outside, variable) or variable in _NEVER_FREE:
            return None
        domain = _known_domain(variable, words)
    curves = [
        Curve(definition.body, variable, {**fixed, **extra})
        for extra in ([{varied[0]: value} for value in varied[1]] if varied else [{}])
    ]
    window = choose_window(curves, domain)
    if window is None:
        return None
    weight = 0.72 if is_display else 0.55
    weight -= 0.1 * is_example + 0.1 * bool(scale_names) + 0.1 * (definition.argument is None)
    introduction = words.strip() if not is_display else _introduction(material, place)
    return PlottedFunction(
        material=material,
        tex=tex,
        definition=definition,
        variable=variable,
        fixed=fixed,
        varied=varied,
        is_example=is_example,
        scale_names=scale_names,
        domain=domain,
        introduction=introduction,
        explanation=_explanation(material, place),
        place=place,
        tells=frozenset((place,)) if is_display else frozenset(),
        weight=round(weight, 3),
        window=window,
    )


def _known_domain(variable: str, words: str) -> Window | None:
    """Tell where a variable lives that has its range by what it is."""
    if variable == "p" and _PROBABILITY.search(words):
        return 0.0, 1.0
    if variable in ("r", r"\rho") and _CORRELATION.search(words):
        return -1.0, 1.0
    return (0.0, math.inf) if _POSITIVE.search(words) else None


def _around(material: Material, tex: str) -> str:
    """Return what stands near a formula, whichever block it was read into."""
    content = material.section.content
    at = content.find(tex)
    return "" if at < 0 else content[max(0, at - _NEARBY) : at + len(tex) + _NEARBY]


def _is_bounded_otherwise(tex: str, variable: str) -> bool:
    """Tell whether a formula says where its variable lives in other terms than numbers."""
    name = re.escape(variable)
    relation = r"(?:\\geq?(?:slant)?|\\leq?(?:slant)?|[<>]|\\in)(?![a-z])"
    return bool(re.search(rf"{name}\s*{relation}|{relation}\s*{name}(?![\w^])", tex))


def _introduction(material: Material, place: int) -> str:
    block = material.blocks[place]
    return block.introduction if isinstance(block, DisplayBlock) else ""


def _explanation(material: Material, place: int) -> str:
    """Return what is said of a display: of its symbols, or right after it of the whole."""
    block = material.blocks[place]
    if not isinstance(block, DisplayBlock) or block.explanation:
        return block.explanation if isinstance(block, DisplayBlock) else ""
    after = material.blocks[place + 1] if place + 1 < len(material.blocks) else None
    first = after.sentences[0] if isinstance(after, TextBlock) and after.sentences else ""
    return first if _SPEAKS_OF_IT.match(first) else ""


def _without_tail(tex: str) -> str:
    r"""Drop what follows a formula on its line: `, \quad x > 0`."""
    if "\\begin" in tex.replace("\\begin{aligned}", ""):
        return tex
    depth = 0
    for index, character in enumerate(tex):
        depth += (character in "{([") - (character in "})]")
        if depth <= 0 and index and _TAIL.match(tex, index) and "=" in tex[:index]:
            return tex[:index]
    return tex


def _variable(definition: FunctionDefinition, given: Mapping[str, tuple[float, ...]]) -> str | None:
    """Tell what the function is of: what its left side says, or the only symbol that varies."""
    if definition.argument is not None:
        return definition.argument
    free = sorted(names_in(definition.body) - set(given))
    if len(free) == 1:
        return free[0]
    known = {name: values[0] for name, values in given.items()}
    others = {**known, **dict.fromkeys(free, 1.0)}
    # In `E = m c^2` any symbol may be the variable; where all but one are plain powers, it is.
    bent = [name for name in free if not is_power_law(definition.body, name, others)]
    if len(bent) != 1:
        return None
    [variable] = bent
    scaling = [
        scales_only(definition.body, variable, name, others) for name in free if name != variable
    ]
    return variable if all(scaling) else None


def _parameters(
    definition: FunctionDefinition, variable: str, given: Mapping[str, tuple[float, ...]]
) -> tuple[dict[str, float], tuple[str, tuple[float, ...]] | None, bool, frozenset[str]] | None:
    """Give each parameter its value: from the text, or as an example, or none where it only scales.

    Returns:
        Fixed values, the varied parameter, whether its values are examples, and what only scales.
    """
    names = names_in(definition.body) - {variable}
    unknown = sorted(names - set(given))
    fixed = {name: given[name][0] for name in names if len(given.get(name, ())) == 1}
    several = [name for name in sorted(names) if len(given.get(name, ())) > 1]
    if len(several) > 1 or any(len(given[name]) > _MOST_CURVES for name in several):
        return None
    varied = (several[0], tuple(sorted(given[several[0]]))) if several else None
    trial = {
        **fixed,
        **dict.fromkeys(unknown, 1.0),
        **({varied[0]: varied[1][0]} if varied else {}),
    }
    scaling = frozenset(
        name for name in unknown if scales_only(definition.body, variable, name, trial)
    )
    unknown = [name for name in unknown if name not in scaling]
    fixed |= dict.fromkeys(scaling, 1.0)
    centres = [name for name in unknown if name in _CENTRES]
    if centres and len(unknown) > 1:
        fixed |= dict.fromkeys(centres, 0.0)
        unknown = [name for name in unknown if name not in centres]
    if not unknown:
        return fixed, varied, bool(centres), scaling
    [name, *more] = unknown
    if more or varied or definition.argument is None or name in _UNLIKELY_PARAMETERS:
        return None
    examples = _WHOLE_EXAMPLES if name in _WHOLE_NAMES else _EXAMPLES
    return fixed, (name, examples), True, scaling
