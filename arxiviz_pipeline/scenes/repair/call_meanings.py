"""Rules for calls that say in other words what Manim has: their meaning is kept, not dropped."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.scenes.gates.names import bound_names
from arxiviz_pipeline.scenes.repair.call_mends import called_name
from arxiviz_pipeline.scenes.repair.source import Edit, Source

_MOVES: Final = frozenset({"move_to", "shift"})
_AXIS_LABELS: Final = ("x_axis_label", "y_axis_label", "x_label", "y_label")
_ARROWS: Final = frozenset({"Arrow", "Vector", "Line", "DashedLine", "DoubleArrow"})
_BENT_ARROWS: Final = frozenset({"CurvedArrow", "CurvedDoubleArrow"})
_LABEL_SIZE: Final = 24
_NOBODY_ANSWERS: Final = "Nobody answers a scene: it goes on with a value of its own."


def moves_by_numbers(source: Source) -> Iterator[Edit]:
    """Make a place of the two or three numbers that something is moved by."""
    for call in source.calls:
        numbers = [_is_number(argument) for argument in call.args]
        if called_name(call) in _MOVES and len(numbers) in (2, 3) and all(numbers):
            yield from as_place(source, call)


def as_place(source: Source, call: ast.Call) -> Iterator[Edit]:
    """Put a call's arguments, two or three, into one place of three coordinates."""
    first, last = source.start(call.args[0]), source.end(call.args[-1])
    texts = [source.text(argument) for argument in call.args]
    place = ", ".join([*texts, "0"][:3])
    yield Edit(first, last, f"[{place}]", f"{called_name(call)} takes a place, not its numbers.")


def _is_number(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=int() | float()):
            return True
        case ast.UnaryOp(operand=operand):
            return _is_number(operand)
        case _:
            return False


def axis_labels(source: Source) -> Iterator[Edit]:
    """Write the labels beside axes that are given with the axes."""
    for node in source.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call) if called_name(
                call
            ) in ("Axes", "NumberPlane"):
                yield from _labels_beside(source, node, name, call)
            case _:
                pass


def _labels_beside(
    source: Source, statement: ast.Assign, name: str, call: ast.Call
) -> Iterator[Edit]:
    given = [each for each in call.keywords if each.arg in _AXIS_LABELS]
    why = "Axes get their labels by get_axis_labels."
    if not given or source.code[source.end(statement) :].partition("\n")[0].strip():
        return
    by_axis = {str(each.arg)[0]: source.text(each.value) for each in given}
    labels = [by_axis.get(axis, '""') for axis in "xy"]
    texts = [f"Text(str({label}), font_size={_LABEL_SIZE})" for label in labels]
    for keyword in given:
        yield source.remove_argument(call, keyword, why)
    place, indent = source.end(statement), " " * statement.col_offset
    yield Edit(
        place, place, f"\n{indent}{name}.add({name}.get_axis_labels({', '.join(texts)}))", ""
    )


def bent_edges(source: Source) -> Iterator[Edit]:
    """Bend the edges of a graph by an angle, since it cannot make them of curved arrows."""
    why = "A graph's edges are bent by path_arc."
    for call in source.calls:
        if called_name(call) not in ("Graph", "DiGraph"):
            continue
        kind = next((each for each in call.keywords if each.arg == "edge_type"), None)
        match kind:
            case ast.keyword(value=ast.Name(id=name)) if name in _BENT_ARROWS:
                yield source.remove_argument(call, kind, why)
            case _:
                continue
        for keyword in call.keywords:
            if keyword.arg == "edge_config":
                yield from _renamed_keys(source, keyword.value, {"angle": "path_arc"}, why)


def _renamed_keys(
    source: Source, node: ast.expr, names: dict[str, str], why: str
) -> Iterator[Edit]:
    for inner in ast.walk(node):
        for key in inner.keys if isinstance(inner, ast.Dict) else ():
            if isinstance(key, ast.Constant) and key.value in names:
                yield source.replace(key, f'"{names[key.value]}"', why)


def filled_shapes(source: Source) -> Iterator[Edit]:
    """Say by what Manim takes whether shapes are filled, and what colour arrows have."""
    for call in source.calls:
        given = {keyword.arg for keyword in call.keywords}
        for keyword in call.keywords:
            if keyword.arg == "filled" and "fill_opacity" not in given:
                match keyword.value:
                    case ast.Constant(value=bool(is_filled)):
                        text = f"fill_opacity={int(is_filled)}"
                        yield source.replace(keyword, text, "A shape is filled by its opacity.")
                    case _:
                        pass
            is_drawn = called_name(call) in _ARROWS and not given & {"color", "stroke_color"}
            if keyword.arg == "fill_color" and is_drawn:
                text = f"color={source.text(keyword.value)}"
                yield source.replace(keyword, text, "An arrow is drawn in its color.")


def bar_ranges(source: Source) -> Iterator[Edit]:
    """Give a bar chart the range of its values as today's takes it."""
    for call in source.calls:
        given = {keyword.arg: keyword for keyword in call.keywords if keyword.arg}
        highest, ticks = given.get("max_value"), given.get("n_ticks")
        if called_name(call) != "BarChart" or highest is None or "y_range" in given:
            continue
        why = "A bar chart's largest value is part of its y_range today."
        top = source.text(highest.value)
        step = f"({top}) / ({source.text(ticks.value)})" if ticks else f"({top}) / 4"
        yield source.replace(highest, f"y_range=[0, {top}, {step}]", why)
        if ticks:
            yield source.remove_argument(call, ticks, why)


def formula_colours(source: Source) -> Iterator[Edit]:
    """Colour the parts of a formula by today's keyword, where they can be told apart."""
    for call in source.calls:
        if called_name(call) not in ("Tex", "MathTex"):
            continue
        written = " ".join(source.text(argument) for argument in call.args)
        for keyword in call.keywords:
            if keyword.arg == "t2c" and _stand_alone(keyword.value, written):
                name = "tex_to_color_map"
                place = source.start(keyword)
                yield Edit(place, place + len("t2c"), name, f"t2c is called {name} in Manim.")


def _stand_alone(node: ast.expr, tex: str) -> bool:
    """Tell whether each key of a dictionary is a symbol of its own wherever it stands."""
    if not isinstance(node, ast.Dict):
        return False
    keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
    return len(keys) == len(node.keys) and all(
        isinstance(key, str) and not re.search(rf"[A-Za-z\\]{re.escape(key)}", tex[2:])
        for key in keys
    )


def unanswered_questions(source: Source) -> Iterator[Edit]:
    """Answer what a script asks a person at a keyboard."""
    if "input" in bound_names(source.tree):
        return
    for call in source.calls:
        if not (isinstance(call.func, ast.Name) and call.func.id == "input"):
            continue
        node: ast.AST = call
        answer = '""'
        match source.parents[call]:
            case ast.BoolOp(op=ast.Or(), values=[first, *_, last]) as choice if first is call:
                node, answer = choice, source.text(last)
            case ast.Call(func=ast.Name(id="int")) as wrapped:
                node, answer = wrapped, "5"
            case ast.Call(func=ast.Name(id="float")) as wrapped:
                node, answer = wrapped, "1.0"
            case _:
                pass
        yield source.replace(node, answer, _NOBODY_ANSWERS)
