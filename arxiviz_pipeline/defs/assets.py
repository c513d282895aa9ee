"""The four assets, from an arXiv id to its videos.

Dagster's page: https://docs.dagster.io/guides/build/assets
"""

from enum import Enum
from threading import Event

import dagster as dg
from pydantic import Field

from arxiviz_pipeline.defs import data_versions, metadata
from arxiviz_pipeline.defs.failures import explained
from arxiviz_pipeline.defs.partitions import arxiv_papers
from arxiviz_pipeline.defs.run_events import RunEvents
from arxiviz_pipeline.defs.submitted_scenes import observation, submitted_scenes
from arxiviz_pipeline.domain.errors import InvalidArxivIdError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import (
    PaperDocument,
    Quality,
    SceneScript,
    Section,
    SubmittedScene,
    Video,
    VideoError,
)
from arxiviz_pipeline.domain.ports import (
    PaperSource,
    ProgressListener,
    ScriptMaker,
    SubmissionShelf,
)
from arxiviz_pipeline.domain.production import Repair, Studio
from arxiviz_pipeline.ingest.parsing import split_into_sections

_RETRIES = dg.RetryPolicy(max_retries=1, delay=5)  # the client has tried by itself before


class ConfiguredQuality(Enum):
    """`Quality` as Dagster's config knows choices."""

    low = "low"
    medium = "medium"
    high = "high"

    def to_quality(self) -> Quality:
        """Return the word itself."""
        return self.value


class VideosConfig(dg.Config):
    """How this run renders."""

    quality: ConfiguredQuality | None = Field(
        default=None, description="low, medium or high; without it, the pipeline's own setting."
    )
    force: bool = Field(
        default=False, description="Render every scene anew, also those that have their video."
    )
    scenes: list[str] = Field(
        default_factory=list,
        description="Ids of scenes to render anew; of the others, only what is missing.",
    )


@dg.asset(
    partitions_def=arxiv_papers,
    io_manager_key="papers_io",
    group_name="paper_videos",
    kinds={"python", "json"},
    code_version="2",
    retry_policy=_RETRIES,
)
def papers(
    context: dg.AssetExecutionContext, paper_source: dg.ResourceParam[PaperSource]
) -> dg.MaterializeResult[PaperDocument]:
    """A paper as arXiv has it: who wrote what when, and the document its text is read from."""
    with explained():
        arxiv_id = ArxivId.parse(context.partition_key)
        if str(arxiv_id) != context.partition_key:
            message = f"Partition {context.partition_key!r} is written {str(arxiv_id)!r}: add that."
            raise InvalidArxivIdError(message)
        document = paper_source.fetch(arxiv_id)
    return dg.MaterializeResult(
        value=document,
        metadata=metadata.of_document(document),
        data_version=data_versions.of_document(document),
    )


@dg.asset(
    partitions_def=arxiv_papers,
    io_manager_key="sections_io",
    group_name="paper_videos",
    kinds={"pandas", "parquet"},
    code_version="2",
)
def sections(
    context: dg.AssetExecutionContext,
    papers: PaperDocument,
    submission_shelf: dg.ResourceParam[SubmissionShelf],
) -> dg.MaterializeResult[list[Section]]:
    """A paper's sections in reading order, with their text and display equations."""
    with explained():
        found = list(split_into_sections(papers))
        arxiv_id = ArxivId.parse(context.partition_key)
        # Dagster knows that submissions have changed by an earlier look at them alone.
        context.log_event(observation(arxiv_id, submission_shelf.read(arxiv_id)))
    return dg.MaterializeResult(
        value=found,
        metadata=metadata.of_sections(found),
        data_version=data_versions.of_values(found),
    )


@dg.asset(
    partitions_def=arxiv_papers,
    io_manager_key="scene_scripts_io",
    group_name="paper_videos",
    kinds={"python", "manim"},
    code_version="2",
    deps=[submitted_scenes],
)
def scene_scripts(
    context: dg.AssetExecutionContext,
    papers: PaperDocument,
    sections: list[Section],
    script_maker: dg.ResourceParam[ScriptMaker],
    submission_shelf: dg.ResourceParam[SubmissionShelf],
    progress_listener: dg.ResourceParam[ProgressListener],
    cancelled: dg.ResourceParam[Event],
) -> dg.MaterializeResult[list[SceneScript]]:
    """A Manim program and its storyboard for each section worth a video, checked and mended.

    Of a section that somebody handed in programs for, there are these alone.
    """
    with explained():
        submitted = submission_shelf.read(ArxivId.parse(context.partition_key))
        scripts = script_maker.make_scripts(
            papers.paper,
            sections,
            _of_these_sections(submitted, sections, context),
            RunEvents(context, progress_listener),
            cancelled,
        )
    return dg.MaterializeResult(
        value=scripts,
        metadata=metadata.of_scene_scripts(scripts, submitted),
        data_version=data_versions.of_scene_scripts(scripts),
    )


def _of_these_sections(
    submitted: list[SubmittedScene], sections: list[Section], context: dg.AssetExecutionContext
) -> list[SubmittedScene]:
    # A newer version of a paper, or a better parser, may no longer have a section.
    known = {section.id for section in sections}
    for scene in submitted:
        if scene.section_id not in known:
            context.log.warning(
                "a scene was handed in for section %s, which is no more", scene.section_id
            )
    return [scene for scene in submitted if scene.section_id in known]


@dg.asset(
    partitions_def=arxiv_papers,
    io_manager_key="videos_io",
    group_name="paper_videos",
    kinds={"manim", "mp4"},
    code_version="2",
)
def videos(
    context: dg.AssetExecutionContext,
    config: VideosConfig,
    papers: PaperDocument,
    sections: list[Section],
    scene_scripts: list[SceneScript],
    script_maker: dg.ResourceParam[ScriptMaker],
    studio: dg.ResourceParam[Studio],
    progress_listener: dg.ResourceParam[ProgressListener],
    video_links: dg.ResourceParam[metadata.VideoLinks],
) -> dg.MaterializeResult[list[Video]]:
    """A paper's videos, one per scene; a scene that could not be rendered is there as failed."""
    with explained():
        made = studio.make_videos(
            ArxivId.parse(context.partition_key),
            scene_scripts,
            RunEvents(context, progress_listener),
            quality=config.quality and config.quality.to_quality(),
            anew=None if config.force else frozenset(config.scenes),
            repair=_repair(script_maker, papers, sections),
        )
    return dg.MaterializeResult(
        value=made,
        metadata=metadata.of_videos(papers.paper, scene_scripts, made, video_links),
        data_version=data_versions.of_videos(made),
    )


def _repair(maker: ScriptMaker, papers: PaperDocument, sections: list[Section]) -> Repair:
    by_id = {section.id: section for section in sections}

    def repair(
        script: SceneScript, failure: VideoError, renders_failed: int, cancelled: Event
    ) -> SceneScript | None:
        section = by_id.get(script.section_id)
        if section is None:  # of scripts that are older than these sections
            return None
        return maker.repair(papers.paper, section, script, failure, cancelled, renders_failed)

    return repair
