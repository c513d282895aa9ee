"""The values that travel between the parts, from paper to video."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from arxiviz_pipeline.domain.errors import RenderErrorKind
from arxiviz_pipeline.domain.llm_usage import LlmUsage

SourceFormat = Literal["html", "ar5iv", "latex", "pdf", "abstract"]
Role = Literal["abstract", "body", "appendix", "acknowledgements", "references"]
Quality = Literal["low", "medium", "high"]
VideoStatus = Literal["pending", "rendering", "complete", "failed"]
ConceptType = Literal[
    "equation_walkthrough",
    "derivation",
    "definition",
    "algorithm",
    "data_flow",
    "comparison",
    "plot",
    "matrix_operation",
    "key_points",
]
Severity = Literal["error", "warning"]
GateName = Literal[
    "policy",  # it parses, and uses nothing but what a scene may use
    "formulas",  # every formula it spells out compiles
    "rehearsal",  # it runs to its end without drawing
    "layout",  # what it shows can be seen and read in time
    "equations",  # every display equation of the section is shown, or named
]
LayoutFindingKind = Literal["off_frame", "overlap", "too_small", "empty", "pacing"]
FindingKind = RenderErrorKind | LayoutFindingKind | Literal["policy", "missing_equation"]
Remedy = Literal[
    "mends",  # our own rules changed the code
    "llm",  # the LLM wrote it anew
    "template",  # the template writer's script took its place
    "simple_template",  # a simpler one
    "title_card",  # the section's title and key points
]


@dataclass(frozen=True, slots=True)
class Paper:
    """What arXiv says of a paper.

    Attributes:
        arxiv_id: The id as asked, in canonical form; the partition key.
        version: The version that was fetched, counted from 1.
        categories: The primary category first.
        licence: The licence's address, where arXiv tells it.
        source_format: Where sections were read from.
    """

    arxiv_id: str
    version: int | None
    title: str
    authors: tuple[str, ...]
    abstract: str
    primary_category: str
    categories: tuple[str, ...]
    published: datetime | None
    updated: datetime | None
    licence: str | None
    pdf_url: str
    html_url: str
    source_format: SourceFormat


@dataclass(frozen=True, slots=True)
class RejectedFormat:
    """A better format of a paper than the chosen one, and why it was not that.

    Attributes:
        reason: A sentence: `arxiv.org has no page of it.`
    """

    source_format: SourceFormat
    reason: str


@dataclass(frozen=True, slots=True)
class PaperDocument:
    """A paper with the document its sections are read from.

    Attributes:
        content: The document's bytes, as served.
        media_type: What they are, such as `text/html`.
        url: Where they came from; links inside are relative to it.
        rejected: The formats that were tried before, best first.
    """

    paper: Paper
    content: bytes
    media_type: str
    url: str
    rejected: tuple[RejectedFormat, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    r"""One section of a paper.

    Attributes:
        id: Stable within a paper, from one run to the next.
        title: Without its number; may hold inline math as `$…$`.
        level: 1 is a section, 2 a subsection, and so on.
        order_index: The place in reading order, counted from 0.
        parent_id: The section this one is part of, or None at the top.
        content: Markdown of this section alone, without its subsections: inline math as
            `$…$`, display blocks in their place as `$$…$$`.
        equations: LaTeX of each display block in order, each compilable as it stands inside an
            amsmath display; several rows are one `aligned`.
    """

    id: str
    title: str
    level: int
    order_index: int
    parent_id: str | None
    role: Role
    content: str
    equations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing said and shown in a scene.

    Attributes:
        narration: What is said: a sentence of plain text, the caption of this beat.
        seconds: How long it lasts.
        shows: What is seen meanwhile, in a few words; empty where nobody said.
    """

    narration: str
    seconds: float
    shows: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a gate found in a script.

    Attributes:
        severity: `error` where the script gives no video, or none that should be seen; `warning`
            where it is worth knowing.
        line: The line of the script, counted from 1, where it is known.
        at_seconds: When in the scene it is seen, for findings about its pictures.
        excerpt: The lines around it, each with its number; empty where no line is known.
        remedy: What to do about it.
    """

    kind: FindingKind
    message: str
    severity: Severity = "error"
    line: int | None = None
    at_seconds: float | None = None
    excerpt: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What a gate looked at, and what it found.

    Attributes:
        passed: Whether there is no finding of severity `error`.
        message: The result in a sentence.
    """

    name: GateName
    passed: bool
    message: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to mend a script that failed.

    Attributes:
        failure: What it had failed by.
        excerpt: The lines around it, each with its number.
        remedy: What was tried.
        changes: What was changed, a sentence each.
        passed: Whether the outcome passed the gates.
        failed_digest: Names the code that had failed, so that it is not tried again; empty in
            records of former versions.
    """

    failure: Finding
    excerpt: str
    remedy: Remedy
    changes: tuple[str, ...]
    passed: bool
    failed_digest: str = ""


@dataclass(frozen=True, slots=True)
class SceneScript:
    """A Manim program for one section.

    Attributes:
        id: Stable within a paper, from one run to the next.
        concept: What the scene is about, in a few words.
        storyboard: The beats in order; their seconds add up to the video's length.
        manim_code: The program, a Python module.
        scene_name: The class in it to render; empty where nothing but running it tells.
        origin: `template`, `llm:<model>` or `submitted`.
        checks: What was checked before rendering, in the order of the gates.
        concept_type: What kind of scene it is.
        attempts: How it came to be what it is, where an earlier script of this scene failed.
        llm_usage: What an LLM did for it, whether or not the script is the LLM's in the end.
        animation_count: Calls of `play` and `wait`, where the script was run without drawing.
    """

    id: str
    section_id: str
    concept: str
    storyboard: tuple[Beat, ...]
    manim_code: str
    scene_name: str
    origin: str
    checks: tuple[Check, ...]
    concept_type: ConceptType = "key_points"
    attempts: tuple[Attempt, ...] = ()
    llm_usage: LlmUsage | None = None
    animation_count: int | None = None


@dataclass(frozen=True, slots=True)
class SubmittedScene:
    """A Manim program that somebody wrote for a section of a paper.

    Attributes:
        storyboard: May be empty; captions come from it.
        scene_name: The class to render; None leaves it to the script, if it has one.
    """

    section_id: str
    concept: str
    manim_code: str
    storyboard: tuple[Beat, ...] = ()
    scene_name: str | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What running a script without drawing has shown.

    Attributes:
        error: Why it gives no video; None if it would give one.
        layout: What is wrong with its pictures; empty if the script failed before the first.
        duration_seconds: How long the video would be, as far as the script came.
        animation_count: Calls of `play` and `wait`.
        is_blank: Whether nothing is ever seen, of which `layout` tells too.
        scene_name: Which scene it was, as the script tells; None if it came to none.
    """

    error: Finding | None
    layout: tuple[Finding, ...]
    duration_seconds: float
    animation_count: int
    is_blank: bool = False
    scene_name: str | None = None


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """How a scene is to be rendered.

    Attributes:
        quality: See `QUALITIES` for what it means.
        timeout_seconds: Wall time after which the render is ended.
        assets: Files that the script may use, such as pictures, by their names: of this machine's
            own it sees none. A name is a relative path with slashes.
        limit_seconds: How long the video may be; a longer one ends as soon as that is known.
    """

    quality: Quality = "medium"
    timeout_seconds: float = 300.0
    assets: Mapping[str, bytes] = field(default_factory=dict, hash=False, repr=False)
    limit_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class RenderProgress:
    """How far a render is.

    Attributes:
        animations_done: Calls of `play` and `wait` that are over.
        animations_total: How many there will be; None where nobody has counted.
        seconds: Of video that are drawn.
    """

    animations_done: int
    animations_total: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """Size in pixels and rate in frames per second of a video."""

    width: int
    height: int
    frame_rate: int


