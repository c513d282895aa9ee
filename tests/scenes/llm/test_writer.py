"""The LLM writer asks for a storyboard, then for code, and takes neither as it comes."""

from dataclasses import replace

import pytest
from pydantic_ai.messages import ModelRequest
from pydantic_ai.models.test import TestModel

from arxiviz_pipeline.domain.errors import WritingError
from arxiviz_pipeline.domain.models import Beat, Finding, LlmUsage
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.scenes.llm.answers import MOST_CODE_CHARACTERS
from tests.scenes.llm.answers import (
    BEATS,
    CODE,
    CODE_ANSWER,
    OTHER_CODE,
    OTHER_CODE_ANSWER,
    PLAN,
    ScriptedLlm,
    writer_asking,
)
from tests.scenes.sections import make_paper, make_section

PAPER = make_paper()
SECTION = make_section("A stone falls. $$s = g t^2 / 2$$", ["s = g t^2 / 2"])
FAILURE = Finding("exception", "NameError: name 'Wrte' is not defined", line=6)


def test_a_script_has_the_llms_storyboard_and_code(store: ObjectStore):
    script = writer_asking(ScriptedLlm(PLAN, CODE_ANSWER), store).write(PAPER, SECTION)
    assert script.section_id == SECTION.id
    assert script.concept_type == "derivation"
    assert script.concept == "A fall"
    assert script.storyboard[0] == Beat(
        "How far does a stone fall?", 5.0, "a title and the formula"
    )
    assert sum(beat.seconds for beat in script.storyboard) == 17
    assert script.manim_code == CODE
    assert script.scene_name == "Section1"
    assert script.origin == "llm:made-up:llm"


def test_a_script_is_written_by_pydantic_ais_own_test_model(store: ObjectStore):
    models = [TestModel(custom_output_args=PLAN), TestModel(custom_output_text=CODE_ANSWER)]
    opened = iter(models)
    script = writer_asking(lambda: next(opened), store).write(PAPER, SECTION)
    assert script.manim_code == CODE
    for model in models:
        parameters = model.last_model_request_parameters
        assert parameters is not None
        assert parameters.function_tools == []


def test_the_code_is_asked_for_with_the_storyboard_and_the_section(store: ObjectStore):
    llm = ScriptedLlm(PLAN, CODE_ANSWER)
    writer_asking(llm, store).write(PAPER, SECTION)
    assert "A stone falls." in llm.texts(0)
    assert "s = g t^2 / 2" in llm.texts(1)
    for beat in BEATS:
        assert beat["narration"] in llm.texts(1)
    assert "`Section1`" in llm.texts(1)


def test_the_llm_is_given_no_tools_but_the_form_of_its_answer(store: ObjectStore):
    llm = ScriptedLlm(PLAN, CODE_ANSWER)
    writer_asking(llm, store).write(PAPER, SECTION)
    assert [[tool.name for tool in info.output_tools] for info in llm.infos] == [
        ["final_result"],
        [],
    ]
    assert all(not info.function_tools for info in llm.infos)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"beats": [{**BEATS[0], "seconds": 1.2}, *BEATS]}, "greater than or equal to 2"),
        ({"beats": [{**BEATS[2], "seconds": 2}, *BEATS]}, "7 words need 2.3 seconds, not 2"),
        ({"beats": [*BEATS[:2], {**BEATS[2], "seconds": 3}]}, "last 14 seconds together"),
        ({"beats": BEATS * 4}, "last 68 seconds together"),
        ({"beats": [*BEATS, {**BEATS[0], "narration": r"Here \frac{1}{2}."}]}, "in words"),
        ({"beats": BEATS[:1]}, "at least 3 items"),
        ({"concept_type": "fireworks"}, "equation_walkthrough"),
    ],
)
def test_a_storyboard_that_cannot_be_filmed_goes_back_with_the_reason(
    store: ObjectStore, change: dict[str, object], reason: str
):
    llm = ScriptedLlm({**PLAN, **change}, PLAN, CODE_ANSWER)
    script = writer_asking(llm, store).write(PAPER, SECTION)
    assert len(script.storyboard) == 3
    assert reason in llm.texts(1)
    assert script.llm_usage is not None
    assert script.llm_usage.request_count == 3


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("I cannot do that.", "cannot parse"),
        ("```python\nfrom manim import *\n```", "it has: none"),
        (CODE_ANSWER.replace("Section1", "Another"), "it has: Another"),
        (CODE_ANSWER.replace("```\n", "\nclass B(Scene): ...\n```\n"), "it has: Section1, B"),
        (f"```python\n{CODE}# {'x' * MOST_CODE_CHARACTERS}\n```", "characters"),
    ],
)
def test_code_that_is_no_scene_goes_back_with_the_reason(
    store: ObjectStore, answer: str, reason: str
):
    llm = ScriptedLlm(PLAN, answer, CODE_ANSWER)
    assert writer_asking(llm, store).write(PAPER, SECTION).manim_code == CODE
    assert reason in llm.texts(2)


