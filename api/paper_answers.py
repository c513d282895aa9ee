"""Builds the answer about one paper from its stored records, once per state of them.

A run writes the records one after another. What it has not reached yet is of the run before, so
videos of sections that are no more are left out, and nothing is told of a script that is not the
one a video was made from.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from threading import Lock

from api.addresses import Addresses
from api.catalog import Catalog
from api.errors import PaperNotFoundError
from api.jobs import FinishedPaper
from api.schemas.papers import PaperAnswer, SectionAnswer, VideoFault, Visualization
from api.summaries import summarize
from arxiviz_pipeline.domain.errors import ObjectNotFoundError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.licences import read_licence
from arxiviz_pipeline.domain.models import Paper, SceneScript, Section, Video
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.domain.video_ids import video_id
from arxiviz_pipeline.storage.records import (
    read_paper,
    read_scene_scripts,
    read_sections,
    read_videos,
)

_KEPT = 128  # answers: a long paper's has some 200 kB
_Version = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """An answer's bytes and their ETag."""

    content: bytes
    etag: str


class PaperAnswers:
    """The answers about papers, built from the object store and kept; may be shared by threads."""

    def __init__(self, store: ObjectStore, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog
        self._kept: OrderedDict[tuple[str, str], tuple[_Version, Body]] = OrderedDict()
        self._lock = Lock()

    def body(self, finished: FinishedPaper, addresses: Addresses) -> Body:
        """Return the JSON about a finished paper, with addresses below the one that was asked.

        Raises:
            PaperNotFoundError: If the catalog knows the paper, but its records are gone.
        """
        key = (str(finished.arxiv_id), addresses.base)
        # Asked before the records are read: what is written meanwhile brings another version.
        version = self._catalog.records_version(finished)
        with self._lock:
            known, body = self._kept.get(key, (None, None))
        if body is None or known != version:
            body = self._build(finished, addresses)
            with self._lock:
                self._kept[key] = (version, body)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return body

    def _build(self, finished: FinishedPaper, addresses: Addresses) -> Body:
        try:
            paper = read_paper(self._store, finished.arxiv_id)
            sections = read_sections(self._store, finished.arxiv_id)
            videos = read_videos(self._store, finished.arxiv_id)
        except ObjectNotFoundError as error:
            message = (
                f"Paper {finished.arxiv_id} was processed, but its records are gone: {error} "
                "Process it again: POST /api/process."
            )
            raise PaperNotFoundError(message) from error
        answer = _paper_answer(finished, paper, sections, self._made(finished, videos), addresses)
        content = answer.model_dump_json().encode()
        return Body(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')

    def _made(
        self, finished: FinishedPaper, videos: Sequence[Video]
    ) -> list[tuple[Video, SceneScript | None]]:
        """Pair each video with the script that it was made from, where that is known."""
        try:
            scripts = read_scene_scripts(self._store, finished.arxiv_id)
        except ObjectNotFoundError:
            scripts = []
        by_id = {script.id: script for script in scripts}
        return [
            (video, video.repaired_script or _script_of(video, by_id, finished.arxiv_id))
            for video in videos
        ]


def _script_of(
    video: Video, scripts: Mapping[str, SceneScript], arxiv_id: ArxivId
) -> SceneScript | None:
    script = scripts.get(video.scene_id)
    if script is None:
        return None
    return script if video_id(arxiv_id, script, video.quality, video.renderer) == video.id else None


def _paper_answer(
    finished: FinishedPaper,
    paper: Paper,
    sections: Sequence[Section],
    made: Sequence[tuple[Video, SceneScript | None]],
    addresses: Addresses,
) -> PaperAnswer:
    section_ids = {section.id for section in sections}
    visualizations = [
        _visualization(video, script, addresses)
        for video, script in made
        if video.section_id in section_ids
    ]
    video_urls = {
        shown.section_id: shown.video_url for shown in reversed(visualizations) if shown.video_url
    }
    return PaperAnswer(
        paper_id=str(finished.arxiv_id),
        id=str(finished.arxiv_id),
        title=paper.title,
        authors=list(paper.authors),
        abstract=paper.abstract,
        pdf_url=paper.pdf_url,
        html_url=paper.html_url,
        sections=[_section_answer(section, video_urls) for section in sections],
        visualizations=visualizations,
        processed_at=finished.processed_at,
        job_id=finished.job_id,
        version=paper.version,
        categories=list(paper.categories),
        published=paper.published,
        licence=paper.licence,
        licence_name=read_licence(paper.licence).name,
        source_format=paper.source_format,
    )


def _section_answer(section: Section, video_urls: Mapping[str, str]) -> SectionAnswer:
    return SectionAnswer(
        id=section.id,
        title=section.title,
        content=section.content,
        summary=summarize(section.content),
        level=section.level,
        order_index=section.order_index,
        equations=list(section.equations),
        video_url=video_urls.get(section.id),
        parent_id=section.parent_id,
        role=section.role,
    )


def _visualization(video: Video, script: SceneScript | None, addresses: Addresses) -> Visualization:
    error = video.error
    return Visualization(
        id=video.id,
        section_id=video.section_id,
        concept=video.concept,
        status=video.status,
        video_url=addresses.video(video.id) if video.key else None,
        poster_url=addresses.poster(video.id) if video.poster_key else None,
        captions_url=addresses.captions(video.id) if video.captions_key else None,
        duration_seconds=video.duration_seconds,
        width=video.width,
        height=video.height,
        frame_rate=video.frame_rate,
        size_bytes=video.size_bytes,
        quality=video.quality,
        renderer=video.renderer,
        error=error and VideoFault.model_validate(asdict(error)),
        scene_id=video.scene_id,
        scene_name=script and script.scene_name,
        concept_type=script and script.concept_type,
        origin=script and script.origin,
        script_url=addresses.script(video.id) if video.script_key else None,
        storyboard=list(script.storyboard) if script else [],
        checks=list(script.checks) if script else [],
        attempts=list(script.attempts) if script else [],
        repaired=video.repaired_script is not None,
        notices=list(video.notices),
        llm_usage=script and script.llm_usage,
        render_cost_usd=video.render_cost_usd,
    )
