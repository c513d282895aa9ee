"""Rules for calls: keywords and arguments that older Manims took otherwise."""

import ast
from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.repair.source import Edit, Source

_RANGES: Final = {
    "Axes": ("x", "y"),
    "NumberPlane": ("x", "y"),
    "ThreeDAxes": ("x", "y", "z"),
    "NumberLine": ("x",),
    "FunctionGraph": ("x",),
    "ParametricFunction": ("t",),
    "plot": ("x",),
    "get_graph": ("x",),
    "plot_parametric_curve": ("t",),
    "Surface": ("u", "v"),
    "ParametricSurface": ("u", "v"),
}
_RENAMED: Final = {
    "Code": {
        "code": "code_string",
        "file_name": "code_file",
        "style": "formatter_style",
        "insert_line_no": "add_line_numbers",
        "line_no_from": "line_numbers_from",
    },
    "Text": {"text_color": "color", "fontsize": "font_size", "font_name": "font"},
    "MathTex": {"fontsize": "font_size", "size": "font_size"},
    "Tex": {"fontsize": "font_size", "size": "font_size"},
    "Arrow": {"tip_size": "tip_length"},
    "BarChart": {
        "bar_labels": "bar_names",
        "labels": "bar_names",
        "colors": "bar_colors",
        "x_labels": "bar_names",
        "width": "x_length",
        "height": "y_length",
    },
    "Axes": {
        "width": "x_length",
        "height": "y_length",
        "x_axis_length": "x_length",
        "y_axis_length": "y_length",
        "include_tip": "tips",
    },
    "NumberPlane": {"width": "x_length", "height": "y_length"},
    "NumberLine": {"width": "length", "x_length": "length"},
    "get_area": {"fill_opacity": "opacity", "t_range": "x_range"},
    "get_riemann_rectangles": {"fill_color": "color", "n_rects": "dx"},
    "Table": {"rows": "table", "row_headers": "row_labels", "col_headers": "col_labels"},
    "FadeIn": {"direction": "shift", "shift_direction": "shift", "from_point": "target_position"},
    "FadeOut": {"direction": "shift", "shift_direction": "shift", "to_point": "target_position"},
    "play": {"duration": "run_time", "runtime": "run_time", "rate_function": "rate_func"},
    **{
        name: {"buffer": "buff", "margin": "buff", "padding": "buff"}
        for name in ("next_to", "to_edge", "to_corner", "arrange", "SurroundingRectangle")
    },
    "wait": {"run_time": "duration", "time": "duration"},
    "Sector": {"outer_radius": "radius"},
}
_PARAGRAPH: Final = frozenset({"font", "font_size", "line_spacing"})
_CODE_TAKES: Final = frozenset(
    {"code_file", "code_string", "language", "formatter_style", "tab_width", "add_line_numbers",
     "line_numbers_from", "background", "background_config", "paragraph_config"}
)  # fmt: skip
_SHIFTED: Final = {
    "FadeInFrom": "FadeIn",
    "FadeOutAndShift": "FadeOut",
    "FadeInFromDown": "FadeIn",
    "FadeInFromUp": "FadeIn",
    "FadeInFromLeft": "FadeIn",
    "FadeInFromRight": "FadeIn",
    "FadeOutAndShiftDown": "FadeOut",
    "FadeInFromLarge": "FadeIn",
    "FadeInFromPoint": "FadeIn",
    "FadeOutToPoint": "FadeOut",
    "FadeInAndShiftFromDirection": "FadeIn",
    "FadeOutAndShiftFromDirection": "FadeOut",
}
_DIRECTIONS: Final = frozenset({"UP", "DOWN", "LEFT", "RIGHT", "UL", "UR", "DL", "DR", "IN", "OUT"})
_DIRECTION_TOLD: Final = {
    "FadeInFromDown": "shift=UP",
    "FadeInFromUp": "shift=DOWN",
    "FadeInFromLeft": "shift=RIGHT",
    "FadeInFromRight": "shift=LEFT",
    "FadeOutAndShiftDown": "shift=DOWN",
}
_SECOND: Final = {
    "FadeInFromLarge": "scale={}",
    "FadeInFromPoint": "target_position={}",
    "FadeOutToPoint": "target_position={}",
    "FadeInFrom": "shift=-1 * {}",
}
_SURROUNDING: Final = frozenset({"SurroundingRectangle", "BackgroundRectangle"})
_TEXT_SIZE: Final = 48  # Manim's own, which older scripts' `size` is a factor of
_LARGEST_FACTOR: Final = 5.0


def called_name(call: ast.Call) -> str:
    """Return the last part of what is called: `plot` of `axes.plot(…)`."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def old_fades(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Tell FadeIn and FadeOut by keyword what older ones were called by."""
    for call in source.calls:
        name = called_name(call)
        if name not in _SHIFTED or name in api.names or not isinstance(call.func, ast.Name):
            continue
        arguments = [source.text(argument) for argument in call.args]
        keywords = [source.text(keyword) for keyword in call.keywords if keyword.arg != "direction"]
        directions = [source.text(k.value) for k in call.keywords if k.arg == "direction"]
        if len(arguments) > 1 or directions:
            second = (arguments[1:2] or directions)[0]
            keywords.append(_SECOND.get(name, "shift={}").format(second))
        elif name in _DIRECTION_TOLD:
            keywords.append(_DIRECTION_TOLD[name])
        text = f"{_SHIFTED[name]}({', '.join([*arguments[:1], *keywords])})"
        yield source.replace(call, text, f"{name} is {_SHIFTED[name]} with a keyword today.")


