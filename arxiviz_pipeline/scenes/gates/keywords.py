"""Finds keywords that a call of Manim's own classes refuses."""

import ast
from collections.abc import Iterator

from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.gates.names import bound_names, manim_aliases, starred_modules


def refused_keywords(tree: ast.AST, api: ManimApi) -> Iterator[tuple[ast.Call, ast.keyword]]:
    """Yield each keyword that the class it is given to surely does not take."""
    own = bound_names(tree)
    starred = "manim" in starred_modules(tree)
    aliases = manim_aliases(tree)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        match call.func:
            case ast.Name(id=name) if starred and name not in own:
                pass
            case ast.Attribute(value=ast.Name(id=alias), attr=name) if alias in aliases:
                pass
            case _:
                continue
        known = api.names.get(name)
        if known is None or known.kind != "class" or known.parameters is None:
            continue
        if known.takes_any_keyword:
            continue
        for keyword in call.keywords:
            if keyword.arg is not None and keyword.arg not in known.parameters:
                yield call, keyword
