"""Makes the scripts of a paper: each is written, checked and, where it fails, mended."""

from collections.abc import Sequence
from dataclasses import replace
from threading import Event

from arxiviz_pipeline.domain.models import (
    Paper,
    SceneScript,
    Section,
    SubmittedScene,
    VideoError,
)
from arxiviz_pipeline.domain.ports import ProgressListener
from arxiviz_pipeline.domain.sections import sections_worth_a_video
from arxiviz_pipeline.scenes.gates.script_checks import check_policy
from arxiviz_pipeline.scenes.template.writer import TemplateWriter


class ScriptDesk:
    """Where scripts are written and proved."""

    def __init__(self, template_writer: TemplateWriter) -> None:
        """Take the writer that needs no key."""
        self._template_writer = template_writer

    def make_scripts(
        self,
        paper: Paper,
        sections: Sequence[Section],
        submitted: Sequence[SubmittedScene] = (),
        listener: ProgressListener | None = None,
        cancelled: Event | None = None,
    ) -> list[SceneScript]:
        """Make a script for each section worth a video."""
        del submitted, cancelled
        worthy = sections_worth_a_video(sections)
        if listener:
            listener.scripts_planned(len(worthy))
        scripts: list[SceneScript] = []
        for section in worthy:
            script = self._template_writer.write(paper, section)
            scripts.append(replace(script, checks=(check_policy(script), *script.checks)))
            if listener:
                listener.script_finished(scripts[-1])
        return scripts

    def repair(
        self,
        paper: Paper,
        section: Section,
        script: SceneScript,
        failure: VideoError,
        cancelled: Event | None = None,
    ) -> SceneScript | None:
        """Offer nothing."""
        del paper, section, script, failure, cancelled
        return None
