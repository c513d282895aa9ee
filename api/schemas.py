"""The JSON of requests and answers, as the REST contract fixes it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from api.catalog import JobState
from arxiviz_pipeline.domain.errors import RenderErrorKind
from arxiviz_pipeline.domain.llm_usage import LlmUsage
from arxiviz_pipeline.domain.models import (
    Attempt,
    Beat,
    Check,
    ConceptType,
    Quality,
    Role,
    SourceFormat,
    VideoStatus,
)

_JOB_ID = "4f7c3f6e-5b2a-4c57-9a53-0f6a3a1f2b10"
_ARXIV_ID = "2601.00000"  # the sample paper, in `samples/`
_VIDEO_ID = f"{_ARXIV_ID}-S3.SS1-0123456789abcdef"
_VIDEO_URL = f"https://arxiviz.example.org/api/video/{_VIDEO_ID}"
_TITLE = "How Fast Does Gradient Descent Walk Downhill?"
_AUTHORS: list[JsonValue] = ["The arxiviz project"]
_SUMMARY = "A matrix mixes all coordinates, but there are directions that it leaves alone."
_TIME = "2026-01-05T09:01:12Z"


def _example(**values: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class ProcessRequest(BaseModel):
    """Which paper to make videos of."""

    model_config = _example(arxiv_id=_ARXIV_ID)

    arxiv_id: str = Field(description="An arXiv id, with or without version, or a paper's URL.")
    quality: Quality | None = Field(default=None, description="480p15, 720p30 or 1080p60.")
    force: bool = Field(default=False, description="Make the videos again, finished or not.")


class ProcessAnswer(BaseModel):
    """The job that makes, or made, the videos."""

    model_config = _example(
        job_id=_JOB_ID,
        arxiv_id=_ARXIV_ID,
        paper_id=_ARXIV_ID,
        status="queued",
        message=f"Processing of {_ARXIV_ID} has been asked for.",
    )

    job_id: str
    arxiv_id: str
    paper_id: str
    status: JobState
    message: str


class Step(BaseModel):
    """A step of a job that is over."""

    name: str
    status: Literal["completed", "failed"]
    duration_ms: int | None


class JobStatus(BaseModel):
    """How far a job is."""

    model_config = _example(
        job_id=_JOB_ID,
        arxiv_id=_ARXIV_ID,
        paper_id=_ARXIV_ID,
        status="processing",
        progress=0.46,
        sections_completed=2,
        sections_total=7,
        current_step="Rendering videos (3 of 7)",
        steps_completed=[{"name": "papers", "status": "completed", "duration_ms": 2140}],
        error=None,
        error_code=None,
        created_at="2026-01-05T09:00:00Z",
        completed_at=None,
        estimated_completion="2026-01-05T09:01:10Z",
    )

    job_id: str
    arxiv_id: str
    paper_id: str
    status: JobState
    progress: float = Field(ge=0, le=1, description="Never shrinks; 1 only when completed.")
    sections_completed: int = Field(description="Sections that have their video.")
    sections_total: int = Field(description="Sections that will; 0 until it is known.")
    current_step: str | None
    steps_completed: list[Step]
    error: str | None
    error_code: str | None = Field(description="Why it failed, for programs, where that is known.")
    created_at: datetime
    completed_at: datetime | None
    estimated_completion: datetime | None = Field(description="Null until the pace is known.")


class SectionAnswer(BaseModel):
    """A section of a paper."""

    id: str
    title: str
    content: str = Field(description="Markdown, with math as `$…$` and `$$…$$`.")
    summary: str = Field(description="Its first sentences, as plain text.")
    level: int
    order_index: int
    equations: list[str] = Field(description="LaTeX of each display, in order.")
    video_url: str | None
    parent_id: str | None
    role: Role


class VideoFault(BaseModel):
    """Why a section has no video; the line is one of its scene script."""

    kind: RenderErrorKind
    message: str
    line: int | None


class Visualization(BaseModel):
    """A section's video, made or failed, and how its script came to be.

    What is told of the script is null or empty of videos that were made before it was kept, and
    while a job that has written a newer script is yet to render it.
    """

    id: str
    section_id: str
    concept: str
    status: VideoStatus
    video_url: str | None
    poster_url: str | None
    captions_url: str | None
    duration_seconds: float | None
    width: int | None
    height: int | None
    frame_rate: float | None
    size_bytes: int | None
    quality: Quality
    renderer: str
    error: VideoFault | None
    scene_id: str
    scene_name: str | None = Field(description="The class of the script that was rendered.")
    concept_type: ConceptType | None = Field(description="What kind of scene it is.")
    origin: str | None = Field(description="`template`, `llm:<model>` or `submitted`.")
    script_url: str | None = Field(description="The Manim program.")
    storyboard: list[Beat] = Field(description="What is said and shown, in order.")
    checks: list[Check] = Field(description="What each gate found before the render.")
    attempts: list[Attempt] = Field(description="What failed and was mended on the way.")
    repaired: bool = Field(description="Whether the scene's first script failed to render.")
    llm_usage: LlmUsage | None = Field(description="What an LLM did for it, and at what cost.")


class PaperAnswer(BaseModel):
    """A paper, its sections and its videos."""

    model_config = _example(
        paper_id=_ARXIV_ID,
        id=_ARXIV_ID,
        title=_TITLE,
        authors=_AUTHORS,
        abstract="Gradient descent is the simplest way to minimise a function: look which way is …",
        pdf_url=f"https://arxiv.org/pdf/{_ARXIV_ID}",
        html_url=f"https://arxiv.org/html/{_ARXIV_ID}",
        sections=[
            {
                "id": "S3.SS1",
                "title": "One Valley for Every Eigenvector",
                "content": f"{_SUMMARY} …",
                "summary": _SUMMARY,
                "level": 2,
                "order_index": 5,
                "equations": [r"e_{k}=\sum_{i=1}^{n}(1-\alpha\lambda_{i})^{k}c_{i}q_{i}."],
                "video_url": _VIDEO_URL,
                "parent_id": "S3",
                "role": "body",
            }
        ],
        visualizations=[
            {
                "id": _VIDEO_ID,
                "section_id": "S3.SS1",
                "concept": "One Valley for Every Eigenvector",
                "status": "complete",
                "video_url": _VIDEO_URL,
                "poster_url": f"{_VIDEO_URL}/poster",
                "captions_url": f"{_VIDEO_URL}/captions",
                "duration_seconds": 17.9,
                "width": 1280,
                "height": 720,
                "frame_rate": 30.0,
                "size_bytes": 612345,
                "quality": "medium",
                "renderer": "local-manim-0.22.0-1",
                "error": None,
                "scene_id": "s3-ss1",
                "scene_name": "OneValleyForEveryEigenvector",
                "concept_type": "equation_walkthrough",
                "origin": "template",
                "script_url": f"{_VIDEO_URL}/script",
                "storyboard": [{"narration": _SUMMARY, "seconds": 5.6, "shows": "key statement"}],
                "checks": [
                    {
                        "name": "layout",
                        "passed": True,
                        "message": "What it shows can be seen and read in time.",
                        "findings": [],
                    }
                ],
                "attempts": [],
                "repaired": False,
                "llm_usage": None,
            }
        ],
        processed_at=_TIME,
        job_id=_JOB_ID,
        version=1,
        categories=["math.OC", "cs.LG"],
        published="2026-01-01T00:00:00Z",
        licence="http://creativecommons.org/publicdomain/zero/1.0/",
        licence_name="CC0 1.0",
        source_format="html",
    )

    paper_id: str
    id: str
    title: str
    authors: list[str]
    abstract: str
    pdf_url: str
    html_url: str
    sections: list[SectionAnswer]
    visualizations: list[Visualization]
    processed_at: datetime
    job_id: str | None
    version: int | None
    categories: list[str]
    published: datetime | None
    licence: str | None = Field(description="Its address; null where it is not known.")
    licence_name: str = Field(description="For people, as `CC BY 4.0`.")
    source_format: SourceFormat = Field(description="What the sections were read from.")


def _encodable(text: str) -> str:
    # JSON's `\\ud800` is half a character, which nothing can be written with.
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = f"it has half a character at {error.start}"
        raise ValueError(message) from error
    return text


_Text = Annotated[str, AfterValidator(_encodable)]


class SubmittedBeat(BaseModel):
    """One thing said and shown in a scene."""

    narration: _Text = Field(max_length=2000, description="What is said: the caption.")
    seconds: float = Field(gt=0, le=600, allow_inf_nan=False)
    shows: _Text = Field(default="", max_length=2000, description="What is seen meanwhile.")


class SceneSubmission(BaseModel):
    """A Manim program for a section."""

    section_id: _Text = Field(max_length=200, description="As `GET /api/paper` lists them.")
    concept: _Text = Field(min_length=1, max_length=300, description="What it is about.")
    manim_code: _Text = Field(description="A Python module, with one scene to render.")
    storyboard: list[SubmittedBeat] = Field(
        default=[], max_length=200, description="Captions come from it, stretched to the video."
    )
    scene_name: _Text | None = Field(
        default=None, max_length=200, description="The scene's class; without it, the first there."
    )


_SUBMISSION: dict[str, JsonValue] = {
    "section_id": "S3.SS1",
    "concept": "A circle becomes a square",
    "manim_code": (
        "from manim import *\n\n\nclass Morph(Scene):\n    def construct(self):\n"
        "        self.play(Transform(Circle(), Square()))\n"
    ),
    "storyboard": [
        {"narration": "A circle becomes a square.", "seconds": 1.0, "shows": "the change"}
    ],
}


class SubmitRequest(BaseModel):
    """Manim programs for sections of a paper; a bare list of them will do as well."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"visualizations": [_SUBMISSION]}, [_SUBMISSION]]}
    )

    visualizations: list[SceneSubmission]

    @model_validator(mode="before")
    @classmethod
    def _of_bare_list(cls, given: object) -> object:
        return {"visualizations": given} if isinstance(given, list) else given


