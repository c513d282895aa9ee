r"""Mends strings of formulas that Python reads otherwise than they are meant.

`"\frac"` is a form feed and `rac`; in an f-string, TeX's braces are Python's fields.
"""

import ast
import re
from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.domain.python_source import parse_python
from arxiviz_pipeline.scenes.gates.names import bound_names
from arxiviz_pipeline.scenes.gates.tex_strings import control_characters
from arxiviz_pipeline.scenes.repair.formula_mends import literal, restored
from arxiviz_pipeline.scenes.repair.source import Edit, Source, parses

_F_STRING = re.compile(r"""(?<!\w)([fF][rR]?|[rR][fF])(["'])(?!\2)((?:\\.|(?!\2)[^\\\n])*)\2""")
_TEX = re.compile(r"\\[A-Za-z]|[\^_]")
_BINDINGS = re.compile(
    r"\bfor\s+(.+?)\s+in\b|^\s*([\w\s,.]+?)\s*=(?!=)|\bdef\s+\w+\((.*?)\)|\blambda\s+([^:]*):"
    r"|\bas\s+(\w+)",
    re.MULTILINE,
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_FORMULAS: Final = frozenset({"MathTex", "Tex", "TexMobject", "TextMobject"})
_RAW: Final = "A formula's string became a raw one: its backslashes are TeX's."
_BRACES: Final = "TeX's braces in an f-string were doubled."


def raw_formulas(source: Source) -> Iterator[Edit]:
    r"""Give formulas back what Python has made of a backslash: `\t` of `\theta`."""
    for call in source.calls:
        match call.func:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _FORMULAS:
                pass
            case _:
                continue
        for argument in call.args:
            yield from _raw(source, argument)


def _raw(source: Source, node: ast.expr) -> Iterator[Edit]:
    match node:
        case ast.Constant(value=str(value)) if control_characters(value):
            yield source.replace(node, literal(restored(value)), _RAW)
        case ast.JoinedStr(values=values) if any(
            isinstance(each, ast.Constant) and control_characters(str(each.value))
            for each in values
        ):
            text = source.text(node)
            found = _F_STRING.fullmatch(text)
            if found and "r" not in found[1].lower():
                content = found[3].replace("\\\\", "\\")
                yield source.replace(node, f"rf{found[2]}{content}{found[2]}", _RAW)
        case _:
            pass


def unknown_fields(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Double the braces of fields, in f-strings of formulas, that name what nothing defines."""
    found = re.search(r"name '(\w+)' is not defined", failure.message)
    if not found:
        return
    known = set(bound_names(source.tree))
    edits: list[Edit] = []
    for node in source.nodes:
        if not isinstance(node, ast.JoinedStr):
            continue
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        text = source.text(node)
        if found[1] in names - known and _F_STRING.fullmatch(text) and _TEX.search(text):
            edits.append(source.replace(node, _with_doubled_braces(text, known), _BRACES))
    yield edits


def f_strings_of_formulas(code: str, error: SyntaxError) -> Iterator[tuple[str, str]]:
    """Double TeX's braces in all f-strings of a script that Python refuses one of."""
    if "f-string" not in error.msg and "invalid decimal literal" not in error.msg:
        return
    known = {
        word
        for groups in _BINDINGS.findall(code)
        for group in groups
        for word in _WORD.findall(group)
    }

    def mended(found: re.Match[str]) -> str:
        return _with_doubled_braces(found[0], known) if _TEX.search(found[3]) else found[0]

    yield _F_STRING.sub(mended, code), _BRACES


def _with_doubled_braces(text: str, known: set[str]) -> str:
    found = _F_STRING.fullmatch(text)
    if found is None:
        return text
    content = found[3]
    if "r" not in found[1].lower():
        content = content.replace("\\\\", "\\")
    return f"rf{found[2]}{_doubled(content, known)}{found[2]}"


def _doubled(content: str, known: set[str]) -> str:
    """Double every brace that is TeX's; a field keeps its own, within TeX's."""
    pieces: list[str] = []
    place = 0
    while place < len(content):
        sign = content[place]
        if content[place : place + 3] in ("\\{{", "\\}}"):
            pieces.append(content[place : place + 3])
            place += 3
        elif content[place : place + 2] in ("{{", "}}", "\\{", "\\}"):
            pieces.append(content[place : place + 2].replace("\\{", "\\{{").replace("\\}", "\\}}"))
            place += 2
        elif sign == "{" and (end := _closing(content, place)) is not None:
            inner = content[place + 1 : end]
            kept = f"{{{inner}}}" if _is_field(inner, known) else _doubled(inner, known)
            pieces.append(f"{{{{{kept}}}}}")
            place = end + 1
        else:
            pieces.append(sign * 2 if sign in "{}" else sign)
            place += 1
    return "".join(pieces)


def _closing(content: str, start: int) -> int | None:
    depth = 0
    for place in range(start, len(content)):
        if place and content[place - 1] == "\\":
            continue
        depth += {"{": 1, "}": -1}.get(content[place], 0)
        if depth == 0:
            return place
    return None


def _is_field(inner: str, known: set[str]) -> bool:
    expression = re.split(r"[!:]", inner, maxsplit=1)[0].strip()
    if not expression or "\\" in expression or not parses(f"({expression})"):
        return False
    names = {
        node.id for node in ast.walk(parse_python(f"({expression})")) if isinstance(node, ast.Name)
    }
    return bool(names) and names <= known
