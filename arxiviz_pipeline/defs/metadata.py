"""What an operator sees of each asset in the Dagster UI.

Dagster's page: https://docs.dagster.io/guides/build/assets/metadata-and-tags
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.llm_usage import LlmUsage
from arxiviz_pipeline.domain.models import (
    Paper,
    PaperDocument,
    SceneScript,
    Section,
    SubmittedScene,
    Video,
)
from arxiviz_pipeline.domain.repairs import describe_attempt, repairs_of
from arxiviz_pipeline.domain.submissions import submissions_version

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


def of_scene_scripts(
    scripts: Sequence[SceneScript], submitted: Sequence[SubmittedScene] = ()
) -> Metadata:
    """Describe a paper's scene scripts: how each came to be, at what cost, what checks found."""
    rows = [
        dg.TableRecord(
            {
                "scene": script.id,
                "concept": script.concept,
                "type": script.concept_type,
                "origin": script.origin,
                "seconds": round(_seconds(script), 1),
                "attempts": "; ".join(map(describe_attempt, script.attempts)),
                "llm_tokens": 0 if script.llm_usage is None else _tokens(script.llm_usage),
                "llm_cost_usd": _cost(script.llm_usage),
                "findings": "; ".join(_findings(script)),
            }
        )
        for script in scripts
    ]
    usages = [script.llm_usage for script in scripts if script.llm_usage is not None]
    costs = [usage.cost_usd for usage in usages if usage.cost_usd is not None]
    return {
        "scene_count": len(scripts),
        "submitted_count": sum(script.origin == "submitted" for script in scripts),
        "repaired_count": sum(bool(script.attempts) for script in scripts),
        "planned_seconds": round(sum(map(_seconds, scripts)), 1),
        "findings_count": sum(len(_findings(script)) for script in scripts),
        "llm_requests": sum(usage.request_count for usage in usages),
        "llm_tokens": sum(map(_tokens, usages)),
        "llm_cost_usd": round(sum(costs), 6) if len(costs) == len(usages) else "unknown",
        catalog.SUBMISSIONS_VERSION: submissions_version(submitted),
        **_table("scene_scripts", rows),
    }


def _tokens(usage: LlmUsage) -> int:
    return usage.input_tokens + usage.output_tokens


def _cost(usage: LlmUsage | None) -> str:
    if usage is None:
        return ""
    return "unknown" if usage.cost_usd is None else f"{usage.cost_usd:.6f}"


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
                "render_cost_usd": _price(video),
                "error": "" if video.error is None else video.error.message,
                "repairs": "; ".join(map(describe_attempt, repairs_of(script, video))),
                "notices": "; ".join(video.notices),
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
        "repaired_count": sum(video.repaired_script is not None for video in complete),
        "duration_seconds": round(sum(video.duration_seconds or 0.0 for video in complete), 1),
        "render_seconds": round(sum(video.render_seconds or 0.0 for video in complete), 1),
        "render_cost_usd": round(sum(video.render_cost_usd or 0.0 for video in videos), 6),
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


def _price(video: Video) -> str:
    return "" if video.render_cost_usd is None else f"{video.render_cost_usd:.6f}"


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
