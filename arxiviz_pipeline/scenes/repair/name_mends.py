"""Rules for names: imports, and what older Manims and other lists call things."""

import ast
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.gates.modules import COMPUTING, is_allowed
from arxiviz_pipeline.scenes.gates.names import bound_names, starred_modules, unknown_names
from arxiviz_pipeline.scenes.repair.old_names import (
    COLOURS,
    METHODS,
    NAMES,
    OLD_LIBRARIES,
    VALUES,
)
from arxiviz_pipeline.scenes.repair.source import Edit, Source
from arxiviz_pipeline.scenes.text.word_lists import words_in

_MANIMGL: Final = frozenset({"manimlib", "manimgl", "manim_imports_ext"})
_MANIM_LINE: Final = "from manim import *"
_MODULES: Final = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "math": "import math",
    "random": "import random",
    "itertools": "import itertools",
    "functools": "import functools",
    "collections": "import collections",
    "re": "import re",
    "copy": "import copy",
    "nx": "import networkx as nx",
    "string": "import string",
    "time": "import time",
    "partial": "from functools import partial",
    "deepcopy": "from copy import deepcopy",
    "defaultdict": "from collections import defaultdict",
    "Counter": "from collections import Counter",
    "deque": "from collections import deque",
    "List": "from typing import List",
    "Dict": "from typing import Dict",
    "Tuple": "from typing import Tuple",
    "Optional": "from typing import Optional",
    "Union": "from typing import Union",
    "Callable": "from typing import Callable",
    "Any": "from typing import Any",
    "dataclass": "from dataclasses import dataclass",
    "Enum": "from enum import Enum",
    "cycle": "from itertools import cycle",
    "product": "from itertools import product",
    "combinations": "from itertools import combinations",
    "stats": "from scipy import stats",
}
_FUNCTIONS: Final = {
    name: f"np.{name}"
    for name in words_in(
        """
        sin cos tan exp log sqrt array linspace arange pi cosh sinh tanh arctan arctan2 zeros ones
        dot cross
        """
    )
}
_CLOSENESS: Final = 0.8
_COLOUR_KEYWORDS: Final = re.compile(r"color$|^color|_color$|^colou?r$|^gradient$")
_COLOUR_SETTERS: Final = frozenset({"set_color", "set_fill", "set_stroke", "fade_to"})


