"""The writer's promises: every script parses, every formula is told or named, time is bounded."""

import ast
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.models import Beat, ConceptType, Paper, SceneScript, Section
from arxiviz_pipeline.domain.scene_classes import choose_scene
from arxiviz_pipeline.domain.sections import role_of_title
from arxiviz_pipeline.scenes.drawing.shots import GRID_SECONDS, Page, Shot
from arxiviz_pipeline.scenes.template.features import Material, Stage
from arxiviz_pipeline.scenes.template.storyboard import LONGEST_SECONDS, SHORTEST_SECONDS
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


class Drawing:
    """A feature that shows a square for as long as it may, if it may for long enough."""

    def __init__(
        self,
        concept_type: ConceptType,
        place: int,
        tells: Iterable[int] = (),
        weight: float = 0.8,
        least_seconds: float = 0.0,
    ) -> None:
        self.concept_type = concept_type
        self.place = place
        self.tells = frozenset(tells)
        self.weight = weight
        self.least_seconds = least_seconds

    def pages(self, stage: Stage) -> Sequence[Page]:
        if stage.seconds < self.least_seconds:
            return ()
        shot = Shot(f"A drawing for {self.concept_type}.", "A square")
        shot.play(["FadeIn(Square())"], stage.seconds)
        return [Page(stage.name, (shot,)), Page(stage.name, (shot,))]


class Brief(Drawing):
    """A feature of one page, as long as it needs."""

    def pages(self, stage: Stage) -> Sequence[Page]:
        pages = super().pages(replace(stage, seconds=self.least_seconds))
        return pages[:1] if stage.seconds >= self.least_seconds else ()


def write_with(section: Section, *features: Drawing) -> SceneScript:
    def find(material: Material) -> Sequence[Drawing]:
        assert material.section == section
        return features

    return TemplateWriter(RulerTypesetter(), [find]).write(make_paper(), section)


def seconds_of(script: SceneScript) -> float:
    return sum(beat.seconds for beat in script.storyboard)


def told_of_equations(script: SceneScript) -> list[str]:
    """Return what the one check finds, which never fails a script."""
    [check] = script.checks
    assert (check.name, check.passed) == ("equations", True)
    assert all(finding.kind == "missing_equation" for finding in check.findings)
    return [finding.message for finding in check.findings]


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
    assert told_of_equations(script) == []


def test_symbols_that_open_a_sentence_keep_their_case():
    content = "$f$ can be written as a sum:\n\n$$\nf = x + y\n$$\n\n$x$ is the first of both terms."
    said = spoken(write(make_section(content, ["f = x + y"])))
    assert "f can be written as a sum" in said
    assert "F can be" not in said
    assert "X is the first" not in said


def test_the_same_section_gives_the_same_script():
    section = make_section(ATTENTION, [ATTENTION_TEX])
    assert write(section) == write(section)


def test_a_formula_latex_refuses_is_shown_as_text_and_reported():
    script = write(make_section("So:\n\n$$\\broken{x}$$", ["\\broken{x}"]), refused=("broken",))
    [message] = told_of_equations(script)
    assert "Undefined control sequence" in message
    assert "<tt>\\broken{x}</tt>" in script.manim_code
    assert "MathTex" not in script.manim_code


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
    assert told_of_equations(script) == []


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
    [message] = told_of_equations(script)
    assert "hard to read" in message


@pytest.mark.parametrize("count", [1, 9, 30])
def test_all_formulas_are_told_in_order(count: int):
    equations = [rf"y_{{{n}}} = x" for n in range(count)]
    script = write(make_section("", equations))
    places = [script.manim_code.index(f"{{{n}}}") for n in range(count)]
    assert places == sorted(places)
    assert told_of_equations(script) == []
    assert seconds_of(script) <= LONGEST_SECONDS


def test_formulas_left_out_for_length_are_named():
    equations = [rf"y_{{{n}}} = x" for n in range(120)]
    script = write(make_section("", equations))
    left_out = [message for message in told_of_equations(script) if "is left out" in message]
    told = [n for n in range(120) if f"y_{{{n}}}" in script.manim_code]
    assert seconds_of(script) <= LONGEST_SECONDS
    assert len(left_out) + len(told) == 120
    assert len(told) > 20


