"""Makes the scripts of a paper: each is written, proved and, where it fails, mended.

`repair_chain` says in which order remedies are tried; here many scenes go through the gates at
once, since one batch costs a fraction of its parts.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Final

from arxiviz_pipeline.domain.errors import RenderError, SubmissionError, WritingError
from arxiviz_pipeline.domain.models import (
    Attempt,
    Beat,
    Finding,
    Paper,
    SceneScript,
    Section,
    SubmittedScene,
    VideoError,
)
from arxiviz_pipeline.domain.ports import ProgressListener
from arxiviz_pipeline.domain.scene_classes import choose_scene
from arxiviz_pipeline.domain.sections import sections_worth_a_video
from arxiviz_pipeline.domain.submissions import submitted_scene_id
from arxiviz_pipeline.scenes.gates.prover import Gates, failures
from arxiviz_pipeline.scenes.repair.mender import Mender
from arxiviz_pipeline.scenes.repair.repair_chain import (
    LlmWriter,
    RepairChain,
    TemplateScripts,
    spent,
)

_SECONDS_PER_WORD: Final = 0.4
_SHORTEST_BEAT_SECONDS: Final = 3.0


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
            (section, scene)
            for section in sections
            for scene in given.get(section.id, [None] if section.id in worthy else [])
        ]
        if listener:
            listener.scripts_planned(len(planned))
        chains = self._draft(paper, planned)
        return self._prove(chains, listener, cancelled)

    def repair(
        self,
        paper: Paper,
        section: Section,
        script: SceneScript,
        failure: VideoError,
        cancelled: Event | None = None,
    ) -> SceneScript | None:
        """Make another script of a scene whose script passed the gates and failed to render.

        What its attempts tell of is not tried again.

        Returns:
            One that has passed the gates; None if there is nothing left to try.

        Raises:
            RenderError: Of kind `unavailable` or `cancelled`.
        """
        finding = Finding(failure.kind, failure.message, line=failure.line)
        chain = self._chain(paper, section, script)
        candidate = chain.next_after((finding,))
        while candidate is not None:
            _stop_if_cancelled(cancelled)
            (proved,) = self._gates.check([candidate], cancelled)
            if chain.take(proved):
                return _captioned(chain.script)
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
        return self._gates.check([_submitted_script(scene) for scene in scenes])

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
        self, paper: Paper | None, section: Section | None, script: SceneScript
    ) -> RepairChain:
        mender = Mender(self._gates.api, self._gates.typesetter)
        writers = (self._template_writer, self._llm_writer) if paper and section else (None, None)
        return RepairChain(script, mender, paper, section, *writers)

    def _draft(
        self, paper: Paper, planned: Sequence[tuple[Section, SubmittedScene | None]]
    ) -> list[RepairChain]:
        """Write the first script of each scene; an LLM writes several at once."""
        drafts: dict[int, SceneScript] = {}
        unwritten = [i for i, (_, scene) in enumerate(planned) if scene is None]
        if self._llm_writer and unwritten:
            writer = self._llm_writer
            workers = max(1, min(writer.max_concurrency, len(unwritten)))
            with ThreadPoolExecutor(workers, thread_name_prefix="write") as pool:
                written = pool.map(
                    lambda index: self._write(writer, paper, planned[index][0]), unwritten
                )
                drafts = dict(zip(unwritten, written, strict=True))
        ids: set[str] = set()
        chains: list[RepairChain] = []
        for index, (section, scene) in enumerate(planned):
            if scene is not None:
                draft = _submitted_script(scene)
            else:
                draft = drafts.get(index) or self._template_writer.write(paper, section)
            chains.append(self._chain(paper, section, replace(draft, id=_unique(draft.id, ids))))
        return chains

    def _write(self, writer: LlmWriter, paper: Paper, section: Section) -> SceneScript:
        try:
            return writer.write(paper, section)
        except WritingError as error:
            script = self._template_writer.write(paper, section)
            failure = Finding("unavailable", str(error), severity="warning")
            attempt = Attempt(
                failure, "", "template", ("The template writer took over.",), passed=True
            )
            return replace(
                script, attempts=(attempt,), llm_usage=spent(script.llm_usage, error.usage)
            )

    def _prove(
        self,
        chains: Sequence[RepairChain],
        listener: ProgressListener | None,
        cancelled: Event | None,
    ) -> list[SceneScript]:
        pending = [(chain, chain.script) for chain in chains]
        while pending:
            _stop_if_cancelled(cancelled)
            proved = self._gates.check([script for _, script in pending], cancelled)
            failed: list[tuple[RepairChain, tuple[Finding, ...]]] = []
            for (chain, _), script in zip(pending, proved, strict=True):
                if chain.take(script):
                    if listener:
                        listener.script_finished(_captioned(chain.script))
                else:
                    failed.append((chain, tuple(failures(script))))
            pending = self._next_candidates(failed, listener)
        return [_captioned(chain.script) for chain in chains]

    def _next_candidates(
        self,
        failed: Sequence[tuple[RepairChain, tuple[Finding, ...]]],
        listener: ProgressListener | None,
    ) -> list[tuple[RepairChain, SceneScript]]:
        """Ask each failing scene's chain what to try next; an LLM is asked for several at once."""
        workers = self._llm_writer.max_concurrency if self._llm_writer else 1
        with ThreadPoolExecutor(max(1, workers), thread_name_prefix="mend") as pool:
            candidates = list(pool.map(lambda each: each[0].next_after(each[1]), failed))
        following: list[tuple[RepairChain, SceneScript]] = []
        for (chain, _), candidate in zip(failed, candidates, strict=True):
            if candidate is not None:
                following.append((chain, candidate))
            else:
                chain.settle()
                if listener:
                    listener.script_finished(_captioned(chain.script))
        return following