def test_an_llm_that_never_answers_as_it_must_is_given_up_with_what_it_cost(store: ObjectStore):
    llm = ScriptedLlm(PLAN, "no", "no", "no", "no more")
    with pytest.raises(WritingError, match="no answer was usable.*it has: none") as caught:
        writer_asking(llm, store).write(PAPER, SECTION)
    assert "the code of section 'A Section'" in str(caught.value)
    assert caught.value.usage is not None
    assert caught.value.usage.request_count == len(llm.heard) == 4


def test_a_revision_keeps_the_storyboard_and_adds_to_the_cost(store: ObjectStore):
    llm = ScriptedLlm(PLAN, CODE_ANSWER, OTHER_CODE_ANSWER)
    writer = writer_asking(llm, store)
    script = writer.write(PAPER, SECTION)
    revised = writer.revise(PAPER, SECTION, script, FAILURE, "6 |  self.play(Wrte(x))")
    assert revised.manim_code == OTHER_CODE
    assert revised.storyboard == script.storyboard
    assert revised.scene_name == script.scene_name
    assert "line 6: NameError: name 'Wrte' is not defined" in llm.texts(2)
    assert "self.play(Wrte(x))" in llm.texts(2)
    assert CODE in llm.texts(2)
    assert script.llm_usage is not None
    assert revised.llm_usage is not None
    assert revised.llm_usage.request_count == 3
    assert revised.llm_usage.input_tokens > script.llm_usage.input_tokens


def test_a_revision_of_a_script_without_a_scene_gets_the_name_the_llm_gives(store: ObjectStore):
    writer = writer_asking(ScriptedLlm(PLAN, CODE_ANSWER, OTHER_CODE_ANSWER), store)
    script = replace(writer.write(PAPER, SECTION), manim_code="print(", scene_name="Scene1")
    failure = Finding("syntax", "'(' was never closed", line=1)
    assert writer.revise(PAPER, SECTION, script, failure, "").scene_name == "Section1"


def test_code_that_comes_back_unchanged_is_no_revision(store: ObjectStore):
    llm = ScriptedLlm(PLAN, CODE_ANSWER, CODE_ANSWER, OTHER_CODE_ANSWER)
    writer = writer_asking(llm, store)
    script = writer.write(PAPER, SECTION)
    assert writer.revise(PAPER, SECTION, script, FAILURE, "").manim_code == OTHER_CODE
    assert "unchanged" in llm.texts(3)


def test_code_too_long_to_be_shown_whole_is_not_sent(store: ObjectStore):
    llm = ScriptedLlm(PLAN, CODE_ANSWER)
    writer = writer_asking(llm, store)
    script = replace(writer.write(PAPER, SECTION), manim_code="#" * (MOST_CODE_CHARACTERS + 1))
    with pytest.raises(WritingError, match="more than 40000"):
        writer.revise(PAPER, SECTION, script, FAILURE, "")
    assert len(llm.heard) == 2


def test_what_a_script_cost_is_unknown_if_any_request_of_it_is():
    known = LlmUsage("a", 1, 0, 10, 5, 0.25)
    cached = LlmUsage("a", cached_count=1)
    assert (known + known).cost_usd == 0.5
    assert (known + cached).cost_usd == 0.25
    assert (known + cached).cached_count == 1
    assert (known + LlmUsage("a", 1)).cost_usd is None
    assert (known + known).input_tokens == 20


def test_a_request_says_what_stays_the_same_before_what_does_not(store: ObjectStore):
    llm = ScriptedLlm(PLAN, CODE_ANSWER, PLAN, CODE_ANSWER)
    writer = writer_asking(llm, store)
    writer.write(PAPER, SECTION)
    writer.write(PAPER, make_section("Another text.", section_id="s2"))
    starts = []
    for request in (1, 3):
        message = llm.heard[request][0]
        assert isinstance(message, ModelRequest)
        starts.append((message.instructions or "").partition("Material stands")[0])
    assert starts[0] == starts[1]
    assert len(starts[0]) > 2000
