from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.rendering.manim_api import load_manim_api


@pytest.fixture(scope="module")
def kept_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api") / "not" / "made"


@pytest.fixture(scope="module")
def api(kept_in: Path) -> ManimApi:
    return load_manim_api(kept_in)


def test_names_are_those_a_script_gets(api: ManimApi):
    assert api.names["Circle"].kind == "class"
    assert api.names["smooth"].kind == "function"
    assert api.names["RIGHT"].kind == "constant"
    assert api.names["rate_functions"].kind == "module"
    assert "ease_in_out_sine" in api.names["rate_functions"].attributes
    assert "ShowCreation" not in api.names
    assert api.version.startswith("0.")


def test_a_class_tells_its_ancestors_and_what_it_has(api: ManimApi):
    square = api.names["Square"]
    assert square.bases[:2] == ("Rectangle", "Polygon")
    assert "Mobject" in square.bases
    assert {"to_edge", "animate", "side_length", "submobjects"} <= square.attributes
    assert "x_axis" in api.names["Axes"].attributes
    assert "get_graph" not in api.names["Axes"].attributes


@pytest.mark.parametrize(
    ("name", "taken", "refused"),
    [
        ("Square", ("side_length", "color", "fill_opacity", "stroke_width"), "radius"),
        ("Circle", ("radius", "fill_color", "z_index"), "side_length"),
        ("Dot", ("point", "radius", "color"), "start_angle"),  # Dot itself chooses where it starts
        ("Text", ("font_size", "t2c", "weight", "color"), "size"),
        ("MathTex", ("font_size", "substrings_to_isolate", "color"), "fontsize"),
        ("Tex", ("tex_environment", "font_size"), "alignment"),
        ("Arrow", ("start", "end", "buff", "tip_length"), "tip_width"),
        ("Create", ("lag_ratio", "run_time", "rate_func"), "duration"),
        ("FadeIn", ("shift", "scale", "target_position", "run_time"), "direction"),
        ("Table", ("row_labels", "line_config", "include_outer_lines"), "columns"),
    ],
)
def test_keywords_are_followed_to_the_ancestor_that_refuses_others(
    api: ManimApi, name: str, taken: tuple[str, ...], refused: str
):
    described = api.names[name]
    assert described.parameters is not None
    assert set(taken) <= set(described.parameters)
    assert refused not in described.parameters
    assert not described.takes_any_keyword


def test_a_class_that_looks_into_its_keywords_may_take_any(api: ManimApi):
    assert api.names["DecimalNumber"].takes_any_keyword


def test_what_was_learned_is_kept_for_the_next_process(
    api: ManimApi, kept_in: Path, monkeypatch: pytest.MonkeyPatch
):
    load_manim_api.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    assert load_manim_api(kept_in, python="/not/there") == api


def test_a_manim_that_cannot_be_asked_is_told(tmp_path: Path):
    with pytest.raises(RenderError, match="cannot be listed") as caught:
        load_manim_api(tmp_path, python="/bin/false")
    assert caught.value.kind == "unavailable"