def _by_section(
    sections: Sequence[Section], submitted: Sequence[SubmittedScene]
) -> dict[str, list[SubmittedScene | None]]:
    given: dict[str, list[SubmittedScene | None]] = {}
    known = {section.id for section in sections}
    for scene in submitted:
        if scene.section_id not in known:
            message = (
                f"The paper has no section {scene.section_id!r}, which a submitted script is for; "
                f"its sections: {', '.join(sorted(known))}."
            )
            raise SubmissionError(message, tuple(section.id for section in sections))
        given.setdefault(scene.section_id, []).append(scene)
    return given


def _submitted_script(scene: SubmittedScene) -> SceneScript:
    try:
        chosen = choose_scene(scene.manim_code, scene.scene_name)
    except RenderError:  # the gates will say so
        chosen = scene.scene_name or "Scene1"
    return SceneScript(
        id=submitted_scene_id(scene),
        section_id=scene.section_id,
        concept=scene.concept or chosen,
        storyboard=scene.storyboard,
        manim_code=scene.manim_code,
        scene_name=chosen,
        origin="submitted",
        checks=(),
    )


def _unique(scene_id: str, taken: set[str]) -> str:
    """Number an id that is there already: the same script submitted twice for a section."""
    candidate, number = scene_id, 1
    while candidate in taken:
        number += 1
        candidate = f"{scene_id}-{number}"
    taken.add(candidate)
    return candidate


def _captioned(script: SceneScript) -> SceneScript:
    """Give a script without storyboard one beat that says what it is about.

    Only once it is proved: pacing is not held against a storyboard that nobody wrote.
    """
    if script.storyboard or not script.concept:
        return script
    seconds = max(_SHORTEST_BEAT_SECONDS, _SECONDS_PER_WORD * len(script.concept.split()))
    return replace(script, storyboard=(Beat(script.concept, seconds, "the whole scene"),))


def _stop_if_cancelled(cancelled: Event | None) -> None:
    if cancelled is not None and cancelled.is_set():
        message = "The run was interrupted while its scripts were made."
        raise RenderError(kind="cancelled", message=message)
