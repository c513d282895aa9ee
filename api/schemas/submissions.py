"""Scenes that people hand in."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from api.schemas.examples import ARXIV_ID, JOB_ID, example
from api.schemas.jobs import ProcessAnswer
from arxiviz_pipeline.domain.models import Beat


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

    model_config = example(
        job_id=JOB_ID,
        arxiv_id=ARXIV_ID,
        paper_id=ARXIV_ID,
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

    model_config = example(
        arxiv_id=ARXIV_ID,
        paper_id=ARXIV_ID,
        visualizations=[
            {**_SUBMISSION, "scene_id": "submitted-0123456789ab", "scene_name": None},
        ],
        in_force=True,
    )

    arxiv_id: str
    paper_id: str
    visualizations: list[SubmittedSceneAnswer]
    in_force: bool = Field(description="Whether the paper's last run has taken them.")
