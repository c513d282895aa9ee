"""What an LLM is asked.

Two questions a script: the storyboard (with the choice of what kind of scene it is: a plan that
doesn't fit its kind is no plan), then the code. One question for both was decided against: the
storyboard is then written for what is easy to draw, a mistake in either costs both, and code would
have to travel inside JSON. Three, with the choice apart, read the section once more for nothing.
"""

from collections.abc import Sequence
from typing import Final

from arxiviz_pipeline.domain.models import Beat, Finding, Paper, SceneScript, Section
from arxiviz_pipeline.scenes.drawing.palette import (
    FORMULA_SIZE,
    FRAME_HEIGHT,
    HEADING_SIZE,
    MARGIN,
    SMALL_SIZE,
    SMALLEST_FORMULA_SCALE,
    STATEMENT_SIZE,
    TEXT_SIZE,
    TEXT_WIDTH,
    TITLE_SIZE,
)
from arxiviz_pipeline.scenes.llm.answers import (
    LONGEST_SECONDS,
    MOST_CODE_CHARACTERS,
    MOST_WORDS_PER_SECOND,
    SHORTEST_SECONDS,
    StoryboardAnswer,
)
from arxiviz_pipeline.scenes.llm.example_scene import EXAMPLE_CODE, LONE_FORMULA_SIZE, PALETTE_CODE
from arxiviz_pipeline.scenes.llm.fence import Material

LATEX_PACKAGES: Final = ("amsmath", "amssymb", "bm", "array", "color")
"""What the renderer loads for every formula."""

MOST_STORYBOARD_TOKENS: Final = 8_000
MOST_CODE_TOKENS: Final = 16_000
"""Far more than an answer needs: an LLM that thinks first spends from the same."""

_MOST_SECTION_CHARACTERS = 14_000
_MOST_ABSTRACT_CHARACTERS = 2_500
_MOST_TITLE_CHARACTERS = 300
_MOST_EQUATIONS_CHARACTERS = 6_000
_MOST_FAILURE_CHARACTERS = 3_000

STORYBOARD_INSTRUCTIONS: Final = f"""\
You plan short silent films, with captions, that explain one section of a scientific paper to
viewers who know the basics of its field. Another program draws them with Manim.

Choose the kind of scene that tells this section best:
- equation_walkthrough: one central formula, built up and read symbol by symbol
- derivation: a chain of steps from one formula to the next
- definition: a definition, theorem or lemma, and what it says
- algorithm: the steps of a procedure, in order
- data_flow: parts and what goes from one to the next: an architecture, a pipeline
- comparison: things set side by side, as a table or bars
- plot: the graph of a function whose formula the section gives
- matrix_operation: what happens to the entries of matrices or vectors
- key_points: none of these; the section's claims in turn

Then write the beats. A beat is one sentence that is read while one thing is seen.
- {SHORTEST_SECONDS:g} to {LONGEST_SECONDS:g} seconds in all, 4 to 9 beats, at most \
{MOST_WORDS_PER_SECOND:g} words a second.
- The first says what question the section answers, the last what to take away.
- Say only what this section says, with its own names, numbers and symbols. Nothing that would be
  true of any paper. If it gives no numbers, give none.
- Narration is plain words: a formula is spoken ("the square root of d k"), never written in LaTeX.
- "shows" names what is on the frame, drawn with simple shapes, text and formulas; no photographs,
  no figures from the paper.
- Every display equation of the section is to be seen in some beat, as far as time allows; the most
  important first.
"""

