"""Papers with their sections and videos."""

from datetime import datetime

from pydantic import BaseModel, Field

from api.schemas.examples import (
    ARXIV_ID,
    AUTHORS,
    JOB_ID,
    SUMMARY,
    TIME,
    TITLE,
    VIDEO_ID,
    VIDEO_URL,
    example,
)
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
    excerpt: str = Field(description="The lines around it, numbered; empty where none is known.")
    remedy: str = Field(description="What to do about it; empty of videos made before it was kept.")


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
    notices: list[str] = Field(description="What is not as the script asks for, as a font.")
    llm_usage: LlmUsage | None = Field(description="What an LLM did for it, and at what cost.")
    render_cost_usd: float | None = Field(description="Of renders that are paid for, as Modal's.")


class PaperAnswer(BaseModel):
    """A paper, its sections and its videos."""

    model_config = example(
        paper_id=ARXIV_ID,
        id=ARXIV_ID,
        title=TITLE,
        authors=AUTHORS,
        abstract="Gradient descent is the simplest way to minimise a function: look which way is …",
        pdf_url=f"https://arxiv.org/pdf/{ARXIV_ID}",
        html_url=f"https://arxiv.org/html/{ARXIV_ID}",
        sections=[
            {
                "id": "S3.SS1",
                "title": "One Valley for Every Eigenvector",
                "content": f"{SUMMARY} …",
                "summary": SUMMARY,
                "level": 2,
                "order_index": 5,
                "equations": [r"e_{k}=\sum_{i=1}^{n}(1-\alpha\lambda_{i})^{k}c_{i}q_{i}."],
                "video_url": VIDEO_URL,
                "parent_id": "S3",
                "role": "body",
            }
        ],
        visualizations=[
            {
                "id": VIDEO_ID,
                "section_id": "S3.SS1",
                "concept": "One Valley for Every Eigenvector",
                "status": "complete",
                "video_url": VIDEO_URL,
                "poster_url": f"{VIDEO_URL}/poster",
                "captions_url": f"{VIDEO_URL}/captions",
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
                "script_url": f"{VIDEO_URL}/script",
                "storyboard": [{"narration": SUMMARY, "seconds": 5.6, "shows": "key statement"}],
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
                "notices": [],
                "llm_usage": None,
                "render_cost_usd": None,
            }
        ],
        processed_at=TIME,
        job_id=JOB_ID,
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

    model_config = example(
        papers=[
            {
                "paper_id": ARXIV_ID,
                "id": ARXIV_ID,
                "title": TITLE,
                "authors": AUTHORS,
                "visualization_count": 7,
                "failed_count": 0,
                "processed_at": TIME,
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
