"""How far a run is: a fold over its events, in which progress only ever grows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.models import VideoStatus

# Shares of the time a run takes. Measured on papers of 4 to 25 scenes, writing and proving scripts
# is 0.20 to 0.30 of it at low quality and about 0.15 at medium; the first steps wait for arXiv.
_WEIGHTS = {
    catalog.PAPERS: 0.02,
    catalog.SECTIONS: 0.01,
    catalog.SCENE_SCRIPTS: 0.2,
    catalog.VIDEOS: 0.77,
}
_MOST_UNTIL_COMPLETED = 0.99


@dataclass(frozen=True, slots=True)
class StepFinished:
    """An asset of the run was made; `step` is its name."""

    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ScriptsPlanned:
    """The run knows how many scripts it will write."""

    script_count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ScriptFinished:
    """A scene's script is done."""

    scene_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ScenesPlanned:
    """The run knows how many scenes it will render."""

    scene_count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SceneFinished:
    """A scene's render ended, well or badly."""

    scene_id: str
    status: VideoStatus
    at: datetime


RunEvent = StepFinished | ScriptsPlanned | ScriptFinished | ScenesPlanned | SceneFinished


@dataclass(frozen=True, slots=True)
class FinishedStep:
    """A step that is over, with the time it took where both ends are known."""

    name: str
    duration_seconds: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run's events say so far.

    Attributes:
        steps: The assets that the run makes, in order: all, or those that were chosen.
        fraction: From 0 to just under 1: a run is done when Dagster says so.
        finished_at: When each finished step ended, by its name.
        script_count: None until it is known how many scripts will be written.
        written: The ids of the scenes whose script is done.
        scene_count: None until the scenes are known.
        scenes: How each finished scene ended, by its id.
        last_scene_at: When a scene last ended.
    """

    steps: tuple[str, ...] = catalog.ASSETS
    fraction: float = 0.0
    finished_at: tuple[tuple[str, datetime], ...] = ()
    script_count: int | None = None
    written: tuple[str, ...] = ()
    scene_count: int | None = None
    planned_at: datetime | None = None
    scenes: tuple[tuple[str, VideoStatus], ...] = ()
    last_scene_at: datetime | None = None

    @property
    def complete_count(self) -> int:
        """How many scenes have a video."""
        return sum(status == "complete" for _, status in self.scenes)

    @property
    def step(self) -> str | None:
        """The first step that is not finished, or None when all are."""
        finished = dict(self.finished_at)
        return next((name for name in self.steps if name not in finished), None)

    @property
    def title(self) -> str:
        """What is going on, in words: `Rendering videos (3 of 7)`."""
        if self.step is None:
            return "Finishing"
        title = catalog.STEP_TITLES[self.step]
        done, total = self._counts.get(self.step, (0, None))
        return f"{title} ({min(done + 1, total)} of {total})" if total else title

    @property
    def _counts(self) -> dict[str, tuple[int, int | None]]:
        """How much of a step is done, and of how much, for those that are counted."""
        return {
            catalog.SCENE_SCRIPTS: (len(self.written), self.script_count),
            catalog.VIDEOS: (len(self.scenes), self.scene_count),
        }

    def share(self, step: str) -> float:
        """Tell how much of a step is done, from 0 to 1."""
        if step in dict(self.finished_at):
            return 1.0
        done, total = self._counts.get(step, (0, None))
        return min(1.0, done / total) if total else 0.0

    def finished_steps(self, started_at: datetime | None) -> list[FinishedStep]:
        """Return the steps that are over, in order; each starts when the one before it ends."""
        steps: list[FinishedStep] = []
        finished = dict(self.finished_at)
        begin = started_at
        for name in self.steps:
            if name not in finished:
                break
            end = finished[name]
            steps.append(FinishedStep(name, begin and max(0.0, (end - begin).total_seconds())))
            begin = end
        return steps

    def estimated_completion(self, now: datetime) -> datetime | None:
        """Tell when the last scene will end at the pace of those that did, or None as yet."""
        if not self.scenes or not self.scene_count:
            return None
        if self.planned_at is None or self.last_scene_at is None:
            return None
        pace = (self.last_scene_at - self.planned_at) / len(self.scenes)
        remaining = max(0, self.scene_count - len(self.scenes))
        return max(now, self.last_scene_at + remaining * max(pace, timedelta(0)))


def advance(progress: Progress, event: RunEvent) -> Progress:
    """Take one more event into account; one that was seen before changes nothing."""
    match event:
        case StepFinished(step, at):
            finished = {step: at} | dict(progress.finished_at)
            changed = replace(progress, finished_at=tuple(finished.items()))
        case ScriptsPlanned(script_count):
            changed = replace(progress, script_count=script_count)
        case ScriptFinished(scene_id):
            written = dict.fromkeys((*progress.written, scene_id))
            changed = replace(progress, written=tuple(written))
        case ScenesPlanned(scene_count, at):
            changed = replace(progress, scene_count=scene_count, planned_at=at)
        case SceneFinished(scene_id, status, at):
            scenes = dict(progress.scenes) | {scene_id: status}
            latest = max(at, progress.last_scene_at or at)
            changed = replace(progress, scenes=tuple(scenes.items()), last_scene_at=latest)
    return replace(changed, fraction=max(progress.fraction, _fraction(changed)))


def fold(events: Iterable[RunEvent], progress: Progress | None = None) -> Progress:
    """Take events into account, in their order, from nothing or from what is known."""
    return reduce(advance, events, progress or Progress())


def _fraction(progress: Progress) -> float:
    weights = {step: _WEIGHTS[step] for step in progress.steps}
    done = sum(weight * progress.share(step) for step, weight in weights.items())
    share = done / sum(weights.values()) if weights else 0.0
    return min(round(share, 4), _MOST_UNTIL_COMPLETED)
