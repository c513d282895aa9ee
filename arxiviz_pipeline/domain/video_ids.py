"""Content addresses of videos: the same pixels have the same id, and so the same object key."""

import hashlib
import json

from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Quality, SceneScript

_DIGEST_LENGTH = 16  # 64 bits: a collision within one paper's scene is out of reach


def video_id(
    arxiv_id: ArxivId | None, script: SceneScript, quality: Quality, renderer_version: str
) -> str:
    """Name the video of a scene: `<paper>-<scene>-<hash>`, safe in URLs and file names.

    Args:
        arxiv_id: The paper, or None for a script that belongs to none.
        script: Its code, scene name and captions enter the hash.
        quality: Enters the hash.
        renderer_version: Enters the hash.
    """
    parts = [
        script.manim_code,
        script.scene_name,
        quality,
        renderer_version,
        [(beat.narration, beat.seconds) for beat in script.storyboard],
    ]
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_DIGEST_LENGTH]
    owner = "script" if arxiv_id is None else arxiv_id.slug
    return f"{owner}-{script.id}-{digest}"
