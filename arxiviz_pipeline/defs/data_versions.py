"""What an asset's partition holds, as a short version: equal content has an equal version.

Dagster's page: https://docs.dagster.io/guides/build/assets/asset-versioning-and-caching
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import dagster as dg

from arxiviz_pipeline.domain.models import PaperDocument, SceneScript, Section, Video

_LENGTH = 16


def of_document(document: PaperDocument) -> dg.DataVersion:
    """Hash a paper's document, and not why it is that one."""
    return of_values(replace(document, rejected=()))


def of_scene_scripts(scripts: Sequence[SceneScript]) -> dg.DataVersion:
    """Hash a paper's scripts, and not how they came to be, nor at what cost."""
    return of_values([replace(script, attempts=(), llm_usage=None) for script in scripts])


def of_values(value: PaperDocument | Sequence[Section] | Sequence[SceneScript]) -> dg.DataVersion:
    """Hash everything in these values."""
    # The repr of a dataclass of plain values tells all of it, in the same way each time.
    text = repr(value).encode("utf-8", "surrogatepass")
    return dg.DataVersion(hashlib.sha256(text).hexdigest()[:_LENGTH])


def of_videos(videos: Sequence[Video]) -> dg.DataVersion:
    """Hash which videos there are: not how long they took, nor their bytes, as ids tell those."""
    text = repr([(video.id, video.status) for video in videos]).encode()
    return dg.DataVersion(hashlib.sha256(text).hexdigest()[:_LENGTH])
