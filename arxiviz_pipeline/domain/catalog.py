"""Names that the pipeline writes and the API reads: assets, tags, metadata, object keys."""

from hashlib import sha256
from typing import Final

from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.repairs import REPAIRS_REVISION

ARXIV_PAPERS: Final = "arxiv_papers"
"""The dynamic partitions definition: one partition per arXiv id."""

PAPERS: Final = "papers"
SECTIONS: Final = "sections"
SCENE_SCRIPTS: Final = "scene_scripts"
VIDEOS: Final = "videos"
ASSETS: Final = (PAPERS, SECTIONS, SCENE_SCRIPTS, VIDEOS)
"""In the order a run makes them."""
SUBMITTED_SCENES: Final = "submitted_scenes"
"""What people hand in; no run makes it, whoever stores it observes it."""

STEP_TITLES: Final = {
    PAPERS: "Fetching the paper",
    SECTIONS: "Splitting it into sections",
    SCENE_SCRIPTS: "Writing scenes",
    VIDEOS: "Rendering videos",
}

PAPER_VIDEOS_JOB: Final = "paper_videos"
CODE_LOCATION: Final = "arxiviz"

PARTITION_TAG: Final = "dagster/partition"  # Dagster's own
DATA_VERSION_TAG: Final = "dagster/data_version"  # Dagster's own
QUALITY_TAG: Final = "arxiviz/quality"
FORCE_TAG: Final = "arxiviz/force"
PROCESS_TAG: Final = "arxiviz/process"
"""On runs of the command line: the process that executes them."""

ERROR_CODE: Final = "error_code"
"""Text, in the metadata of a failed step: the `code` of the error that it failed of."""

# Metadata of observations of the `scene_scripts` asset, made while a run is under way.
SCRIPTS_TOTAL: Final = "scripts_total"
"""Int: how many scripts this run will write; told once, before the first."""
SCRIPT_FINISHED: Final = "script_finished"
"""Text: the scene id of a script that is done."""

# Metadata of materializations of the `scene_scripts` asset.
SUBMISSIONS_VERSION: Final = "submissions_version"
"""Text: which state of the paper's submissions these scripts were made with."""

# Metadata of observations of the `videos` asset, made while a run is under way.
SCENES_TOTAL: Final = "scenes_total"
"""Int: how many scenes this run will render; told once, before the first."""
SCENE_STARTED: Final = "scene_started"
"""Text: the scene id whose render starts."""
SCENE_VIDEO: Final = "scene_video"
"""JSON: the Video of a scene that ended, well or badly."""

# Metadata of materializations of the `videos` asset, enough to list papers.
TITLE: Final = "title"
"""Text: the paper's title; AUTHORS is JSON, a list of names."""
AUTHORS: Final = "authors"
COMPLETE_COUNT: Final = "complete_count"
FAILED_COUNT: Final = "failed_count"


def paper_key(arxiv_id: ArxivId) -> str:
    """The paper's metadata, JSON."""
    return f"papers/{arxiv_id.slug}/paper.json"


def document_key(arxiv_id: ArxivId) -> str:
    """The document the sections are read from, as served."""
    return f"papers/{arxiv_id.slug}/document"


def sections_key(arxiv_id: ArxivId) -> str:
    """The paper's sections, Parquet."""
    return f"papers/{arxiv_id.slug}/sections.parquet"


def scene_scripts_key(arxiv_id: ArxivId) -> str:
    """The paper's scene scripts, JSON."""
    return f"papers/{arxiv_id.slug}/scene_scripts.json"


def submitted_scenes_key(arxiv_id: ArxivId) -> str:
    """The scenes that were handed in for the paper, JSON."""
    return f"papers/{arxiv_id.slug}/submitted_scenes.json"


def llm_spending_key(arxiv_id: ArxivId) -> str:
    """What has been spent on the paper's scripts by asking an LLM, JSON."""
    return f"papers/{arxiv_id.slug}/llm_spending.json"


def videos_key(arxiv_id: ArxivId) -> str:
    """The list of the paper's videos, JSON; the videos themselves lie under `video_key`."""
    return f"papers/{arxiv_id.slug}/videos.json"


def video_key(video_id: str) -> str:
    """An MP4, which never changes under its key."""
    return f"videos/{video_id}.mp4"


def poster_key(video_id: str) -> str:
    """A video's still, JPEG."""
    return f"videos/{video_id}.jpg"


def captions_key(video_id: str) -> str:
    """A video's captions, WebVTT."""
    return f"videos/{video_id}.vtt"


def script_key(video_id: str) -> str:
    """The Manim program that a video was made from."""
    return f"videos/{video_id}.py"


def video_record_key(video_id: str) -> str:
    """What is known of a finished video, JSON; written last, so it says the rest is there."""
    return f"videos/{video_id}.json"


def repair_key(video_id: str) -> str:
    """The script that took the place of the one whose video would have this id, JSON.

    Another for each revision of the repairs: a title card of former ones is not kept for ever.
    """
    return f"repairs/{video_id}-r{REPAIRS_REVISION}.json"


def llm_answer_key(digest: str) -> str:
    """What an LLM answered to a question of this digest, kept so that it isn't paid twice."""
    return f"llm/{digest[:2]}/{digest}.json"


def modal_call_key(digest: str) -> str:
    """The call on Modal that is under way for a scene of this digest."""
    return f"modal-calls/{digest[:2]}/{digest}.json"


def answer_key(url: str) -> str:
    """What a service answered at an address, kept so that it isn't asked again too soon."""
    digest = sha256(url.encode()).hexdigest()
    return f"answers/{digest[:2]}/{digest}"
