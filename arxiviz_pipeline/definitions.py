"""What is plugged into what: the settings become the definitions that Dagster loads."""

from functools import cache, partial
from pathlib import Path
from threading import Event
from typing import Literal

import dagster as dg

from arxiviz_pipeline.defs import assets, backfill_request, io_managers, jobs
from arxiviz_pipeline.defs.asset_checks import asset_checks
from arxiviz_pipeline.defs.metadata import VideoLinks
from arxiviz_pipeline.defs.object_store import open_store
from arxiviz_pipeline.defs.run_events import SilentListener
from arxiviz_pipeline.defs.sensors import Watch, build_sensors
from arxiviz_pipeline.defs.submitted_scenes import submitted_scenes
from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.domain.ports import (
    ObjectStore,
    PaperSource,
    ProgressListener,
    Renderer,
    ScriptMaker,
)
from arxiviz_pipeline.domain.production import Studio
from arxiviz_pipeline.ingest.arxiv.announcement_client import AnnouncementClient
from arxiviz_pipeline.ingest.arxiv.answer_cache import AnswerCache
from arxiviz_pipeline.ingest.arxiv.client import ArxivClient
from arxiviz_pipeline.ingest.best_document import BestDocument, DocumentShelf
from arxiviz_pipeline.ingest.saved_papers import SavedPapers
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from arxiviz_pipeline.rendering.manim_api import load_manim_api
from arxiviz_pipeline.rendering.modal_renderer import ModalRenderer
from arxiviz_pipeline.rendering.on_modal.calls import ModalCalls
from arxiviz_pipeline.rendering.rehearsal import LocalRehearser
from arxiviz_pipeline.rendering.scene_processes import SceneProcesses
from arxiviz_pipeline.rendering.tex.typesetter import LatexTypesetter
from arxiviz_pipeline.scenes.gates.prover import Gates
from arxiviz_pipeline.scenes.llm.open_writer import build_llm_writer
from arxiviz_pipeline.scenes.script_desk import ScriptDesk
from arxiviz_pipeline.scenes.template.writer import TemplateWriter
from arxiviz_pipeline.settings import CELERY_MISSING, Settings
from arxiviz_pipeline.storage.open_locks import open_locks
from arxiviz_pipeline.storage.submissions import StoredSubmissions
from arxiviz_pipeline.storage.video_library import StoredVideos


def build_definitions(
    settings: Settings,
    *,
    paper_source: PaperSource | None = None,
    script_maker: ScriptMaker | None = None,
    renderer: Renderer | None = None,
    object_store: ObjectStore | None = None,
    progress_listener: ProgressListener | None = None,
    cancelled: Event | None = None,
) -> dg.Definitions:
    """Plug the pipeline together as the settings say, with whatever is given instead.

    Once `cancelled` is set, a run in this process ends. Dagster ends those in others by itself.
    Nothing is connected to, started or written before a run asks for it.
    """
    store = object_store or open_store(settings)
    studio = Studio(
        renderer=renderer or build_renderer(settings, store),
        library=StoredVideos(store),
        settings=settings.render_settings(),
        concurrency=settings.render_concurrency,
        cancelled=cancelled,
    )
    announcements = AnnouncementClient.open(
        settings, settings.home / "arxiv", settings.contact, answers=AnswerCache(store)
    )
    watch = Watch(
        announcements,
        settings.watch,
        settings.watch_types,
        settings.watch_rate,
        settings.licence_policy,
    )
    return dg.Definitions(
        assets=[
            assets.papers,
            assets.sections,
            submitted_scenes,
            assets.scene_scripts,
            assets.videos,
        ],
        asset_checks=asset_checks,
        jobs=[jobs.paper_videos, backfill_request.job],
        sensors=build_sensors(watch),
        executor=_choose_executor(settings),
        loggers={"console": jobs.console_logger},
        resources={
            "paper_source": paper_source or build_paper_source(settings, store),
            "script_maker": script_maker or build_script_desk(settings, store),
            "submission_shelf": build_submissions(settings, store),
            "typesetter": scene_processes(settings.sandbox, settings.home).typesetter,
            "studio": studio,
            "object_store": store,
            "progress_listener": progress_listener or SilentListener(),
            "cancelled": cancelled or Event(),
            "video_links": VideoLinks(str(settings.public_url)),
            **io_managers.io_managers(store),
        },
    )


@cache
def scene_processes(sandbox: Literal["available", "required"], home: Path) -> SceneProcesses:
    """Return where scenes run: one place for rehearsals and renders, which share formulas."""
    typesetter = LatexTypesetter(cache_folder=home / "tex")
    return SceneProcesses(typesetter, requires_all_layers=sandbox == "required")


def _choose_executor(settings: Settings) -> dg.ExecutorDefinition:
    """Return where steps are executed: in the run's process, or by Celery's workers."""
    if settings.celery_urls is None:
        # Scenes run side by side inside their step; a process for each step only costs imports.
        return dg.in_process_executor
    try:
        from arxiviz_pipeline.defs.celery_executor import make_executor
    except ImportError as error:
        raise ConfigurationError(CELERY_MISSING) from error
    return make_executor(*settings.celery_urls)


def build_renderer(settings: Settings, store: ObjectStore | None = None) -> Renderer:
    """Return the renderer that `ARXIVIZ_RENDERER` names.

    Args:
        settings: What it is made of.
        store: Where calls that are under way on Modal are kept; by default the settings' own.
    """
    match settings.renderer:
        case "local":
            return LocalRenderer(processes=scene_processes(settings.sandbox, settings.home))
        case "modal":
            return ModalRenderer(ModalCalls(store or open_store(settings), settings), settings)


def build_script_desk(settings: Settings, store: ObjectStore) -> ScriptDesk:
    """Return the desk where scripts are written, proved and mended.

    It measures with the renderer's LaTeX, and an LLM writes if `ARXIVIZ_LLM` names one.
    """
    processes = scene_processes(settings.sandbox, settings.home)
    typesetter = processes.typesetter
    rehearser = LocalRehearser(settings.render_settings("low"), processes=processes)
    gates = Gates(partial(load_manim_api, settings.home / "manim"), typesetter, rehearser)
    return ScriptDesk(TemplateWriter(typesetter), gates, build_llm_writer(settings, store))


def build_submissions(settings: Settings, store: ObjectStore) -> StoredSubmissions:
    """Return where scenes that people hand in are kept."""
    return StoredSubmissions(store, open_locks(settings))


def build_paper_source(settings: Settings, store: ObjectStore) -> PaperSource:
    """Return arXiv, whose answers the store keeps, with the saved papers asked before it."""
    shelves: list[DocumentShelf] = [
        ArxivClient(
            settings.home / "arxiv",
            api_url=str(settings.arxiv_api_url),
            arxiv_url=str(settings.arxiv_url),
            ar5iv_url=str(settings.ar5iv_url),
            export_url=str(settings.arxiv_export_url),
            oai_url=str(settings.arxiv_oai_url),
            contact=settings.contact,
            answers=store,
            metadata_fresh_seconds=settings.arxiv_fresh_hours * 3600,
        )
    ]
    if settings.papers_dir is not None:
        shelves.insert(0, SavedPapers(settings.papers_dir))
    return BestDocument(shelves, licence_policy=settings.licence_policy)


defs = build_definitions(Settings())
