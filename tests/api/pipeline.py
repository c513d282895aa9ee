"""A pipeline that tells Dagster what the real one does, and costs nothing.

It makes the same records and events: two scenes, of which the second fails for papers of
January 2024. A file `hold-<point>` in its home makes it wait at that point, as long as it is there;
a file `interrupt-<point>` interrupts it there, as Ctrl-C does.
"""

import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import dagster as dg
from pydantic import TypeAdapter

from arxiviz_pipeline.defs.failures import explained
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import (
    ArxivizError,
    InvalidArxivIdError,
    LicenceError,
    NotAnnouncedError,
    PaperFormatError,
    PaperNotFoundError,
    PaperWithdrawnError,
    SourceUnavailableError,
    VersionNotFoundError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.llm_usage import LlmUsage
from arxiviz_pipeline.domain.models import (
    Beat,
    Check,
    Finding,
    Paper,
    PaperDocument,
    Quality,
    SceneScript,
    Section,
    SubmittedScene,
    Video,
    VideoError,
)
from arxiviz_pipeline.domain.submissions import submissions_version, submitted_script
from arxiviz_pipeline.domain.video_ids import video_id
from arxiviz_pipeline.storage.config import StorageSettings
from arxiviz_pipeline.storage.open_store import open_object_store
from arxiviz_pipeline.storage.records import (
    read_scene_scripts,
    read_submitted_scenes,
    write_document,
    write_scene_scripts,
    write_sections,
    write_videos,
)

ABSENT = "2401.99999"
REFUSED: dict[str, ArxivizError] = {
    ABSENT: PaperNotFoundError(f"arXiv has no paper {ABSENT}."),
    "2401.00001v9": VersionNotFoundError("Its newest version is 7."),
    "2612.00001": NotAnnouncedError("Ask again tomorrow."),
    "0902.4054": PaperWithdrawnError("Its authors took it back."),
    "1706.00001": LicenceError("Its licence allows no derivative works."),
    "math/0303004": PaperFormatError("Its source is encrypted."),
    "math/0301999": InvalidArxivIdError("arXiv refuses the id."),
    "2401.00009": SourceUnavailableError("arXiv is down."),
}
ASSET_JOB = "__ASSET_JOB"  # Dagster's own, for what is materialized in its UI
MP4 = bytes(range(256)) * 40
RENDERER = "fake-1"
STORYBOARD = (Beat("It begins.", 2.5, "title"), Beat("It ends.", 3.0, "a formula"))
FINDING = Finding(
    "overlap",
    "A label touches a formula.",
    "warning",
    at_seconds=1.5,
    excerpt=">    3 Text()",
    remedy="Move the label.",
)
_VIDEO = TypeAdapter(Video)
_PAPERS = dg.DynamicPartitionsDefinition(name=catalog.ARXIV_PAPERS)
_HOLD_SECONDS = 60.0


class VideosConfig(dg.Config):
    quality: str | None = None
    force: bool = False


def make_paper(arxiv_id: str) -> Paper:
    return Paper(
        arxiv_id=arxiv_id,
        version=2,
        title=f"On the matter of {arxiv_id}",
        authors=("Ada Lovelace", "Émilie du Châtelet"),
        abstract="We show what there is to show.",
        primary_category="cs.LG",
        categories=("cs.LG", "stat.ML"),
        published=None,
        updated=None,
        licence="http://creativecommons.org/licenses/by/4.0/",
        pdf_url=f"https://arxiv.org/pdf/{arxiv_id}",
        html_url=f"https://arxiv.org/html/{arxiv_id}",
        source_format="html",
    )


def make_sections() -> list[Section]:
    text = "The error is a **weighted** sum, see [1](#bib1). The rest follows $a_i b_j$.\n\n$$x$$"
    return [
        Section("S1", "Introduction", 1, 0, None, "body", text, ()),
        Section("S2", "Method", 1, 1, None, "body", text, ("x = 1", "y = 2")),
        Section("S2.SS1", "Details", 2, 2, "S2", "body", "", ()),
    ]


def settings(home: Path) -> StorageSettings:
    return StorageSettings.model_validate({"ARXIVIZ_HOME": home})


def make_scripts(submitted: Sequence[SubmittedScene] = ()) -> list[SceneScript]:
    given = {scene.section_id for scene in submitted}
    scripts = [_make_script(name) for name in ("S1", "S2") if name not in given]
    return scripts + [submitted_script(scene, scene.scene_name or "A") for scene in submitted]


def make_videos(
    arxiv_id: ArxivId, quality: str, scripts: Sequence[SceneScript] | None = None
) -> list[Video]:
    fails = arxiv_id.number.startswith("2401.")
    return [
        _make_video(arxiv_id, script, quality, fails=fails and script.section_id == "S2")
        for script in (make_scripts() if scripts is None else scripts)
    ]


def video_id_of(arxiv_id: str, section_id: str, quality: Quality = "medium") -> str:
    """Name the video that this pipeline makes of a section."""
    return video_id(ArxivId.parse(arxiv_id), _make_script(section_id), quality, RENDERER)


def definitions(home: Path) -> dg.Definitions:
    store = open_object_store(settings(home))

    @dg.asset(partitions_def=_PAPERS)
    def papers(context: dg.AssetExecutionContext) -> None:
        _hold(home, "papers")
        arxiv_id = ArxivId.parse(context.partition_key)
        with explained():
            if refusal := REFUSED.get(str(arxiv_id)):
                raise refusal from KeyError(ABSENT)
        document = PaperDocument(make_paper(str(arxiv_id)), b"<html>", "text/html", "file:///x")
        write_document(store, arxiv_id, document)

    @dg.asset(partitions_def=_PAPERS, deps=[papers])
    def sections(context: dg.AssetExecutionContext) -> None:
        _hold(home, "sections")
        write_sections(store, ArxivId.parse(context.partition_key), make_sections())

    @dg.asset(partitions_def=_PAPERS, deps=[sections])
    def scene_scripts(context: dg.AssetExecutionContext) -> dg.MaterializeResult[object]:
        arxiv_id = ArxivId.parse(context.partition_key)
        submitted = read_submitted_scenes(store, arxiv_id)
        scripts = make_scripts(submitted)
        _observe(context, catalog.SCENE_SCRIPTS, {catalog.SCRIPTS_TOTAL: len(scripts)})
        for script in scripts:
            _hold(home, f"script-{script.id}")
            _observe(context, catalog.SCENE_SCRIPTS, {catalog.SCRIPT_FINISHED: script.id})
        _hold(home, "scene_scripts")
        write_scene_scripts(store, arxiv_id, scripts)
        return dg.MaterializeResult(
            metadata={catalog.SUBMISSIONS_VERSION: submissions_version(submitted)}
        )

    @dg.asset(partitions_def=_PAPERS, deps=[scene_scripts])
    def videos(
        context: dg.AssetExecutionContext, config: VideosConfig
    ) -> dg.MaterializeResult[object]:
        arxiv_id = ArxivId.parse(context.partition_key)
        scripts = read_scene_scripts(store, arxiv_id)
        made = make_videos(arxiv_id, config.quality or "medium", scripts)
        _observe(context, catalog.VIDEOS, {catalog.SCENES_TOTAL: len(made)})
        for script, video in zip(scripts, made, strict=True):
            _observe(context, catalog.VIDEOS, {catalog.SCENE_STARTED: video.scene_id})
            _hold(home, video.scene_id)
            if video.key is not None:
                store.put(video.key, MP4, content_type="video/mp4", immutable=True)
                store.put(catalog.poster_key(video.id), b"jpeg", content_type="image/jpeg")
                store.put(catalog.captions_key(video.id), b"WEBVTT\n", content_type="text/vtt")
                code = script.manim_code.encode()
                store.put(catalog.script_key(video.id), code, content_type="text/x-python")
            told = dg.MetadataValue.json(_VIDEO.dump_python(video, mode="json"))
            _observe(context, catalog.VIDEOS, {catalog.SCENE_VIDEO: told})
        _hold(home, "end")
        write_videos(store, arxiv_id, made)
        paper = make_paper(str(arxiv_id))
        complete_count = sum(video.status == "complete" for video in made)
        return dg.MaterializeResult(
            metadata={
                catalog.TITLE: paper.title,
                catalog.AUTHORS: dg.MetadataValue.json(list(paper.authors)),
                catalog.COMPLETE_COUNT: complete_count,
                catalog.FAILED_COUNT: len(made) - complete_count,
            }
        )

    assets = [papers, sections, scene_scripts, videos]
    job = dg.define_asset_job(
        catalog.PAPER_VIDEOS_JOB, selection=assets, executor_def=dg.in_process_executor
    )
    return dg.Definitions(assets=assets, jobs=[job])


def process(
    instance: dg.DagsterInstance,
    home: Path,
    arxiv_id: str,
    quality: str | None = None,
    assets: Sequence[str] | None = None,
    tags: Mapping[str, str] | None = None,
) -> str:
    """Run the whole pipeline for one paper in this process; return the run's id.

    With `assets`, run those alone, as Dagster's UI does: in a job that has them all.
    """
    instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, [arxiv_id])
    silence = {"console": {"config": {"log_level": "CRITICAL"}}}
    ops = {"videos": {"config": {"quality": quality}}} if quality else {}
    quality_tag = {catalog.QUALITY_TAG: quality} if quality else {}
    defs = definitions(home)
    result = defs.resolve_job_def(
        ASSET_JOB if assets else catalog.PAPER_VIDEOS_JOB
    ).execute_in_process(
        instance=instance,
        partition_key=arxiv_id,
        raise_on_error=False,
        run_config={"ops": ops, "loggers": silence},
        asset_selection=[dg.AssetKey(name) for name in assets] if assets else None,
        tags={**quality_tag, **(tags or {})},
    )
    return result.run_id


