"""What tests of the script desk have: writers that do as they are told, and a desk of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Event, Thread, current_thread

from arxiviz_pipeline.domain.errors import WritingError
from arxiviz_pipeline.domain.models import (
    Beat,
    Finding,
    LlmUsage,
    Paper,
    SceneScript,
    Section,
    SubmittedScene,
)
from arxiviz_pipeline.scenes.script_desk import ScriptDesk
from tests.fakes import RecordingListener
from tests.scenes.proving import ObedientRehearser, make_gates, scene
from tests.scenes.sections import make_paper, make_section

PAPER = make_paper()
SECTION = make_section("A text. " * 60, title="Method", section_id="S1")
OTHER = replace(make_section("B text. " * 60, title="Results", section_id="S2"), order_index=1)
BEATS = (Beat("We say it.", 4.0, "title"),)


def written(section: Section, name: str, origin: str = "template") -> SceneScript:
    code = scene(f"self.play(Write(Text('{name} of {section.title}')))", "self.wait()")
    return SceneScript(section.id.lower(), section.id, section.title, BEATS, code, "A", origin, ())


def by_llm(*body: str, usage: LlmUsage | None = None) -> Callable[[Section], SceneScript]:
    """Return what writes a scene of this body."""

    def write(section: Section) -> SceneScript:
        script = replace(written(section, "llm", "llm:m"), llm_usage=usage)
        return replace(script, manim_code=scene(*body)) if body else script

    return write


class Templates:
    """Writes three scripts a section, told apart by their texts."""

    def write(self, paper: Paper, section: Section) -> SceneScript:
        return written(section, "template")

    def write_simple(self, paper: Paper, section: Section) -> SceneScript:
        return written(section, "simple")

    def write_title_card(self, paper: Paper, section: Section) -> SceneScript:
        return written(section, "card")


@dataclass
class ScriptedWriter:
    """An LLM writer that writes what it is told, and remembers what it was asked.

    Each revision costs a request; the one that is refused costs `given_up`.
    """

    first: Callable[[Section], SceneScript]
    revisions: Sequence[str] = ()
    max_concurrency: int = 2
    asked: list[tuple[str, str]] = field(default_factory=list)
    given_up: LlmUsage = field(default_factory=lambda: LlmUsage("m", request_count=1))
    told_of_cancelling: set[Event | None] = field(default_factory=set)

    def write(self, paper: Paper, section: Section, cancelled: Event | None = None) -> SceneScript:
        self.told_of_cancelling.add(cancelled)
        return self.first(section)

    def revise(
        self,
        paper: Paper,
        section: Section,
        script: SceneScript,
        failure: Finding,
        excerpt: str,
        cancelled: Event | None = None,
    ) -> SceneScript:
        self.told_of_cancelling.add(cancelled)
        self.asked.append((failure.message, excerpt))
        if len(self.asked) > len(self.revisions):
            raise WritingError("The budget is spent.", self.given_up)
        spent = LlmUsage("m", request_count=1)
        return replace(
            script,
            manim_code=scene(self.revisions[len(self.asked) - 1]),
            origin="llm:m",
            checks=(),
            llm_usage=script.llm_usage + spent if script.llm_usage else spent,
        )


class ThreadListener(RecordingListener):
    """Remembers in which threads it heard of scripts, too."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[Thread] = set()

    def script_finished(self, script: SceneScript) -> None:
        super().script_finished(script)
        self.threads.add(current_thread())


def make_desk(
    fail: Callable[[str], Finding | None] = lambda _: None, llm: ScriptedWriter | None = None
) -> ScriptDesk:
    return ScriptDesk(Templates(), make_gates(ObedientRehearser(fail)), llm)


def submit(code: str, **changes: str) -> SubmittedScene:
    given = SubmittedScene(section_id="S1", concept="A square", manim_code=code)
    return replace(given, **changes)


def remedies(script: SceneScript) -> list[tuple[str, bool]]:
    return [(attempt.remedy, attempt.passed) for attempt in script.attempts]