class SubmittedSceneSummary(BaseModel):
    """What a submitted scene is called."""

    section_id: str
    concept: str
    scene_id: str = Field(description="The `scene_id` of its visualization, once it is made.")
    scene_name: str | None


class SubmitAnswer(ProcessAnswer):
    """The job that puts a change of the submitted scenes in force."""

    model_config = _example(
        job_id=_JOB_ID,
        arxiv_id=_ARXIV_ID,
        paper_id=_ARXIV_ID,
        status="queued",
        message="1 scene was handed in.",
        accepted=[
            {
                "section_id": "S3.SS1",
                "concept": "A circle becomes a square",
                "scene_id": "submitted-0123456789ab",
                "scene_name": None,
            }
        ],
        withdrawn=[],
    )

    accepted: list[SubmittedSceneSummary] = Field(description="What was handed in now.")
    withdrawn: list[SubmittedSceneSummary] = Field(description="What it replaced, or took back.")


class SubmittedSceneAnswer(SubmittedSceneSummary):
    """A submitted scene, whole."""

    manim_code: str
    storyboard: list[Beat]


class SubmissionsAnswer(BaseModel):
    """The scenes that are handed in for a paper."""

    model_config = _example(
        arxiv_id=_ARXIV_ID,
        paper_id=_ARXIV_ID,
        visualizations=[
            {**_SUBMISSION, "scene_id": "submitted-0123456789ab", "scene_name": None},
        ],
        in_force=True,
    )

    arxiv_id: str
    paper_id: str
    visualizations: list[SubmittedSceneAnswer]
    in_force: bool = Field(description="Whether the paper's last run has taken them.")