def test_a_feature_takes_the_place_of_what_it_tells():
    section = make_section(ATTENTION, [ATTENTION_TEX])
    script = write_with(section, Drawing("derivation", place=1, tells=[1]))
    assert "A drawing for derivation." in spoken(script)
    assert "part by part" not in spoken(script)
    assert told_of_equations(script) == []
    assert script.checks[0].message.startswith("1 of")
    assert script.concept_type == "derivation"
    ast.parse(script.manim_code)
    assert len(re.findall(r"def derivation_\w+\(self\)", script.manim_code)) == 2


def test_a_feature_that_tells_no_block_stands_beside_the_formula():
    section = make_section(ATTENTION, [ATTENTION_TEX])
    script = write_with(section, Drawing("plot", place=1))
    assert spoken(script).index("part by part") < spoken(script).index("A drawing for plot.")


def test_features_that_tell_the_same_give_way_to_the_weightiest():
    section = make_section(ATTENTION, [ATTENTION_TEX])
    light, heavy = Drawing("plot", 1, [1], weight=0.6), Drawing("definition", 1, [1], weight=0.7)
    script = write_with(section, light, heavy)
    assert script.concept_type == "definition"
    assert "A drawing for plot." not in spoken(script)


def test_a_feature_lighter_than_a_formula_does_not_name_the_scene():
    section = make_section(ATTENTION, [ATTENTION_TEX])
    script = write_with(section, Drawing("plot", 1, weight=0.3))
    assert script.concept_type == "equation_walkthrough"
    assert write_with(make_section(ATTENTION)).concept_type == "key_points"


def test_what_a_feature_has_no_pages_for_is_told_plainly():
    section = make_section(ATTENTION, [ATTENTION_TEX])
    script = write_with(section, Drawing("derivation", 1, [1], least_seconds=1000.0))
    assert "part by part" in spoken(script)
    assert script.concept_type == "equation_walkthrough"


def test_features_leave_room_for_each_other():
    section = make_section(ATTENTION * 3, [ATTENTION_TEX] * 3)
    script = write_with(section, *(Drawing("plot", place) for place in (1, 3, 5, 99, 0, 2)))
    assert "A drawing for plot." in spoken(script)
    assert seconds_of(script) <= LONGEST_SECONDS


@pytest.mark.parametrize("count", [3, 6, 12])
def test_formulas_do_not_crowd_out_a_heavy_feature(count: int):
    section = make_section(ATTENTION * count, [ATTENTION_TEX] * count)
    script = write_with(section, Brief("algorithm", 2, weight=0.9, least_seconds=24.0))
    assert "A drawing for algorithm." in spoken(script)
    assert script.concept_type == "algorithm"
    assert told_of_equations(script) == []
    assert seconds_of(script) <= LONGEST_SECONDS


def test_text_is_shown_as_long_as_it_takes_to_read_even_if_it_is_not_said():
    shot = Shot("Two words.", "A text")
    shot.let("note = text('<b>one</b> two three four five\\nsix seven eight nine', 28)")
    assert 9 / shot.seconds <= 3


def test_emphases_fill_a_hold_without_making_it_longer():
    shot = Shot("word " * 20, "A text")
    before = shot.seconds
    for _ in range(9):
        shot.emphasize("Indicate(formula)", 0.8)
    assert shot.seconds == before
    assert written_seconds("\n".join(shot.statements())) == pytest.approx(before)
    assert "\n".join(shot.statements()).count("Indicate") in range(2, 5)


def test_very_many_formulas_stand_side_by_side():
    script = write(make_section("", [rf"y_{{{n}}} = x" for n in range(30)]))
    assert any(beat.narration.startswith("Formulas 1 to ") for beat in script.storyboard)


def test_a_short_section_tells_of_its_paper_too():
    paper = make_paper(abstract="We show that short sections need the context of their paper.")
    script = TemplateWriter(RulerTypesetter()).write(paper, make_section("A short one."))
    assert "We show that short sections need" in spoken(script)


