"""Makes the scripts of a paper: each is written, proved and, where it fails, mended.

`repair_chain` says in which order remedies are tried; here many scenes go through the gates at
once, since one batch costs a fraction of its parts. Only where an LLM writes, which takes it a
minute a scene, each goes on as soon as it has answered.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import (
    ALL_COMPLETED,
    FIRST_COMPLETED,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import replace
from threading import Event

from arxiviz_pipeline.domain.errors import RenderError, SubmissionError, WritingError
from arxiviz_pipeline.domain.models import (
    Attempt,
    Finding,
    Paper,
    Remedy,
    SceneScript,
    Section,
    SubmittedScene,
    VideoError,
)
from arxiviz_pipeline.domain.ports import ProgressListener
from arxiviz_pipeline.domain.scene_classes import choose_scene
from arxiviz_pipeline.domain.sections import sections_worth_a_video
from arxiviz_pipeline.domain.submissions import submitted_script
from arxiviz_pipeline.scenes.finished_scripts import as_written, finished
from arxiviz_pipeline.scenes.gates.prover import Gates, failures
from arxiviz_pipeline.scenes.repair.mender import Mender
from arxiviz_pipeline.scenes.repair.repair_chain import LlmWriter, RepairChain
from arxiviz_pipeline.scenes.repair.template_scripts import TemplateScripts, written

log = logging.getLogger(__name__)


class ScriptDesk:
    """Where scripts are written and proved."""

    def __init__(
        self, template_writer: TemplateScripts, gates: Gates, llm_writer: LlmWriter | None = None
    ) -> None:
        """Take who writes and what proves.

        Args:
            template_writer: Writes without a key, and whatever else fails.
            gates: What every script has to pass.
            llm_writer: Writes first, where there is one.
        """
        self._template_writer = template_writer
        self._gates = gates
        self._llm_writer = llm_writer

    def make_scripts(
        self,
        paper: Paper,
        sections: Sequence[Section],
        submitted: Sequence[SubmittedScene] = (),
        listener: ProgressListener | None = None,
        cancelled: Event | None = None,
    ) -> list[SceneScript]:
        """Make a script for each section worth a video, and of each that was submitted.

        A section with submitted scripts gets these alone, in the order they were submitted.

        Raises:
            SubmissionError: If a submitted script names a section that is not there.
            RenderError: Of kind `unavailable` or `cancelled`.
        """
        given = _by_section(sections, submitted)
        worthy = {section.id for section in sections_worth_a_video(sections)}
        planned = [
            (section, script)
            for section in sections
            for script in given.get(section.id, [None] if section.id in worthy else [])
        ]
        if listener:
            listener.scripts_planned(len(planned))
        workers = self._llm_writer.max_concurrency if self._llm_writer else 1
        pool = ThreadPoolExecutor(max(1, workers), thread_name_prefix="script")
        try:
            return self._make(pool, paper, planned, listener, cancelled)
        finally:  # what waits for an LLM ends with `cancelled`; what has not begun never will
            pool.shutdown(cancel_futures=True)

    def repair(
        self,
        paper: Paper,
        section: Section,
        script: SceneScript,
        failure: VideoError,
        cancelled: Event | None = None,
        renders_failed: int = 1,
    ) -> SceneScript | None:
        """Make another script of a scene whose script passed the gates and failed to render.

        What its attempts tell of is not tried again. From the second failed render on, the
        template writer's scripts alone are offered; the last that `production` allows is the
        title card.

        Returns:
            One that has passed the gates; None if there is nothing left to try.

        Raises:
            RenderError: Of kind `unavailable` or `cancelled`.
        """
        finding = Finding(failure.kind, failure.message, line=failure.line)
        script = as_written(script)
        chain = self._chain(paper, section, script, cancelled, renders_failed)
        candidate = chain.next_after((finding,))
        while candidate is not None:
            _stop_if_cancelled(cancelled)
            (proved,) = self._gates.check([candidate], cancelled)
            if chain.take(proved):
                return finished(chain.script, section)
            candidate = chain.next_after(tuple(failures(proved)))
        return None

    def check_script(self, code: str, scene_name: str | None = None) -> SceneScript:
        """Prove one script that belongs to no paper.

        Args:
            code: The script, a Python module or what was meant to be one.
            scene_name: The class to render; its first scene, if None.

        Raises:
            RenderError: Of kind `unavailable`.
        """
        (proved,) = self.check_scripts([code], scene_name)
        return proved

    def check_scripts(
        self, codes: Sequence[str], scene_name: str | None = None
    ) -> list[SceneScript]:
        """Prove scripts that belong to no paper, as `check_script` does one, in one batch."""
        scenes = [SubmittedScene("", "", code, scene_name=scene_name) for code in codes]
        return self._gates.check([_script_of(scene) for scene in scenes])

    def mend_script(self, script: SceneScript) -> SceneScript:
        """Mend a checked script by rules alone, as far as they go.

        Returns:
            The script that passes, or the one that came furthest, with its attempts.
        """
        chain = self._chain(None, None, script)
        chain.take(script)
        found = failures(script)
        while found:
            candidate = chain.next_after(tuple(found))
            if candidate is None:
                return chain.settle()
            (proved,) = self._gates.check([candidate])
            chain.take(proved)
            found = failures(proved)
        return chain.script

    def _chain(
        self,
        paper: Paper | None,
        section: Section | None,
        script: SceneScript,
        cancelled: Event | None = None,
        renders_failed: int = 0,
    ) -> RepairChain:
        mender = Mender(self._gates.api, self._gates.typesetter)
        writers = (self._template_writer, self._llm_writer) if paper and section else (None, None)
        return RepairChain(script, mender, paper, section, *writers, cancelled, renders_failed)

    def _make(
        self,
        pool: Executor,
        paper: Paper,
        planned: Sequence[tuple[Section, SceneScript | None]],
        listener: ProgressListener | None,
        cancelled: Event | None,
    ) -> list[SceneScript]:
        """Write and prove the scenes, and mend those that fail until nothing is left to try."""
        chains: dict[int, RepairChain] = {}
        done: dict[int, SceneScript] = {}
        at_work: dict[Future[SceneScript | None], int] = {
            pool.submit(self._draft, paper, section, script, cancelled): place
            for place, (section, script) in enumerate(planned)
        }
        while at_work:
            candidates = self._next_candidates(at_work, cancelled)
            for place, candidate in candidates.items():
                if candidate is not None and place not in chains:
                    section = planned[place][0]
                    chains[place] = self._chain(paper, section, candidate, cancelled)
            checked = self._gates.prove(list(filter(None, candidates.values())), cancelled)
            for place, candidate in candidates.items():
                chain = chains[place]
                if candidate is None:
                    chain.settle()
                elif not chain.take(script := next(checked)):
                    found = tuple(failures(script))
                    at_work[pool.submit(chain.next_after, found)] = place
                    continue
                done[place] = finished(chain.script, planned[place][0])
                if listener:
                    listener.script_finished(done[place])
        return [done[place] for place in range(len(planned))]

    def _next_candidates(
        self, at_work: dict[Future[SceneScript | None], int], cancelled: Event | None
    ) -> dict[int, SceneScript | None]:
        """Wait for what is to be proved next, and take it out of what is at work.

        Returns:
            Scripts by the place of their scenes, in order; None where nothing is left to try.
        """
        until = FIRST_COMPLETED if self._llm_writer else ALL_COMPLETED
        done, _ = wait(at_work, return_when=until)
        _stop_if_cancelled(cancelled)
        places = {at_work.pop(future): future.result() for future in done}
        return dict(sorted(places.items()))

    def _draft(
        self,
        paper: Paper,
        section: Section,
        submitted: SceneScript | None,
        cancelled: Event | None,
    ) -> SceneScript:
        """Write the first script of a scene that has none."""
        if submitted is not None:
            return submitted
        if self._llm_writer is None:
            return self._from_template(paper, section)
        return self._write(self._llm_writer, paper, section, cancelled)

    def _write(
        self, writer: LlmWriter, paper: Paper, section: Section, cancelled: Event | None
    ) -> SceneScript:
        try:
            return writer.write(paper, section, cancelled)
        except WritingError as error:
            script = self._from_template(paper, section)
            failure = Finding("unavailable", str(error), severity="warning")
            attempt = Attempt(
                failure, "", "template", ("The template writer took over.",), passed=True
            )
            attempts = (attempt, *script.attempts)
            return replace(script, attempts=attempts, llm_usage=error.usage)

    def _from_template(self, paper: Paper, section: Section) -> SceneScript:
        """Write a section by rules; a fault of one costs that scene some of its pictures alone."""
        writer, attempts = self._template_writer, ()
        script = written(writer.write, paper, section)
        if isinstance(script, Exception):
            fault, script = script, written(writer.write_simple, paper, section)
            attempts = (_replacement("simple_template", fault, script),)
        if isinstance(script, Exception):
            fault, script = script, writer.write_title_card(paper, section)
            attempts += (_replacement("title_card", fault, script),)
        return replace(script, attempts=attempts)


def _by_section(
    sections: Sequence[Section], submitted: Sequence[SubmittedScene]
) -> dict[str, list[SceneScript | None]]:
    given: dict[str, list[SceneScript | None]] = {}
    ids: set[str] = set()
    known = {section.id for section in sections}
    for scene in submitted:
        if scene.section_id not in known:
            message = (
                f"The paper has no section {scene.section_id!r}, which a submitted script is for; "
                f"its sections: {', '.join(sorted(known))}."
            )
            raise SubmissionError(message, tuple(section.id for section in sections))
        script = _script_of(scene)
        given.setdefault(scene.section_id, []).append(replace(script, id=_unique(script.id, ids)))
    return given


def _script_of(scene: SubmittedScene) -> SceneScript:
    try:
        chosen = choose_scene(scene.manim_code, scene.scene_name)
    except RenderError:  # the gates will say so
        chosen = scene.scene_name or "Scene1"
    return submitted_script(scene, chosen)


def _replacement(remedy: Remedy, fault: Exception, outcome: SceneScript | Exception) -> Attempt:
    failure = Finding("exception", f"{type(fault).__name__}: {fault}")
    change = f"The {remedy.replace('_', ' ')} took its place."
    return Attempt(failure, "", remedy, (change,), passed=isinstance(outcome, SceneScript))


def _unique(scene_id: str, taken: set[str]) -> str:
    """Number an id that is there already: the same script submitted twice for a section."""
    candidate, number = scene_id, 1
    while candidate in taken:
        number += 1
        candidate = f"{scene_id}-{number}"
    taken.add(candidate)
    return candidate


def _stop_if_cancelled(cancelled: Event | None) -> None:
    if cancelled is not None and cancelled.is_set():
        message = "The run was interrupted while its scripts were made."
        raise RenderError(kind="cancelled", message=message)
