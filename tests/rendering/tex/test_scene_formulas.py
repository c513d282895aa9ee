"""What scenes get of formulas: those of their script at once, and others one by one."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from arxiviz_pipeline.domain.ports import Formula
from arxiviz_pipeline.rendering.tex import formula_runs, programs
from arxiviz_pipeline.rendering.tex.mathtex import drawing_name, formula_source, tex_document
from arxiviz_pipeline.rendering.tex.programs import TexRun, draw_pages
from arxiviz_pipeline.rendering.tex.scene_formulas import SceneFormulas
from arxiviz_pipeline.rendering.tex.typesetter import (
    DOCUMENT_CLASS,
    TEX_PREAMBLE,
    LatexTypesetter,
)
from arxiviz_pipeline.sandbox.zygote import EndedProcess

CODE = r"MathTex(r'\alpha'); MathTex(r'\nope'); MathTex('a', 'b'); Tex('words'); Integer(5)"
ALPHA, NOPE, UNTOLD = (Formula((each,)) for each in (r"\alpha", r"\nope", "c_1"))


def document(formula: Formula) -> str:
    return tex_document(formula_source(formula), DOCUMENT_CLASS, TEX_PREAMBLE)


def asked(formula: Formula) -> dict[str, str]:
    return {"draw": document(formula), "compiler": "latex", "output_format": ".dvi"}


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Documents that LaTeX was run for."""
    ran: list[str] = []

    def counted(files: dict[str, str], *rest: Any) -> TexRun:
        ran.extend(files.values())
        return draw_pages(files, *rest)

    monkeypatch.setattr(formula_runs, "draw_pages", counted)
    return ran


def test_the_first_formula_of_a_script_brings_all_of_them(runs: list[str], tmp_path: Path):
    typesetter = LatexTypesetter(cache_folder=tmp_path)
    scene = SceneFormulas(typesetter, CODE, 60)
    assert scene.known() == {}
    assert runs == []
    answer = scene.answer(asked(ALPHA))
    more = answer["more"]
    assert answer["drawing"] == more[drawing_name(document(ALPHA))]
    assert len(runs) == 1  # the one that must be refused is left to be asked for
    for formula in (Formula(("a", "b")), Formula(("words",), "center"), Formula(("7",))):
        assert drawing_name(document(formula)) in more
    assert drawing_name(document(NOPE)) not in more
    other = SceneFormulas(LatexTypesetter(cache_folder=tmp_path), CODE, 60)
    assert other.known() == more
    assert len(runs) == 1


def test_a_formula_that_latex_refuses_says_why_and_is_not_tried_again(
    runs: list[str], tmp_path: Path
):
    scene = SceneFormulas(LatexTypesetter(cache_folder=tmp_path), CODE, 60)
    assert scene.answer(asked(NOPE))["refusal"] == r"Undefined control sequence \nope"
    count = len(runs)
    other = SceneFormulas(LatexTypesetter(cache_folder=tmp_path), CODE, 60)
    assert other.answer(asked(NOPE))["refusal"] == r"Undefined control sequence \nope"
    assert len(runs) == count


def test_what_the_script_does_not_spell_out_is_drawn_alone(runs: list[str]):
    answer = SceneFormulas(LatexTypesetter(), CODE, 60).answer(asked(UNTOLD))
    assert answer["drawing"].startswith("<?xml")
    assert answer["more"] == {}
    assert len(runs) == 1


def test_sizes_are_known_to_the_next_program(runs: list[str], tmp_path: Path):
    sizes = LatexTypesetter(cache_folder=tmp_path).typeset([ALPHA, NOPE])
    count = len(runs)
    assert LatexTypesetter(cache_folder=tmp_path).typeset([ALPHA, NOPE]) == sizes
    assert len(runs) == count


def test_nonsense_is_answered():
    scene = SceneFormulas(LatexTypesetter(), "no python (", 60)
    for nonsense in ({}, {"draw": 3}, {"draw": "x", "compiler": None, "output_format": ".dvi"}):
        assert "refusal" in scene.answer(nonsense)


def test_missing_latex_is_told_to_the_scene_that_needs_it():
    scene = SceneFormulas(LatexTypesetter(latex="not-installed"), CODE, 60)
    assert scene.known() == {}
    assert "'not-installed' is not on the PATH" in scene.answer(asked(ALPHA))["unavailable"]


def test_a_scene_that_is_cancelled_gets_no_more_drawings(runs: list[str]):
    cancelled = Event()
    cancelled.set()
    scene = SceneFormulas(LatexTypesetter(), CODE, 60, cancelled)
    assert "no time" in scene.answer(asked(Formula((r"\beta",))))["refusal"]
    assert runs == []


def test_many_scenes_at_once_have_no_more_latex_than_cores(monkeypatch: pytest.MonkeyPatch):
    running: list[int] = []
    most: list[int] = []

    def counted(*arguments: Any, **more: Any) -> EndedProcess:
        running.append(1)
        most.append(len(running))
        try:
            return run(*arguments, **more)
        finally:
            running.pop()

    run = programs._run  # noqa: SLF001 - where a process starts
    monkeypatch.setattr(programs, "_run", counted)
    typesetter = LatexTypesetter()
    scenes = [SceneFormulas(typesetter, CODE, 60) for _ in range(8)]
    wanted = [Formula((f"x_{number}",)) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda scene, formula: scene.answer(asked(formula)), scenes, wanted)
        )
    assert len({answer["drawing"] for answer in answers}) == len(wanted)
    assert max(most) <= (os.cpu_count() or 1)