_CODE_RULES = f"""\
The module
- Answer with one complete Python module in one ```python block, and nothing beside it.
- `from manim import *` first; `numpy` and `math` may be imported, nothing else. No files, no
  network, no input, no printing, no threads, no `eval`, `exec`, `open` or `__import__`, no names
  with double underscores, no images, no SVG files, no sound.
- Exactly one Scene subclass, of the name that is asked for, with all of its work in `construct` or
  in methods that it calls. Whatever is random takes a fixed seed.
- Only what this version of Manim has. Of older ones: no ShowCreation, TextMobject, TexMobject,
  GraphScene, FadeInFrom, get_graph, CONFIG. Of manimgl: no `manimlib`, self.embed, self.frame.

The frame is {FRAME_HEIGHT * 16 / 9:.2f} wide and {FRAME_HEIGHT:g} high, its middle is the origin
- Nothing may leave the inner {TEXT_WIDTH:.1f} by {FRAME_HEIGHT - 2 * MARGIN:.1f}. Scale what is too
  large: `if m.width > {TEXT_WIDTH:.1f}: m.scale_to_fit_width({TEXT_WIDTH:.1f})`.
- Texts and formulas never overlap each other. Place things with `next_to`, `arrange` and
  `to_edge`, and fade out what is done before something else takes its place.
- At most two seconds with nothing to see.

Colours and sizes: open with these constants, and use no others
{PALETTE_CODE}
- `self.camera.background_color = BACKGROUND`; text is INK, what is less important MUTED, the thing
  in question HIGHLIGHT, results RESULT, lines and frames ACCENT, boxes are filled with PANEL.
- `Text(..., font="Sans", font_size=...)`: titles {TITLE_SIZE}, statements {STATEMENT_SIZE},
  headings {HEADING_SIZE}, other text {TEXT_SIZE}, labels at least {SMALL_SIZE}.
  Break lines yourself, with newlines, after some 50 characters.
- `MathTex(r"...", font_size={FORMULA_SIZE})`, scaled down to no less than
  {SMALLEST_FORMULA_SCALE:g} of that; {LONE_FORMULA_SIZE} for a short one with the frame to itself.

Formulas
- LaTeX has these packages alone: {", ".join(LATEX_PACKAGES)}. Always raw strings.
- Take the section's display equations as they are given, symbol by symbol. Break a long one into
  rows at its relations. MathTex sets display math already: no `$`, no `equation` environment.
- Split a formula into parts, `MathTex("a", "=", "b")`, to colour or move them; every part must have
  balanced braces, `\\left` with its `\\right`. Carry parts over with TransformMatchingTex where one
  formula becomes another.

Time
- Play the storyboard: for each beat, the run times of its animations and waits add up to its
  seconds, and what it says it shows is what is seen. Build things up in the order they are spoken
  of. Start each beat with a comment that holds its narration. The narration itself is not drawn:
  it is the caption.
- Every animation takes at least 0.4 seconds; end with a wait of 1.

A good module, of a storyboard with beats of 5, 6 and 6 seconds:
```python
{EXAMPLE_CODE}```
"""

CODE_INSTRUCTIONS: Final = f"""\
You write scenes for Manim Community, from a storyboard and the section of a scientific paper that
it tells of.

{_CODE_RULES}"""

REVISION_INSTRUCTIONS: Final = f"""\
You mend scenes for Manim Community. A module failed a check, or failed to render. Find the cause,
mend it, look for the same mistake elsewhere in the module, and leave the rest as it is: what it
tells, its order, its times.

{_CODE_RULES}"""


def storyboard_materials(paper: Paper, section: Section) -> tuple[Material, ...]:
    """Return what a storyboard is made from."""
    return (
        Material("title of the paper", paper.title, _MOST_TITLE_CHARACTERS),
        Material("abstract of the paper", paper.abstract, _MOST_ABSTRACT_CHARACTERS),
        *_section_materials(section),
    )


def code_materials(section: Section, plan: StoryboardAnswer) -> tuple[Material, ...]:
    """Return what code is written from."""
    return (
        *_section_materials(section),
        Material("storyboard", _told(plan.to_beats()), _MOST_SECTION_CHARACTERS),
    )


def revision_materials(
    section: Section, script: SceneScript, failure: Finding, excerpt: str
) -> tuple[Material, ...]:
    """Return what a module is mended from."""
    place = "" if failure.line is None else f"line {failure.line}: "
    moment = "" if failure.at_seconds is None else f" (after {failure.at_seconds:.1f} s)"
    told = f"{failure.kind}: {place}{failure.message}{moment}"
    return (
        *_section_materials(section),
        Material("storyboard", _told(script.storyboard), _MOST_SECTION_CHARACTERS),
        Material("module that failed", script.manim_code, MOST_CODE_CHARACTERS),
        Material("what it failed by", told, _MOST_FAILURE_CHARACTERS),
        Material("lines around it", excerpt, _MOST_FAILURE_CHARACTERS),
    )


def storyboard_request() -> str:
    """Ask for a storyboard."""
    return "Plan the film of this section."


def code_request(concept_type: str, scene_name: str, manim_version: str) -> str:
    """Ask for the code of a scene."""
    return (
        f"Write the module of this storyboard, a scene of the kind {concept_type}, for Manim "
        f"Community {manim_version}. Its class is `{scene_name}`."
    )


def revision_request(manim_version: str) -> str:
    """Ask for code that doesn't fail."""
    return (
        f"Mend the module for Manim Community {manim_version}, and answer with all of it. "
        "Its class keeps its name."
    )


def _section_materials(section: Section) -> tuple[Material, ...]:
    equations = "\n\n".join(f"({number})\n{tex}" for number, tex in enumerate(section.equations, 1))
    found = [
        Material("title of the section", section.title, _MOST_TITLE_CHARACTERS),
        Material("text of the section", section.content, _MOST_SECTION_CHARACTERS),
    ]
    if equations:
        found.append(
            Material("display equations of the section", equations, _MOST_EQUATIONS_CHARACTERS)
        )
    return tuple(found)


def _told(beats: Sequence[Beat]) -> str:
    return "\n".join(
        f"{number}. {beat.seconds:g} s. Says: {beat.narration} Shows: {beat.shows}"
        for number, beat in enumerate(beats, 1)
    )
