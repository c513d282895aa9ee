"""What is tried for one failing scene, in which order, and what is remembered of it.

Mends by rules come first, for they keep what the author wrote; then the LLM with its former
code, the template's script, a simpler one, and at last a title card, which cannot fail.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event
from typing import Final, Protocol

from arxiviz_pipeline.domain.advice import excerpt_around
from arxiviz_pipeline.domain.errors import WritingError
from arxiviz_pipeline.domain.models import (
    Attempt,
    Finding,
    LlmUsage,
    Paper,
    Remedy,
    SceneScript,
    Section,
)
from arxiviz_pipeline.domain.production import MOST_REPAIRS
from arxiviz_pipeline.domain.repairs import code_digest
from arxiviz_pipeline.scenes.repair.mender import Mender
from arxiviz_pipeline.scenes.repair.template_scripts import TemplateScripts, WritingRule, written

MOST_MENDS: Final = 12
"""Mends by rules of one script."""

MOST_MENDS_OF_ONE_FAILURE: Final = 6
"""Mends after which the same failure, on a line of the same text, counts as not to be mended."""

MOST_REVISIONS: Final = 2
"""Times an LLM is asked to mend one script."""

_OUR_SCRIPTS_ALONE: Final = 2  # failed renders after which nothing unproved by use is offered


class LlmWriter(Protocol):
    """Writes scripts by asking a language model: `llm.writer`."""

    @property
    def max_concurrency(self) -> int:
        """How many scripts it may be asked for at once."""
        ...

    def write(self, paper: Paper, section: Section, cancelled: Event | None = None) -> SceneScript:
        """Write a section's script.

        Raises:
            WritingError: If that came to nothing.
            RenderError: Of kind `cancelled`.
        """
        ...

    def revise(
        self,
        paper: Paper,
        section: Section,
        script: SceneScript,
        failure: Finding,
        excerpt: str,
        cancelled: Event | None = None,
    ) -> SceneScript:
        """Write a failing script anew; what that has cost is added to what the script tells of.

        Raises:
            WritingError: If that came to nothing.
            RenderError: Of kind `cancelled`.
        """
        ...


class RepairChain:
    """One scene on its way from its first script to one that passes.

    Attributes:
        script: The last that was proved, with everything that was tried.
    """

    def __init__(
        self,
        script: SceneScript,
        mender: Mender,
        paper: Paper | None,
        section: Section | None,
        template_writer: TemplateScripts | None = None,
        llm_writer: LlmWriter | None = None,
        cancelled: Event | None = None,
        renders_failed: int = 0,
    ) -> None:
        """Start with a scene's first script.

        Without writers, as for a script of no paper, there are mends alone. Once `cancelled` is
        set, no LLM is waited for any longer. The more renders have failed, the plainer is what
        is offered, so that the last one allowed is the title card's.
        """
        self.script = script
        self._first = script
        self._mender = mender
        self._paper = paper
        self._section = section
        self._template_writer = template_writer
        self._llm_writer = llm_writer
        self._cancelled = cancelled
        self._renders_failed = renders_failed
        self._whole = script.manim_code
        self._best: tuple[int, SceneScript] | None = None
        # Attempts are kept with their script: what failed before, in an earlier run too, is known.
        self._tried = {attempt.failed_digest for attempt in script.attempts}
        self._trial: Attempt | None = None
        self._failures: tuple[Finding, ...] = ()
        self._remedies = self._all_remedies()

    def take(self, proved: SceneScript) -> bool:
        """Note what the gates said of the last candidate, and tell whether it passed."""
        passed = all(check.passed for check in proved.checks if check.name != "equations")
        if self._trial is not None:
            attempt = replace(self._trial, passed=passed)
            proved = replace(proved, attempts=(*self.script.attempts, attempt))
            self._trial = None
        self.script = proved
        gates_passed = sum(check.passed for check in proved.checks if check.name != "equations")
        if self._best is None or gates_passed > self._best[0]:
            self._best = (gates_passed, proved)
        return passed

    def settle(self) -> SceneScript:
        """Return, where nothing is left to try, the first script that came furthest."""
        if self._best is not None:
            last = self.script
            self.script = replace(self._best[1], attempts=last.attempts, llm_usage=last.llm_usage)
        return self.script

    def next_after(self, failures: tuple[Finding, ...]) -> SceneScript | None:
        """Return what to try next for these failures; None if nothing is left."""
        self._failures = failures
        self._tried.add(code_digest(self.script.manim_code, self.script.scene_name))
        return next(self._remedies, None)

    def _all_remedies(self) -> Iterator[SceneScript]:
        """Yield candidates; what the gates say of each is known when the next is asked for."""
        told: list[Remedy] = [attempt.remedy for attempt in self.script.attempts]
        if self._renders_failed < _OUR_SCRIPTS_ALONE:
            yield from self._mends_and_revisions(told)
        paper, section, writer = self._paper, self._section, self._template_writer
        if paper is None or section is None or writer is None:
            return
        if self._renders_failed < MOST_REPAIRS:
            if self._first.origin != "template" and "template" not in told:
                yield from self._replaced("template", writer.write, paper, section)
            if "simple_template" not in told:
                yield from self._replaced("simple_template", writer.write_simple, paper, section)
        if "title_card" not in told:
            yield from self._replaced("title_card", writer.write_title_card, paper, section)

    def _mends_and_revisions(self, told: Sequence[Remedy]) -> Iterator[SceneScript]:
        made = told.count("mends")
        is_whole = made == 0  # or how much was taken out of it before is not known
        paper, section = self._paper, self._section
        if paper is None or section is None or self._llm_writer is None:
            yield from self._mends(made, may_excise=is_whole)
        else:  # it mends better than what only takes things out, which comes after it
            yield from self._mends(made, may_excise=False)
            yield from self._revisions(paper, section, MOST_REVISIONS - told.count("llm"))
            if is_whole:
                yield from self._mends(0)

    def _revisions(self, paper: Paper, section: Section, most: int) -> Iterator[SceneScript]:
        for _ in range(most):
            candidate = self._revision(paper, section)
            if candidate is None:
                return
            yield candidate
            yield from self._mends(0, may_excise=False)

    def _mends(self, made: int, *, may_excise: bool = True) -> Iterator[SceneScript]:
        seen: Counter[tuple[str, str, str]] = Counter()
        for _ in range(MOST_MENDS - made):
            if not self._failures:
                return
            current = self.script
            mended = self._mender.mend(
                current.manim_code,
                current.scene_name,
                self._failures,
                self._is_new,
                whole=self._whole,
                may_excise=may_excise,
            )
            if mended is None:
                return
            failure = self._failures[0]
            trait = (failure.kind, failure.message, _line_of(current.manim_code, failure.line))
            seen[trait] += 1
            if seen[trait] > MOST_MENDS_OF_ONE_FAILURE:
                return
            candidate = replace(current, manim_code=mended.code, scene_name=mended.scene_name)
            self._trial = self._attempt("mends", *mended.changes)
            yield candidate

    def _is_new(self, code: str, scene_name: str) -> bool:
        return code_digest(code, scene_name) not in self._tried

    def _revision(self, paper: Paper, section: Section) -> SceneScript | None:
        if self._llm_writer is None or not self._failures:
            return None
        failure = self._failures[0]
        excerpt = excerpt_around(self.script.manim_code, failure.line)
        try:
            revised = self._llm_writer.revise(
                paper, section, self.script, failure, excerpt, self._cancelled
            )
        except WritingError as error:
            self._give_up_revising(str(error), _added(self.script.llm_usage, error.usage))
            return None
        if not self._is_new(revised.manim_code, revised.scene_name):
            why = "The LLM wrote what had failed before."
            self._give_up_revising(why, revised.llm_usage)
            return None
        self._trial = self._attempt("llm", "The LLM wrote it anew.")
        return self._of_this_scene(revised)

    def _give_up_revising(self, why: str, usage: LlmUsage | None) -> None:
        attempts = (*self.script.attempts, self._attempt("llm", why))
        self.script = replace(self.script, attempts=attempts, llm_usage=usage)

    def _replaced(
        self, remedy: Remedy, write: WritingRule, paper: Paper, section: Section
    ) -> Iterator[SceneScript]:
        script = written(write, paper, section)
        if isinstance(script, SceneScript) and self._is_new(script.manim_code, script.scene_name):
            self._trial = self._attempt(remedy, f"The {remedy.replace('_', ' ')} took its place.")
            candidate = self._of_this_scene(script)
            yield replace(candidate, llm_usage=self.script.llm_usage)
            if self._failures and remedy != "title_card":
                yield from self._mends(0)

    def _of_this_scene(self, script: SceneScript) -> SceneScript:
        self._whole = script.manim_code
        first = self._first
        return replace(script, id=first.id, section_id=first.section_id, concept=first.concept)

    def _attempt(self, remedy: Remedy, *changes: str) -> Attempt:
        """Describe a try, which is in vain until the gates say otherwise."""
        failure, code = self._failures[0], self.script.manim_code
        return Attempt(
            failure,
            excerpt_around(code, failure.line),
            remedy,
            changes,
            passed=False,
            failed_digest=code_digest(code, self.script.scene_name),
        )


def _added(first: LlmUsage | None, second: LlmUsage | None) -> LlmUsage | None:
    """Add up what was spent on one script, where anything was."""
    return first + second if first and second else first or second


def _line_of(code: str, line: int | None) -> str:
    lines = code.splitlines()
    return lines[line - 1].strip() if line and line <= len(lines) else ""
