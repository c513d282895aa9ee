"""Reads and writes what the assets hold: JSON for values, Parquet for sections."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Annotated, get_args

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BeforeValidator, TypeAdapter

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import ObjectNotFoundError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import (
    GateName,
    Paper,
    PaperDocument,
    RejectedFormat,
    SceneScript,
    Section,
    SubmittedScene,
    Video,
)
from arxiviz_pipeline.domain.ports import ObjectStore


@dataclass(frozen=True, slots=True)
class _PaperRecord:
    paper: Paper
    media_type: str
    url: str
    rejected: tuple[RejectedFormat, ...] = ()


def _without_foreign_checks(script: object) -> object:
    """Drop checks that no gate of today made, which records of former versions have."""
    if not isinstance(script, dict) or not isinstance(script.get("checks"), list):
        return script
    checks = [check for check in script["checks"] if check.get("name") in get_args(GateName)]
    return script | {"checks": checks}


_JSON = "application/json"
_PARQUET = "application/vnd.apache.parquet"
_PAPER = TypeAdapter(_PaperRecord)
_SECTIONS = TypeAdapter(list[Section])
_SCENE_SCRIPTS = TypeAdapter(list[Annotated[SceneScript, BeforeValidator(_without_foreign_checks)]])
_SUBMITTED_SCENES = TypeAdapter(list[SubmittedScene])
_VIDEOS = TypeAdapter(list[Video])
# Written out, so that an empty paper and a column of None have the same types as any other.
_SECTION_SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("level", pa.int32(), nullable=False),
        pa.field("order_index", pa.int32(), nullable=False),
        pa.field("parent_id", pa.string()),
        pa.field("role", pa.string(), nullable=False),
        pa.field("content", pa.string(), nullable=False),
        pa.field("equations", pa.list_(pa.string()), nullable=False),
    ]
)


def write_document(store: ObjectStore, arxiv_id: ArxivId, document: PaperDocument) -> None:
    """Write a paper's document, then its metadata: who sees the second finds the first."""
    key = catalog.document_key(arxiv_id)
    store.put(key, document.content, content_type=document.media_type)
    record = _PaperRecord(document.paper, document.media_type, document.url, document.rejected)
    store.put(catalog.paper_key(arxiv_id), _PAPER.dump_json(record, indent=1), content_type=_JSON)


def read_paper(store: ObjectStore, arxiv_id: ArxivId) -> Paper:
    """Read a paper's metadata."""
    return _PAPER.validate_json(store.get(catalog.paper_key(arxiv_id))).paper


def read_document(store: ObjectStore, arxiv_id: ArxivId) -> PaperDocument:
    """Read a paper with its document."""
    record = _PAPER.validate_json(store.get(catalog.paper_key(arxiv_id)))
    content = store.get(catalog.document_key(arxiv_id))
    return PaperDocument(record.paper, content, record.media_type, record.url, record.rejected)


def write_sections(store: ObjectStore, arxiv_id: ArxivId, sections: Sequence[Section]) -> None:
    """Write sections as one Parquet table, one row each, in reading order."""
    frame = pd.DataFrame(_SECTIONS.dump_python(list(sections)), columns=_SECTION_SCHEMA.names)
    buffer = BytesIO()
    frame.to_parquet(buffer, engine="pyarrow", index=False, schema=_SECTION_SCHEMA)
    store.put(catalog.sections_key(arxiv_id), buffer.getvalue(), content_type=_PARQUET)


def read_sections(store: ObjectStore, arxiv_id: ArxivId) -> list[Section]:
    """Read sections in reading order."""
    source = pa.BufferReader(store.get(catalog.sections_key(arxiv_id)))
    # Its threads would still hold the source when a short-lived process ends, and abort it.
    table = pq.read_table(source, use_threads=False, pre_buffer=False)
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return _SECTIONS.validate_python(rows)


def write_scene_scripts(
    store: ObjectStore, arxiv_id: ArxivId, scripts: Sequence[SceneScript]
) -> None:
    """Write a paper's scene scripts."""
    content = _SCENE_SCRIPTS.dump_json(list(scripts), indent=1)
    store.put(catalog.scene_scripts_key(arxiv_id), content, content_type=_JSON)


def read_scene_scripts(store: ObjectStore, arxiv_id: ArxivId) -> list[SceneScript]:
    """Read a paper's scene scripts."""
    return _SCENE_SCRIPTS.validate_json(store.get(catalog.scene_scripts_key(arxiv_id)))


def write_submitted_scenes(
    store: ObjectStore, arxiv_id: ArxivId, scenes: Sequence[SubmittedScene]
) -> None:
    """Write what was handed in for a paper, all of it."""
    content = _SUBMITTED_SCENES.dump_json(list(scenes), indent=1)
    store.put(catalog.submitted_scenes_key(arxiv_id), content, content_type=_JSON)


def read_submitted_scenes(store: ObjectStore, arxiv_id: ArxivId) -> list[SubmittedScene]:
    """Read what was handed in for a paper; nothing is where nothing ever was."""
    try:
        content = store.get(catalog.submitted_scenes_key(arxiv_id))
    except ObjectNotFoundError:
        return []
    return _SUBMITTED_SCENES.validate_json(content)


def write_videos(store: ObjectStore, arxiv_id: ArxivId, videos: Sequence[Video]) -> None:
    """Write the list of a paper's videos."""
    content = _VIDEOS.dump_json(list(videos), indent=1)
    store.put(catalog.videos_key(arxiv_id), content, content_type=_JSON)


def read_videos(store: ObjectStore, arxiv_id: ArxivId) -> list[Video]:
    """Read the list of a paper's videos."""
    return _VIDEOS.validate_json(store.get(catalog.videos_key(arxiv_id)))
