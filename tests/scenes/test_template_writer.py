"""The writer's promises: every script parses, every formula is told or named, time is bounded."""

import ast
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.models import Beat, SceneScript, Section
from arxiviz_pipeline.domain.scene_classes import choose_scene
from arxiviz_pipeline.domain.sections import role_of_title
from arxiviz_pipeline.scenes.drawing.shots import GRID_SECONDS
from arxiviz_pipeline.scenes.template.storyboard import LONGEST_SECONDS
from arxiviz_pipeline.scenes.template.writer import TemplateWriter, scene_id_of
from tests.scenes.sections import RulerTypesetter, make_paper, make_section

ATTENTION = r"""
We call our particular attention "Scaled Dot-Product Attention".
We compute the matrix of outputs as:

$$
\mathrm{Attention}(Q, K, V) = \mathrm{softmax}(\frac{QK^T}{\sqrt{d_k}})V
$$

where $d_k$ is the dimension of the keys. Dot-product attention is much faster in practice,
since it can be implemented using highly optimized matrix multiplication code.
"""
ATTENTION_TEX = r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}(\frac{QK^T}{\sqrt{d_k}})V"

_odd_text = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("$\\{}&%#_^~'\"`*[]()|\n\t-1.é汉\u202e\x00\ud800"),
    ),
    max_size=300,
)
_odd_tex = st.lists(
    st.sampled_from(
        [
            "x", "=", "+", "\\\\", "&", "{", "}", "\\left(", "\\right)", "\\frac", "^", "_", "%\n",
            "\\begin{aligned}", "\\end{aligned}", "\\text{a b}", ",", ".", "\\quad", "{{", "$", " ",
            "\\", "\"", "'", "é", "\n", "\x00",
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


def write(section: Section, *, refused: tuple[str, ...] = ()) -> SceneScript:
    return TemplateWriter(RulerTypesetter(refused)).write(make_paper(), section)


def seconds_of(script: SceneScript) -> float:
    return sum(beat.seconds for beat in script.storyboard)


def failed(script: SceneScript) -> list[str]:
    return [check.name for check in script.checks if not check.passed]


def spoken(script: SceneScript) -> str:
    return " ".join(beat.narration for beat in script.storyboard)


def written_seconds(code: str) -> float:
    """Add up what the script asks Manim for."""
    waits = re.findall(r"self\.wait\(([\d.]+)\)", code)
    plays = re.findall(r"run_time=([\d.]+)\)", code)
    return sum(map(float, waits)) + sum(map(float, plays))


def test_a_formula_is_told_between_what_leads_to_it_and_what_explains_it():
    script = write(make_section(ATTENTION, [ATTENTION_TEX], title="Attention"))
    said = [beat.narration for beat in script.storyboard]
    lead = said.index("We compute the matrix of outputs as:")
    assert said[lead + 2] == "Where dₖ is the dimension of the keys."
    assert '(r"\\mathrm{Attention}(Q, K, V)", r"= \\mathrm{softmax}' in script.manim_code
    assert failed(script) == []


def test_the_same_section_gives_the_same_script():
    section = make_section(ATTENTION, [ATTENTION_TEX])
    assert write(section) == write(section)


def test_a_formula_latex_refuses_is_shown_as_text_and_reported():
    script = write(make_section("So:\n\n$$\\broken{x}$$", ["\\broken{x}"]), refused=("broken",))
    assert failed(script) == ["formula 1 compiles"]
    message = next(check.message for check in script.checks if not check.passed)
    assert "Undefined control sequence" in message
    assert "<tt>\\broken{x}</tt>" in script.manim_code
    assert "MathTex(*parts)" in script.manim_code
    assert "= formula(" not in script.manim_code


def test_a_split_latex_refuses_falls_back_to_the_whole_formula():
    tex = r"\begin{aligned} a &= b \\ c &= d \end{aligned}"
    typesetter = RulerTypesetter()
    typesetter_measure = typesetter.typeset

    class WholeOnly:
        def typeset(self, formulas):
            answers = typesetter_measure(formulas)
            return [
                answer if formula.parts == (tex,) else type(answer)(None, None, "No.")
                for formula, answer in zip(formulas, answers, strict=True)
            ]

    script = TemplateWriter(WholeOnly()).write(make_paper(), make_section("", [tex]))
    assert repr(tex)[1:-1].replace("\\\\", "\\") in script.manim_code
    assert failed(script) == []


def test_only_typeset_parts_are_handed_to_mathtex():
    typesetter = RulerTypesetter()
    equations = [ATTENTION_TEX, r"\begin{aligned} a &= b + c \\ &\le d \end{aligned}", "x" * 200]
    section = make_section("", [*equations, " + ".join(f"a_{{{n}}}" for n in range(40))])
    script = TemplateWriter(typesetter).write(make_paper(), section)
    tried = {formula.parts for formula in typesetter.asked}
    rows = re.findall(r"^ +\((\(.*,\)), (?:\d|None), [\d.]+\),$", script.manim_code, re.MULTILINE)
    assert len(rows) > 4
    assert all(ast.literal_eval(row) in tried for row in rows)


def test_a_formula_that_cannot_be_broken_is_small_and_reported():
    script = write(make_section("", ["x" * 300]))
    assert failed(script) == ["formula 1 is legible"]


@pytest.mark.parametrize("count", [1, 9, 30])
def test_all_formulas_are_told_in_order(count: int):
    equations = [rf"y_{{{n}}} = x" for n in range(count)]
    script = write(make_section("", equations))
    places = [script.manim_code.index(f"{{{n}}}") for n in range(count)]
    assert places == sorted(places)
    assert failed(script) == []
    assert seconds_of(script) <= LONGEST_SECONDS


def test_formulas_left_out_for_length_are_named():
    equations = [rf"y_{{{n}}} = x" for n in range(120)]
    script = write(make_section("", equations))
    left_out = [name for name in failed(script) if name.endswith("is told")]
    told = [n for n in range(120) if f"y_{{{n}}}" in script.manim_code]
    assert seconds_of(script) <= LONGEST_SECONDS
    assert len(left_out) + len(told) == 120
    assert len(told) > 20


def test_lists_are_told_as_lists():
    content = "There are three reasons:\n\n- It is fast enough.\n- It is small.\n- It is old."
    script = write(make_section(content))
    assert "There are three reasons:" in spoken(script)
    assert "It is small." in spoken(script)


def test_narration_is_plain_text_at_a_readable_pace():
    script = write(make_section(ATTENTION, [ATTENTION_TEX], title=r"On $\alpha_1$ and \*stars\*"))
    assert script.storyboard[0].narration.startswith("On α₁ and *stars*")
    for beat in script.storyboard:
        assert len(beat.narration.split()) / beat.seconds <= 3
        assert not re.search(r"[\\${}]", beat.narration)


def test_huge_content_is_written_in_bounded_length():
    sentence = "The method number {} is described in this long and very detailed sentence. "
    content = "".join(sentence.format(n) for n in range(2700))
    script = write(make_section(content))
    assert len(content) > 190_000
    assert seconds_of(script) <= LONGEST_SECONDS
    assert len(script.manim_code) < 20_000


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Multi-Head Attention", "MultiHeadAttention"),
        ("3.2 Größe und Maß", "GroeUndMa"),
        ("结果", "Section1"),
        ("", "Section1"),
        ("Scene", "SceneScene"),
        ("INK", "INKScene"),
        ("$E = mc^2$ explained", "EMc2Explained"),
    ],
)
def test_scene_names_are_class_names(title: str, name: str):
    assert write(make_section("Some text.", title=title)).scene_name == name


def test_ids_are_safe_and_stable():
    ids = [id_of(text) for text in ("S3.SS2", "A1.SSx2", "a/b", "ä", "")]
    assert ids[:2] == ["s3-ss2", "a1-ssx2"]
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", scene_id) for scene_id in ids)


def id_of(section_id: str) -> str:
    return scene_id_of(make_section("", section_id=section_id))


_alike_ids = st.text(st.sampled_from("S3sx1.-_eéX") | st.characters(exclude_categories=()))


@given(st.lists(_alike_ids, min_size=2, max_size=40, unique=True))
@example(["S1.E2", "S1-E2", "s1_e2", "s1.e2", "S1.E2 ", "S1..E2"])
@example(["Sx1", "SX1", "S1.SSx1", "S1.SSX1"])
@example(["S1" * 40, "S1" * 41])
@example(["", " ", "section", "\ud800", "?"])
def test_sections_of_different_ids_have_scenes_of_different_ids(section_ids: list[str]):
    ids = {id_of(section_id) for section_id in section_ids}
    # What one scene is named after itself is nobody else's name either.
    again = {id_of(scene_id) for scene_id in ids - set(section_ids)}
    assert len(ids) == len(section_ids)
    assert not ids & again


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(
    title=_odd_text,
    content=_odd_text,
    equations=st.lists(_odd_tex, max_size=4),
    section_id=_odd_text,
    in_place=st.booleans(),
)
def test_whatever_the_section_the_script_is_sound(
    title: str, content: str, equations: list[str], section_id: str, *, in_place: bool
):
    displays = "\n\nso that\n\n".join(f"$$\n{tex}\n$$" for tex in equations)
    text = f"{content}\n\n{displays}\n\n{content}" if in_place else content
    section = make_section(text, equations, title, section_id)
    script = write(section, refused=("\\frac",))
    ast.parse(script.manim_code)
    assert {check.name for check in script.checks if not check.passed} <= {
        *(f"formula {number} compiles" for number in range(1, 5)),
        *(f"formula {number} is legible" for number in range(1, 5)),
    }
    assert seconds_of(script) == pytest.approx(written_seconds(script.manim_code), abs=1e-6)
    assert seconds_of(script) <= LONGEST_SECONDS
    assert all(_is_on_grid(beat) for beat in script.storyboard)
    assert script.concept.strip()
    assert role_of_title(script.concept)
    script.manim_code.encode()


def _is_on_grid(beat: Beat) -> bool:
    steps = beat.seconds / GRID_SECONDS
    return steps > 0 and abs(steps - round(steps)) < 1e-6


def test_the_renderer_finds_the_scene():
    script = write(make_section(ATTENTION, [ATTENTION_TEX], title="Attention"))
    assert choose_scene(script.manim_code, None) == "Attention"