def old_positions(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Tell by keyword, or by another name, what older animations took by position."""
    for call in source.calls:
        name = called_name(call)
        if name in ("FadeIn", "FadeOut") and len(call.args) == 2 and _is_direction(call.args[1]):
            why = f"{name} takes its direction by keyword."
            yield source.replace(call.args[1], f"shift={source.text(call.args[1])}", why)
        if name in _SURROUNDING and isinstance(call.func, ast.Name):
            for argument in call.args[1:]:
                keyword = _surrounding_keyword(argument, api)
                if keyword and all(given.arg != keyword for given in call.keywords):
                    why = f"{name} takes its {keyword} by keyword."
                    yield source.replace(argument, f"{keyword}={source.text(argument)}", why)
        if name == "LaggedStart" and isinstance(call.func, ast.Name) and len(call.args) > 1:
            first = call.args[0]
            known = api.names.get(first.id) if isinstance(first, ast.Name) else None
            if known and known.kind == "class":
                why = "LaggedStart of a class of animations is LaggedStartMap."
                yield source.replace(call.func, "LaggedStartMap", why)


def _surrounding_keyword(argument: ast.expr, api: ManimApi) -> str | None:
    match argument:
        case ast.Name(id=name) if name in api.names and api.names[name].kind == "constant":
            return "color"
        case ast.Constant(value=str()):
            return "color"
        case ast.Constant(value=int() | float()):
            return "buff"
        case _:
            return None


def _is_direction(node: ast.expr) -> bool:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return bool(names) and names <= _DIRECTIONS


def old_ranges(source: Source) -> Iterator[Edit]:
    """Give ranges as a list rather than by two keywords."""
    for call in source.calls:
        given = {keyword.arg: keyword for keyword in call.keywords if keyword.arg}
        for letter in _RANGES.get(called_name(call), ()):
            low, high = given.get(f"{letter}_min"), given.get(f"{letter}_max")
            first = low or high
            if first is None or f"{letter}_range" in given:
                continue
            start = source.text(low.value) if low else "-7" if letter == "x" else "0"
            end = source.text(high.value) if high else "7" if letter == "x" else "1"
            why = f"{letter}_min and {letter}_max became {letter}_range."
            yield source.replace(first, f"{letter}_range=[{start}, {end}]", why)
            if low and high:
                yield source.remove_argument(call, high, why)


def renamed_keywords(source: Source) -> Iterator[Edit]:
    """Call keywords by today's names."""
    for call in source.calls:
        name = called_name(call)
        table = _RENAMED.get(name, {})
        given = {keyword.arg for keyword in call.keywords}
        for keyword in call.keywords:
            new = table.get(keyword.arg or "")
            if new and new not in given:
                start = source.start(keyword)
                end = start + len(keyword.arg or "")
                yield Edit(start, end, new, f"{name}'s {keyword.arg} is called {new} today.")


def text_sizes(source: Source) -> Iterator[Edit]:
    """Give texts a font size rather than a factor."""
    for call in source.calls:
        if called_name(call) not in ("Text", "MarkupText", "Paragraph"):
            continue
        for keyword in call.keywords:
            if keyword.arg != "size":
                continue
            match keyword.value:
                case ast.Constant(value=int() | float() as size) if size <= _LARGEST_FACTOR:
                    value = f"{size * _TEXT_SIZE:g}"
                case _:
                    value = source.text(keyword.value)
            yield source.replace(
                keyword, f"font_size={value}", "A text's size is its font_size today."
            )


def code_listings(source: Source) -> Iterator[Edit]:
    """Give Code its font where today's takes it, and nothing it does not take."""
    for call in source.calls:
        if called_name(call) != "Code" or not isinstance(call.func, ast.Name):
            continue
        fonts = [k for k in call.keywords if k.arg in _PARAGRAPH]
        takes_own = any(k.arg == "paragraph_config" for k in call.keywords)
        if fonts and not takes_own:
            pairs = ", ".join(f'"{k.arg}": {source.text(k.value)}' for k in fonts)
            why = "Code's font is part of its paragraph_config today."
            yield source.replace(fonts[0], f"paragraph_config={{{pairs}}}", why)
            for extra in fonts[1:]:
                yield source.remove_argument(call, extra, why)
        for keyword in call.keywords:
            if keyword.arg and keyword.arg not in _CODE_TAKES | _PARAGRAPH:
                if keyword.arg in ("code", "file_name", "style", "insert_line_no", "line_no_from"):
                    continue
                yield source.remove_argument(call, keyword, f"Code takes no {keyword.arg} today.")


def empty_plays(source: Source) -> Iterator[Edit]:
    """Take out what plays nothing or waits for no time."""
    for statement in source.statements:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="play"), args=[])):
                yield source.remove_statement(statement, "A call of play without animations went.")
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(attr="wait"),
                    args=[ast.Constant(value=int() | float() as seconds)],
                )
            ) if seconds <= 0:
                yield source.remove_statement(statement, "A wait of no time was taken out.")
            case _:
                pass


def table_labels(source: Source) -> Iterator[Edit]:
    """Make texts of a table's labels, which may not be plain strings."""
    for call in source.calls:
        if not called_name(call).endswith("Table"):
            continue
        for keyword in call.keywords:
            if keyword.arg not in ("row_labels", "col_labels", "top_left_entry"):
                continue
            value = keyword.value
            for label in value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]:
                if isinstance(label, ast.Constant) and isinstance(label.value, str):
                    text = f"Text({source.text(label)})"
                    yield source.replace(label, text, "A table's label became a text.")


def old_accesses(source: Source) -> Iterator[Edit]:
    """Read a tracker's value and a mobject's parts as today's Manim has them."""
    for node in source.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr="number") if "tracker" in name.lower():
                yield source.replace(
                    node, f"{name}.get_value()", "A tracker's value is got by get_value."
                )
            case _:
                pass
