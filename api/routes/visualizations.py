"""Scenes that people hand in for a paper's sections, instead of those written here."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import ArxivIdDep, CatalogDep, LauncherDep, StoreDep, SubmissionsDep
from api.error_answers import documented
from api.errors import (
    InvalidSubmissionError,
    PaperBusyError,
    PaperNotFoundError,
    PayloadTooLargeError,
    ServiceUnavailableError,
    SubmissionNotFoundError,
)
from api.finished_papers import HOPELESS, find_finished
from api.jobs import Job
from api.schemas.submissions import (
    SceneSubmission,
    SubmissionsAnswer,
    SubmitAnswer,
    SubmitRequest,
    SubmittedSceneAnswer,
    SubmittedSceneSummary,
)
from arxiviz_pipeline.domain.errors import ObjectNotFoundError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Beat, Section, SubmittedScene
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.domain.submissions import (
    check_submission,
    choose_withdrawn,
    submitted_scene_id,
)
from arxiviz_pipeline.storage.records import read_sections

router = APIRouter(tags=["visualizations"])

_PATH = "/paper/{arxiv_id:path}/visualizations"


@router.head(_PATH, include_in_schema=False)
@router.get(_PATH, responses=documented(PaperNotFoundError, *HOPELESS, ServiceUnavailableError))
def list_submitted(
    arxiv_id: ArxivIdDep,
    catalog: CatalogDep,
    submissions: SubmissionsDep,
    launcher: LauncherDep,
) -> SubmissionsAnswer:
    """List the scenes that are handed in for a paper, with their code."""
    find_finished(arxiv_id, catalog)
    return SubmissionsAnswer(
        arxiv_id=str(arxiv_id),
        paper_id=str(arxiv_id),
        visualizations=[
            SubmittedSceneAnswer(
                **_summary(scene).model_dump(),
                manim_code=scene.manim_code,
                storyboard=list(scene.storyboard),
            )
            for scene in submissions.read(arxiv_id)
        ],
        in_force=launcher.is_in_force(arxiv_id),
    )


@router.post(
    _PATH,
    responses=documented(
        InvalidSubmissionError,
        PaperNotFoundError,
        *HOPELESS,
        PaperBusyError,
        PayloadTooLargeError,
        ServiceUnavailableError,
    ),
)
def submit(
    arxiv_id: ArxivIdDep,
    request: SubmitRequest,
    catalog: CatalogDep,
    store: StoreDep,
    submissions: SubmissionsDep,
    launcher: LauncherDep,
) -> SubmitAnswer:
    """Hand in Manim programs for sections of a paper that has been processed.

    They take the place of what was handed in for these sections before, and of what was written
    for them here. The job that is the answer checks them as any other, mends what fails, and
    renders what is new. All of them are taken, or none.
    """
    find_finished(arxiv_id, catalog)
    scenes = [_scene(given) for given in request.visualizations]
    check_submission(scenes, _sections(store, arxiv_id))
    replaced: list[SubmittedScene] = []

    def add() -> Sequence[SubmittedScene]:
        sections = {scene.section_id for scene in scenes}
        before = submissions.read(arxiv_id)
        replaced.extend(scene for scene in before if scene.section_id in sections)
        return submissions.add(arxiv_id, scenes)

    job = launcher.change_submissions(arxiv_id, add)
    return _answer(job, f"{_count(scenes)} handed in.", scenes, replaced)


@router.delete(
    _PATH,
    responses=documented(
        SubmissionNotFoundError,
        PaperNotFoundError,
        *HOPELESS,
        PaperBusyError,
        ServiceUnavailableError,
    ),
)
def withdraw(
    arxiv_id: ArxivIdDep,
    catalog: CatalogDep,
    submissions: SubmissionsDep,
    launcher: LauncherDep,
    section_id: Annotated[
        str | None, Query(description="Only what was handed in for this section.")
    ] = None,
) -> SubmitAnswer:
    """Take back what was handed in; the scenes that are written here return."""
    find_finished(arxiv_id, catalog)
    withdrawn: list[SubmittedScene] = []

    def take_back() -> Sequence[SubmittedScene]:
        handed_in = submissions.read(arxiv_id)
        withdrawn.extend(choose_withdrawn(arxiv_id, handed_in, section_id))
        return submissions.withdraw(arxiv_id, section_id)

    job = launcher.change_submissions(arxiv_id, take_back)
    return _answer(job, f"{_count(withdrawn)} taken back.", [], withdrawn)


def _scene(given: SceneSubmission) -> SubmittedScene:
    return SubmittedScene(
        section_id=given.section_id,
        concept=given.concept,
        manim_code=given.manim_code,
        storyboard=tuple(
            Beat(beat.narration, beat.seconds, beat.shows) for beat in given.storyboard
        ),
        scene_name=given.scene_name,
    )


def _sections(store: ObjectStore, arxiv_id: ArxivId) -> list[Section]:
    try:
        return read_sections(store, arxiv_id)
    except ObjectNotFoundError as error:
        message = f"The sections of {arxiv_id} are gone. Process it again: POST /api/process."
        raise PaperNotFoundError(message) from error


def _answer(
    job: Job,
    message: str,
    accepted: Sequence[SubmittedScene],
    withdrawn: Sequence[SubmittedScene],
) -> SubmitAnswer:
    return SubmitAnswer(
        job_id=job.id,
        arxiv_id=str(job.arxiv_id),
        paper_id=str(job.arxiv_id),
        status=job.state,
        message=message,
        accepted=[_summary(scene) for scene in accepted],
        withdrawn=[_summary(scene) for scene in withdrawn],
    )


def _summary(scene: SubmittedScene) -> SubmittedSceneSummary:
    return SubmittedSceneSummary(
        section_id=scene.section_id,
        concept=scene.concept,
        scene_id=submitted_scene_id(scene),
        scene_name=scene.scene_name,
    )


def _count(scenes: Sequence[SubmittedScene]) -> str:
    return "1 scene was" if len(scenes) == 1 else f"{len(scenes)} scenes were"
