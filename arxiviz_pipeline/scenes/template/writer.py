"""Writes scene scripts from a section's own words and formulas, by fixed rules alone."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from arxiviz_pipeline.domain.models import Paper, SceneScript, Section
from arxiviz_pipeline.domain.ports import Typesetter
from arxiviz_pipeline.scenes.drawing.script_code import scene_name_of, write_script
from arxiviz_pipeline.scenes.template.features import Finder
from arxiviz_pipeline.scenes.template.finders import FINDERS
from arxiviz_pipeline.scenes.template.plain_storyboard import (
    plan_simple_storyboard,
    plan_title_card,
)
from arxiviz_pipeline.scenes.template.storyboard import Storyboard, plan_storyboard
from arxiviz_pipeline.scenes.text.inline_text import printable
from arxiviz_pipeline.scenes.text.sentences import to_narration, words_of

_CONCEPT_WORDS = 8
_LONGEST_SLUG = 60
# LaTeXML's ids, `S3.SS1` and `A1.SSx2`: small letters instead of capitals lose nothing of them.
_PLAIN_ID = re.compile(r"(?=.{1,60}$)[A-WYZ]+x?[0-9]+(?:\.[A-WYZ]+x?[0-9]+)*")
_DIGEST_DIGITS = 12


class TemplateWriter:
    """A scene writer that needs no key and no network: the same section gives the same script."""

    def __init__(self, typesetter: Typesetter, finders: Iterable[Finder] = FINDERS) -> None:
        """Take the LaTeX that formulas are tried and measured with, and who looks for features."""
        self._typesetter = typesetter
        self._finders = tuple(finders)

    def write(self, paper: Paper, section: Section) -> SceneScript:
        """Write the script of one section's scene.

        Raises:
            RenderError: Of kind `unavailable`, if LaTeX is not installed.
        """
        storyboard = plan_storyboard(paper, section, self._typesetter, self._finders)
        return _script(paper, section, storyboard)

    def write_simple(self, paper: Paper, section: Section) -> SceneScript:
        """Write a scene in which key points and whole formulas fade in, and nothing else.

        Raises:
            RenderError: Of kind `unavailable`, if LaTeX is not installed.
        """
        return _script(paper, section, plan_simple_storyboard(paper, section, self._typesetter))

    def write_title_card(self, paper: Paper, section: Section) -> SceneScript:
        """Write a scene of the section's title and key points, for which no LaTeX is needed."""
        return _script(paper, section, plan_title_card(paper, section, self._typesetter))


def _script(paper: Paper, section: Section, storyboard: Storyboard) -> SceneScript:
    title = to_narration(section.title)
    scene_name = scene_name_of(title, section.order_index)
    code = write_script(
        scene_name=scene_name,
        section_title=title,
        paper_title=to_narration(paper.title),
        pages=storyboard.pages,
    )
    return SceneScript(
        id=scene_id_of(section),
        section_id=section.id,
        concept=_concept_of(section),
        storyboard=tuple(shot.to_beat() for page in storyboard.pages for shot in page.shots),
        manim_code=code,
        scene_name=scene_name,
        origin="template",
        checks=(storyboard.check,),
        concept_type=storyboard.concept_type,
    )


def scene_id_of(section: Section) -> str:
    """Make a scene's id of its section's: `[a-z0-9-]`, never empty, another for each."""
    plain = unicodedata.normalize("NFKD", section.id).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-")
    if _PLAIN_ID.fullmatch(section.id):
        return slug
    # Two ids may differ in what a slug drops. A digest of digits ends no LaTeXML id's slug.
    digest = hashlib.sha256(section.id.encode("utf-8", "surrogatepass")).hexdigest()
    number = int(digest, 16) % 10**_DIGEST_DIGITS
    return f"{slug or 'section'}-{number:0{_DIGEST_DIGITS}}"


def _concept_of(section: Section) -> str:
    words = words_of(printable(to_narration(section.title)))
    return " ".join(words[:_CONCEPT_WORDS]) or f"Section {section.order_index + 1}"