def _make_script(section_id: str) -> SceneScript:
    return SceneScript(
        id=section_id,
        section_id=section_id,
        concept=f"The idea of {section_id}",
        storyboard=STORYBOARD,
        manim_code=f"class {section_id}(Scene): ...",
        scene_name=section_id,
        origin="llm:some-model",
        checks=(Check("layout", True, "There is one finding.", (FINDING,)),),
        concept_type="derivation",
        llm_usage=LlmUsage("some-model", 2, 1, 1000, 200, 0.01),
    )


def _make_video(arxiv_id: ArxivId, script: SceneScript, quality: str, *, fails: bool) -> Video:
    asked = cast("Quality", quality)
    name = video_id(arxiv_id, script, asked, RENDERER)
    told = ("Undefined control sequence.", 12, ">   12 MathTex()", "Mend the formula.")
    failure = VideoError("latex", *told) if fails else None
    return Video(
        id=name,
        section_id=script.section_id,
        scene_id=script.id,
        concept=script.concept,
        status="failed" if fails else "complete",
        quality=asked,
        renderer=RENDERER,
        key=None if fails else catalog.video_key(name),
        poster_key=None if fails else catalog.poster_key(name),
        captions_key=None if fails else catalog.captions_key(name),
        script_key=None if fails else catalog.script_key(name),
        duration_seconds=None if fails else 17.9,
        error=failure,
        notices=() if fails else ("Another font was taken.",),
    )


def _observe(
    context: dg.AssetExecutionContext,
    asset: str,
    metadata: Mapping[str, int | str | dg.MetadataValue],
) -> None:
    context.log_event(
        dg.AssetObservation(
            asset_key=asset, partition=context.partition_key, metadata=dict(metadata)
        )
    )


def _hold(home: Path, point: str) -> None:
    if (home / f"interrupt-{point}").exists():
        signal.raise_signal(signal.SIGINT)
    deadline = time.monotonic() + _HOLD_SECONDS
    while (home / f"hold-{point}").exists():
        assert time.monotonic() < deadline, f"nobody let the pipeline go on at {point}"
        time.sleep(0.02)
