"""What an operator sees of each asset in the Dagster UI.

Dagster's page: https://docs.dagster.io/guides/build/assets/metadata-and-tags
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.models import Paper, PaperDocument, SceneScript, Section, Video

Metadata = Mapping[str, dg.MetadataValue | str | int | float]


def of_document(document: PaperDocument) -> Metadata:
    """Describe a fetched paper."""
    paper = document.paper
    return {
        catalog.TITLE: paper.title,
        catalog.AUTHORS: dg.MetadataValue.json(list(paper.authors)),
        "version": paper.version or "unknown",
        "primary_category": paper.primary_category,
        "licence": paper.licence or "unknown",
        "source_format": paper.source_format,
        **_rejected(document),
        "document_bytes": len(document.content),
        "document": _link(document.url),
        "pdf": dg.MetadataValue.url(paper.pdf_url),
    }


def _rejected(document: PaperDocument) -> Metadata:
    rows = [
        dg.TableRecord({"format": rejected.source_format, "why not": rejected.reason})
        for rejected in document.rejected
    ]
    return _table("better_formats", rows)


def of_sections(sections: Sequence[Section]) -> Metadata:
    """Describe a paper's sections, as a table."""
    rows = [
        dg.TableRecord(
            {
                "section": section.id,
                "title": section.title,
                "level": section.level,
                "role": section.role,
                "equations": len(section.equations),
                "characters": len(section.content),
            }
        )
        for section in sections
    ]
    return {
        "section_count": len(sections),
        "equation_count": sum(len(section.equations) for section in sections),
        **_table("sections", rows),
    }


def of_scene_scripts(scripts: Sequence[SceneScript]) -> Metadata:
    """Describe a paper's scene scripts, and every check that found something."""
    rows = [
        dg.TableRecord(
            {
                "scene": script.id,
                "concept": script.concept,
                "origin": script.origin,
                "seconds": round(_seconds(script), 1),
                "findings": "; ".join(_findings(script)),
            }
        )
        for script in scripts
    ]
    return {
        "scene_count": len(scripts),
        "planned_seconds": round(sum(map(_seconds, scripts)), 1),
        "findings_count": sum(len(_findings(script)) for script in scripts),
        **_table("scene_scripts", rows),
    }


@dataclass(frozen=True, slots=True)
class VideoLinks:
    """Where the API serves stored files.

    The store's own addresses are not for the catalog: signed ones expire.
    """

    public_url: str

    def video(self, video: Video) -> str:
        """Return where the video plays, or an empty text if it has none."""
        return self._address(video, "")

    def poster(self, video: Video) -> str:
        """Return where the poster is, or an empty text if there is none."""
        return self._address(video, "/poster")

    def _address(self, video: Video, what: str) -> str:
        if video.key is None:
            return ""
        return f"{self.public_url.rstrip('/')}/api/video/{video.id}{what}"


def of_videos(
    paper: Paper, scripts: Sequence[SceneScript], videos: Sequence[Video], links: VideoLinks
) -> Metadata:
    """Describe a paper's videos: a table of them, and one to look at."""
    complete = [video for video in videos if video.status == "complete"]
    rows = [
        dg.TableRecord(
            {
                "scene": script.id,
                "concept": script.concept,
                "status": video.status,
                "seconds": round(video.duration_seconds or 0.0, 1),
                "render_seconds": round(video.render_seconds or 0.0, 1),
                "error": "" if video.error is None else video.error.message,
                "video": links.video(video),
            }
        )
        for script, video in zip(scripts, videos, strict=True)
    ]
    return {
        catalog.TITLE: paper.title,
        catalog.AUTHORS: dg.MetadataValue.json(list(paper.authors)),
        catalog.COMPLETE_COUNT: len(complete),
        catalog.FAILED_COUNT: len(videos) - len(complete),
        "duration_seconds": round(sum(video.duration_seconds or 0.0 for video in complete), 1),
        "render_seconds": round(sum(video.render_seconds or 0.0 for video in complete), 1),
        "size_bytes": sum(video.size_bytes or 0 for video in complete),
        **_table("videos", rows),
        **_preview(complete, links),
    }


def _preview(complete: Sequence[Video], links: VideoLinks) -> Metadata:
    if not complete:
        return {}
    video = complete[0]
    picture = f"[![{video.concept}]({links.poster(video)})]({links.video(video)})"
    return {"preview": dg.MetadataValue.md(picture)}


def _findings(script: SceneScript) -> list[str]:
    return [finding.message for check in script.checks for finding in check.findings]


def _seconds(script: SceneScript) -> float:
    return sum(beat.seconds for beat in script.storyboard)


def _link(url: str) -> dg.MetadataValue[str]:
    is_web = url.startswith(("http://", "https://"))
    return dg.MetadataValue.url(url) if is_web else dg.MetadataValue.text(url)


def _table(name: str, rows: Sequence[dg.TableRecord]) -> Metadata:
    # Dagster refuses a table without rows unless its schema is given; an empty one tells nothing.
    return {name: dg.MetadataValue.table(records=rows)} if rows else {}