QUALITIES: dict[Quality, FrameFormat] = {  # Manim's own low, medium and high
    "low": FrameFormat(854, 480, 15),
    "medium": FrameFormat(1280, 720, 30),
    "high": FrameFormat(1920, 1080, 60),
}


@dataclass(frozen=True, slots=True)
class RenderedScene:
    """What a renderer gives back.

    Attributes:
        mp4: H.264 in yuv420p with the index first, so that browsers play it at once.
        poster: A JPEG still of the same size.
        captions: WebVTT.
        render_seconds: Wall time the render took.
        notices: What is not as the script asks for, such as a font; one sentence each.
        other_scenes: Those of the script that might have been rendered instead, in source order.
        cost_usd: What the render cost, where that is paid for by the second.
    """

    mp4: bytes
    poster: bytes
    captions: str
    scene_name: str
    duration_seconds: float
    width: int
    height: int
    frame_rate: float
    render_seconds: float
    notices: tuple[str, ...] = ()
    other_scenes: tuple[str, ...] = ()
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class VideoError:
    """Why a video failed.

    Attributes:
        line: Of the script, counted from 1, where it is known.
        excerpt: The lines around it, each with its number; empty where none is known.
        remedy: What to do about it; empty in records of former versions, as is the excerpt.
    """

    kind: RenderErrorKind
    message: str
    line: int | None = None
    excerpt: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Video:
    """A section's video, made or not.

    Attributes:
        id: Made of everything that decides the video's pixels; see `video_ids`.
        key: The MP4's object key; None unless the status is complete, as the following ones.
        error: Set if and only if the status is failed.
        repaired_script: What it was made from, where the scene's own script failed to render.
        script_key: The object key of the program; None of videos made before it was kept.
        notices: What is not as the script asks for, such as a font; one sentence each.
        render_cost_usd: What its renders cost, those that failed as well, where they are paid for
            by the second.
    """

    id: str
    section_id: str
    scene_id: str
    concept: str
    status: VideoStatus
    quality: Quality
    renderer: str
    key: str | None = None
    poster_key: str | None = None
    captions_key: str | None = None
    duration_seconds: float | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    render_seconds: float | None = None
    error: VideoError | None = None
    repaired_script: SceneScript | None = None
    script_key: str | None = None
    notices: tuple[str, ...] = ()
    render_cost_usd: float | None = None