def test_a_simple_script_shows_whole_formulas_and_moves_nothing():
    section = make_section(ATTENTION, [ATTENTION_TEX, "x" * 300], title="Attention")
    script = TemplateWriter(RulerTypesetter()).write_simple(make_paper(), section)
    assert script.id == write(section).id
    assert f'MathTex(r"{ATTENTION_TEX}")' in script.manim_code
    assert "Transform" not in script.manim_code
    assert [message[:9] for message in told_of_equations(script)] == ["Formula 2"]


def test_a_title_card_needs_no_latex():
    class NoLatex:
        def typeset(self, formulas):
            raise AssertionError

    section = make_section(ATTENTION, [ATTENTION_TEX], title="Attention")
    script = TemplateWriter(NoLatex()).write_title_card(make_paper(), section)
    assert script.id == write(section).id
    assert "MathTex" not in script.manim_code
    assert "faster in practice" in spoken(script)
    assert [message[:9] for message in told_of_equations(script)] == ["Formula 1"]


def test_lists_are_told_as_lists():
    content = "There are three reasons:\n\n- It is fast enough.\n- It is small.\n- It is old."
    script = write(make_section(content))
    assert "There are three reasons:" in spoken(script)
    assert "It is small." in spoken(script)


def test_a_list_stands_there_as_soon_as_it_is_announced():
    content = "There are two reasons:\n\n- It is fast enough.\n- It is small."
    code = write(make_section(content)).manim_code
    assert code.index("nodes = VGroup(") < code.index("FadeIn(heading") < code.index("point_0 =")
    assert "for y in [" in code


def test_a_scene_ends_on_its_last_picture_and_not_on_its_title():
    content = (
        "A pump moves water up. A valve keeps water from running back. A motor turns both of them."
    )
    script = write(make_section(content, title="Conclusion"))
    assert script.storyboard[-1].narration == "A motor turns both of them."
    assert "That was" not in spoken(script)
    last_page = script.manim_code.rsplit("def ", 1)[1]
    assert "FadeOut" not in last_page


def test_a_long_title_of_a_paper_is_told_briefly():
    title = "Limits on the growth of very many pumps from the history of all their valves"
    script = TemplateWriter(RulerTypesetter()).write(
        make_paper(title), make_section("A pump runs.")
    )
    assert script.storyboard[0].narration == (
        "A Section, from the paper “Limits on the growth of very many pumps…”."
    )
    two_part = make_paper(
        "Pumping Stations: A Survey of What There Is, and of What There Is Not Yet"
    )
    script = TemplateWriter(RulerTypesetter()).write(two_part, make_section("A pump runs."))
    assert "“Pumping Stations”" in script.storyboard[0].narration


def test_no_sentence_is_said_again_beside_its_feature():
    contrast = "Old pumps need much oil in winter, whereas new pumps run without any oil at all."
    content = f"{contrast} A valve keeps water from running back. A motor turns every pump here."
    script = TemplateWriter(RulerTypesetter()).write(make_paper(), make_section(content))
    assert script.concept_type == "comparison"
    assert spoken(script).count("need much oil") == 1
    assert spoken(script).count("keeps water from running back") == 1


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


Way = Callable[[TemplateWriter, Paper, Section], SceneScript]


@pytest.mark.parametrize(
    "way", [TemplateWriter.write, TemplateWriter.write_simple, TemplateWriter.write_title_card]
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(
    title=_odd_text,
    content=_odd_text,
    equations=st.lists(_odd_tex, max_size=4),
    section_id=_odd_text,
    in_place=st.booleans(),
)
def test_whatever_the_section_the_script_is_sound(
    way: Way, title: str, content: str, equations: list[str], section_id: str, *, in_place: bool
):
    displays = "\n\nso that\n\n".join(f"$$\n{tex}\n$$" for tex in equations)
    text = f"{content}\n\n{displays}\n\n{content}" if in_place else content
    section = make_section(text, equations, title, section_id)
    script = way(TemplateWriter(RulerTypesetter(["\\frac"])), make_paper(), section)
    ast.parse(script.manim_code)
    assert len(told_of_equations(script)) <= len(equations)
    assert seconds_of(script) == pytest.approx(written_seconds(script.manim_code), abs=1e-6)
    assert SHORTEST_SECONDS <= round(seconds_of(script), 1) <= LONGEST_SECONDS
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