class PaperSummary(BaseModel):
    """A paper in the list."""

    paper_id: str
    id: str
    title: str
    authors: list[str]
    visualization_count: int = Field(description="Videos that can be watched.")
    failed_count: int = Field(description="Sections whose video failed.")
    processed_at: datetime


class PaperPage(BaseModel):
    """One page of the list of papers, newest first."""

    model_config = _example(
        papers=[
            {
                "paper_id": _ARXIV_ID,
                "id": _ARXIV_ID,
                "title": _TITLE,
                "authors": _AUTHORS,
                "visualization_count": 7,
                "failed_count": 0,
                "processed_at": _TIME,
            }
        ],
        total=1,
        limit=50,
        offset=0,
    )

    papers: list[PaperSummary]
    total: int = Field(description="How many papers there are, on all pages.")
    limit: int
    offset: int


class VideoAddress(BaseModel):
    """Where a video is."""

    model_config = _example(
        video_id=_VIDEO_ID,
        url=f"https://videos.example.org/videos/{_VIDEO_ID}.mp4",
        content_type="video/mp4",
    )

    video_id: str
    url: str
    content_type: str


class ServiceHealth(BaseModel):
    """Whether one thing the API needs works, and if not, what to do."""

    status: Literal["ok", "unavailable"]
    message: str


class Services(BaseModel):
    """Each thing the API needs, really asked."""

    database: ServiceHealth
    storage: ServiceHealth
    renderer: ServiceHealth
    dagster: ServiceHealth


class Health(BaseModel):
    """`ok` if every service is, else `degraded`: what does not need the missing one works on."""

    model_config = _example(
        status="ok",
        version="0.1.0",
        services={
            name: {"status": "ok", "message": "It answers."}
            for name in ("database", "storage", "renderer", "dagster")
        },
    )

    status: Literal["ok", "degraded"]
    version: str
    services: Services