def manim_imports(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Import today's Manim where an older one, or none, is imported."""
    seen = False
    for node in source.nodes:
        match node:
            case (
                ast.ImportFrom(module=str(module)) | ast.Import(names=[ast.alias(name=module)])
            ) if module.partition(".")[0] in OLD_LIBRARIES:
                why = f"{module} became manim."
                if seen or "manim" in starred_modules(source.tree):
                    yield source.remove_statement(node, why)
                else:
                    yield source.replace(node, _MANIM_LINE, why)
                seen = True
            case _:
                pass
    imports = [node for node in source.nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
    if not seen and not any(_is_manims(node) for node in imports):
        unknown = {name.id for name in unknown_names(source.tree, api)}
        if unknown & (api.names.keys() | NAMES.keys()):
            place = _first_place(source)
            yield Edit(place, place, f"{_MANIM_LINE}\n", "Manim was imported.")


def _is_manims(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and (node.module or "").partition(".")[0] == "manim"
    return any(alias.name.partition(".")[0] == "manim" for alias in node.names)


def manimgl_formulas(source: Source) -> Iterator[Edit]:
    """Call manimgl's Tex, which is math, what Manim calls it."""
    imported = {
        (node.module or "").partition(".")[0]
        for node in source.nodes
        if isinstance(node, ast.ImportFrom)
    }
    if not imported & _MANIMGL:
        return
    for node in source.nodes:
        if isinstance(node, ast.Name) and node.id == "Tex":
            yield source.replace(node, "MathTex", "manimgl's Tex is Manim's MathTex.")


def missing_manim_names(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Import from Manim by name only what it has."""
    for node in source.nodes:
        if not isinstance(node, ast.ImportFrom) or node.module != "manim":
            continue
        missing = [a for a in node.names if a.name != "*" and a.name not in api.names]
        if missing:
            told = ", ".join(alias.name for alias in missing)
            yield source.replace(node, _MANIM_LINE, f"Manim has no {told} to import.")
    named = [
        node
        for node in source.nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "manim"
    ]
    if named and "manim" not in starred_modules(source.tree):
        lost = {each.id for each in unknown_names(source.tree, api)}
        if lost & (api.names.keys() | NAMES.keys() | VALUES.keys() | COLOURS.keys()):
            end = source.end(named[-1])
            yield Edit(end, end, f"\n{_MANIM_LINE}", "All of Manim was imported.")


def unused_imports(source: Source) -> Iterator[Edit]:
    """Drop what a scene may not import, where nothing in it is used."""
    used = {node.id for node in source.nodes if isinstance(node, ast.Name)}
    for node in source.nodes:
        match node:
            case ast.Import(names=names) if not all(is_allowed(alias.name) for alias in names):
                kept = [
                    alias
                    for alias in names
                    if is_allowed(alias.name)
                    or (alias.asname or alias.name.partition(".")[0]) in used
                ]
            case ast.ImportFrom(module=module, names=names, level=level) if level or not is_allowed(
                module or ""
            ):
                kept = [alias for alias in names if (alias.asname or alias.name) in used]
            case _:
                continue
        if len(kept) == len(names):
            continue
        why = f"An import that nothing uses was dropped: {ast.unparse(node)}."
        if kept:
            node.names = kept
            yield source.replace(node, ast.unparse(node), why)
        else:
            yield source.remove_statement(node, why)


def missing_imports(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Import the well-known modules that a script takes for granted."""
    unknown = {name.id for name in unknown_names(source.tree, api)}
    place = _first_place(source)
    for name in sorted(unknown & _MODULES.keys()):
        yield Edit(place, place, f"{_MODULES[name]}\n", f"The missing import of {name} was added.")
    modules = {
        node.value.id
        for node in source.nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    for name in sorted((unknown & modules & COMPUTING) - _MODULES.keys()):
        yield Edit(place, place, f"import {name}\n", f"The missing import of {name} was added.")


def _first_place(source: Source) -> int:
    """Return where imports may stand: after the docstring and what comes from the future."""
    for statement in source.tree.body:
        docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not docstring and not future:
            place = source.start(statement)
            for decorator in getattr(statement, "decorator_list", ()):
                place = min(place, source.start(decorator) - 1)
            return place
    return len(source.code)


def old_names(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Call things by today's names."""
    for node in unknown_names(source.tree, api):
        yield from _renamed(source, node, node.id, api)
    for node in source.nodes:  # mn.ShowCreation, after import manim as mn
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in ("manim", "mn", "m")
            and node.attr not in api.names
            and (new := NAMES.get(node.attr)) in api.names
        ):
            text = f"{node.value.id}.{new}"
            yield source.replace(node, text, f"{node.attr} is called {new} today.")


def _renamed(source: Source, node: ast.Name, name: str, api: ManimApi) -> Iterator[Edit]:
    if (new := NAMES.get(name)) in api.names and new != name:
        yield source.replace(node, str(new), f"{name} is called {new} today.")
    elif name in VALUES:
        yield source.replace(node, VALUES[name], f"{name} is {VALUES[name]} today.")
    elif name in COLOURS:
        text = f'ManimColor("{COLOURS[name]}")'
        yield source.replace(node, text, f"Manim has no colour {name}: its value was written out.")
    elif name in _attributes(api, "rate_functions"):
        yield source.replace(node, f"rate_functions.{name}", f"{name} is in rate_functions.")
    elif name in _FUNCTIONS:
        yield source.replace(node, _FUNCTIONS[name], f"{name} is numpy's.")
    elif name.startswith(("ease_", "rate_")):
        yield source.replace(node, "smooth", f"Manim has no rate function {name}.")
    elif close := _closest(name, sorted(bound_names(source.tree))) or _closest(
        name, meant_names(source, node, api)
    ):
        yield source.replace(node, close, f"{name} is not defined; {close} is.")


def meant_names(source: Source, node: ast.Name, api: ManimApi) -> list[str]:
    """Return the names of Manim's that a misspelt one may mean: `circle` alone is no class."""
    parent = source.parents[node]
    called = isinstance(parent, ast.Call) and parent.func is node
    if called or not node.id.islower():
        return [*api.names]
    return [name for name, known in api.names.items() if known.kind not in ("class", "module")]


def _closest(name: str, known: list[str]) -> str | None:
    by_small = {each.lower(): each for each in known}
    if name.lower() in by_small:
        return by_small[name.lower()]
    return next(iter(get_close_matches(name, known, 1, _CLOSENESS)), None)


def _attributes(api: ManimApi, name: str) -> frozenset[str]:
    known = api.names.get(name)
    return known.attributes if known else frozenset()


def unknown_rate_functions(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Take a smooth rate function for one that Manim has not."""
    known = _attributes(api, "rate_functions")
    for node in source.nodes:
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in ("rate_functions", "rate_func")
            and known
            and node.attr not in known
        ):
            yield source.replace(node, "smooth", f"Manim has no rate function {node.attr}.")


def old_methods(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Call methods by today's names."""
    known = frozenset().union(*(name.attributes for name in api.names.values()))
    known |= {node.name for node in source.nodes if isinstance(node, ast.FunctionDef)}
    for node in source.nodes:
        if not isinstance(node, ast.Attribute) or node.attr in known:
            continue
        new = METHODS.get(node.attr)
        if new and new != node.attr:
            start = source.end(node) - len(node.attr)
            why = f"Method {node.attr} is called {new} today."
            yield Edit(start, source.end(node), new, why)


def colour_names(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Write out colours that are given by a name Manim does not know."""
    for call in source.calls:
        values = [k.value for k in call.keywords if k.arg and _COLOUR_KEYWORDS.search(k.arg)]
        if isinstance(call.func, ast.Attribute) and call.func.attr in _COLOUR_SETTERS:
            values += call.args[:1]
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield from _colour(source, value, value.value, api)


def _colour(source: Source, node: ast.expr, name: str, api: ManimApi) -> Iterator[Edit]:
    key = re.sub(r"[\s-]+", "_", name.strip()).upper()
    spaced = re.sub(r"^(LIGHT|DARK)(?=[A-Z])", r"\1_", key)
    if name.startswith("#") or key in api.names or re.fullmatch(r"0x[0-9a-fA-F]+", name):
        return
    value = COLOURS.get(key) or COLOURS.get(spaced) or (spaced if spaced in api.names else None)
    if value:
        yield source.replace(node, f'"{value}"', f"Manim has no colour {name!r}.")
