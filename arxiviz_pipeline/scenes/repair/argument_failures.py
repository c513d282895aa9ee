"""What failures over arguments ask for: keywords refused, too many, too few, of another kind."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.repair.call_mends import called_name
from arxiviz_pipeline.scenes.repair.keyword_mends import without_keyword
from arxiviz_pipeline.scenes.repair.source import Edit, Source, stands_in

_KEYWORD = re.compile(
    r"(?:(\w+)(?:\.__init__)?|<lambda>)\(\) got an unexpected keyword argument '(\w+)'"
)
_MULTIPLE = re.compile(r"(\w+)\(\) got multiple values for (?:keyword )?argument '(\w+)'")
_TOO_MANY = re.compile(r"(\w+)\(\) takes (?:from \d+ to )?(\d+) positional arguments? but (\d+)")
_MISSING = re.compile(
    r"(\w+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: '(\w+)'"
)
_NO_STRING = re.compile(
    r"'[\w.]+' object has no attribute '(?:find|replace|split|strip|startswith|encode)'"
)
_TEXTS: Final = frozenset({"Text", "MarkupText"})
_WRITTEN_OUT: Final = "What is no string was written out as one."
_MISSING_VALUES: Final = {
    "point": "ORIGIN",
    "edge": "DOWN",
    "direction": "RIGHT",
    "target_mobject": None,
    "angle": "PI / 2",
    "dt": "0",
}


def unexpected_keyword(source: Source, failure: Finding, api: ManimApi) -> Iterator[list[Edit]]:
    """Drop a keyword that a call refuses, or do as a method what it asks for."""
    found = _KEYWORD.search(failure.message)
    if not found:
        return
    keyword_name = found[2]
    statement = source.at_line(failure.line)
    own_line = [
        (call, keyword)
        for call in source.calls
        for keyword in call.keywords
        if keyword.arg == keyword_name and stands_in(call, statement)
    ]
    own_line = _innermost(own_line, found[1], failure.line)
    names = {called_name(call) for call, _ in own_line}
    every = [
        (call, keyword)
        for call in source.calls
        for keyword in call.keywords
        if keyword.arg == keyword_name and (called_name(call) in names)
    ]
    if every:
        yield [without_keyword(source, call, keyword, api) for call, keyword in every]
    yield [
        edit
        for node in source.nodes
        if isinstance(node, ast.Dict) and (not statement or stands_in(node, statement))
        for edit in _without_key(source, node, keyword_name)
    ]
    yield [
        edit
        for node in source.nodes
        if isinstance(node, ast.Dict)
        for edit in _without_key(source, node, keyword_name)
    ]
    anywhere = [(c, k) for c in source.calls for k in c.keywords if k.arg == keyword_name]
    yield [without_keyword(source, call, keyword, api) for call, keyword in anywhere]


def _innermost(
    found: list[tuple[ast.Call, ast.keyword]], name: str | None, line: int | None
) -> list[tuple[ast.Call, ast.keyword]]:
    """Choose among calls with the keyword that named in the message, or those on the line."""
    named = [each for each in found if called_name(each[0]) == name]
    on_line = [each for each in found if each[0].lineno <= (line or 0) <= (each[0].end_lineno or 0)]
    return named or on_line[-1:] or found


def _without_key(source: Source, node: ast.Dict, name: str) -> Iterator[Edit]:
    for index, key in enumerate(node.keys):
        if not isinstance(key, ast.Constant) or key.value != name:
            continue
        why = f"Setting {name!r} is not taken."
        if index + 1 < len(node.keys):
            following = node.keys[index + 1] or node.values[index + 1]
            yield Edit(source.start(key), source.start(following), "", why)
        elif index:
            yield Edit(source.end(node.values[index - 1]), source.end(node.values[index]), "", why)
        else:
            yield Edit(source.start(key), source.end(node.values[index]), "", why)


def wrong_argument_count(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Drop arguments given twice or too many, and give those that are missing."""
    statement = source.at_line(failure.line)
    calls = [call for call in source.calls if stands_in(call, statement)]
    if multiple := _MULTIPLE.search(failure.message):
        for call in calls:
            for keyword in call.keywords:
                if keyword.arg == multiple[2]:
                    yield [source.remove_argument(call, keyword, f"{multiple[2]} was given twice.")]
    if many := _TOO_MANY.search(failure.message):
        surplus = int(many[3]) - int(many[2])
        named = [call for call in calls if called_name(call) == many[1]]
        for call in named or calls:
            if 0 < surplus <= len(call.args):
                start = (
                    source.start(call.args[0])
                    if surplus == len(call.args)
                    else source.end(call.args[-surplus - 1])
                )
                why = f"{called_name(call)} takes fewer arguments."
                yield [Edit(start, source.end(call.args[-1]), "", why)]
    if missing := _MISSING.search(failure.message):
        value = _MISSING_VALUES.get(missing[2])
        for call in calls if value else ():
            if call.args and not any(isinstance(arg, ast.Starred) for arg in call.args):
                place = source.end(call.args[-1])
                why = f"{called_name(call)} needs {missing[2]}: {value} was given."
                yield [Edit(place, place, f", {missing[2]}={value}", why)]


def plain_strings(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Write numbers as strings where texts are made of them."""
    statement = source.at_line(failure.line)
    if _NO_STRING.search(failure.message):
        yield [
            source.replace(call.args[0], f"str({source.text(call.args[0])})", _WRITTEN_OUT)
            for call in source.calls
            if called_name(call) in _TEXTS and stands_in(call, statement) and _may_be_number(call)
        ]
    if "expected str instance" not in failure.message and "expected string" not in failure.message:
        return
    own = [node for node in source.nodes if _is_plain_number(node) and stands_in(node, statement)]
    inside = [node for node in own if isinstance(source.parents[node], (ast.List, ast.Tuple))]
    rows = [
        node
        for node in source.nodes
        if _is_plain_number(node)
        and isinstance(source.parents[node], (ast.List, ast.Tuple))
        and isinstance(source.parents[source.parents[node]], (ast.List, ast.Tuple))
    ]
    for nodes in (inside, own, rows):
        yield [
            source.replace(node, f'"{source.text(node)}"', "A number became a string.")
            for node in nodes
        ]


def _may_be_number(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant(value=str()) | ast.JoinedStr() | ast.Starred(), *_] | []:
            return False
        case [ast.Call(func=ast.Name(id="str")), *_]:
            return False
        case _:
            return True


def _is_plain_number(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and not isinstance(node.value, bool)
    )
