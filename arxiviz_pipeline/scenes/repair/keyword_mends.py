"""Takes keywords out of calls that refuse them, or does by a method what they ask for."""

import ast
from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.gates.keywords import refused_keywords as find_refused_keywords
from arxiviz_pipeline.scenes.repair.call_mends import called_name
from arxiviz_pipeline.scenes.repair.source import Edit, Source

_AS_METHODS: Final = {
    "opacity": ".set_opacity({})",
    "width": ".scale_to_fit_width({})",
    "height": ".scale_to_fit_height({})",
    "scale": ".scale({})",
    "scale_factor": ".scale({})",
    "position": ".move_to({})",
    "center_point": ".shift({})",
    "to_edge": ".to_edge({})",
    "next_to": ".next_to({})",
    "shift": ".shift({})",
    "angle": ".rotate({})",
    "rotation": ".rotate({})",
    "z_index": ".set_z_index({})",
    "rotate": ".rotate({})",
}


def refused_keywords(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Take out every keyword that Manim surely refuses."""
    for call, keyword in find_refused_keywords(source.tree, api):
        yield without_keyword(source, call, keyword, api)


def without_keyword(source: Source, call: ast.Call, keyword: ast.keyword, api: ManimApi) -> Edit:
    """Take one keyword out of a call."""
    name, value = keyword.arg or "", source.text(keyword.value)
    why = f"{called_name(call)} takes no {name}."
    known = api.names.get(called_name(call))
    method = _AS_METHODS.get(name)
    makes_mobject = known is not None and known.kind == "class" and "Mobject" in known.bases
    if method is None or not makes_mobject:
        return source.remove_argument(call, keyword, why)
    rest = [source.text(each) for each in [*call.args, *call.keywords] if each is not keyword]
    text = f"{source.text(call.func)}({', '.join(rest)}){method.format(value)}"
    return source.replace(call, text, f"{why[:-1]}: a method does it.")
