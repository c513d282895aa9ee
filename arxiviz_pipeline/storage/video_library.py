"""Keeps finished videos in an object store: MP4, poster, captions, script, a record of them."""

import hashlib
import logging
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import ObjectNotFoundError
from arxiviz_pipeline.domain.models import RenderedScene, SceneScript, Video
from arxiviz_pipeline.domain.ports import ObjectStore

_VIDEO = TypeAdapter(Video)
_SCRIPT = TypeAdapter(SceneScript)

log = logging.getLogger(__name__)


class StoredVideos:
    """A video library over an object store."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def find(self, video_id: str) -> Video | None:
        """Return a finished video whose MP4 is still there, or None."""
        try:
            video = _VIDEO.validate_json(self._store.get(catalog.video_record_key(video_id)))
        except ObjectNotFoundError:
            return None
        return video if self._store.head(catalog.video_key(video_id)) else None

    def add(self, video: Video, script: SceneScript, rendered: RenderedScene) -> Video:
        """Store the files, then the record that says they are all there."""
        complete = replace(
            video,
            status="complete",
            key=catalog.video_key(video.id),
            poster_key=catalog.poster_key(video.id),
            captions_key=catalog.captions_key(video.id),
            script_key=catalog.script_key(video.id),
            duration_seconds=rendered.duration_seconds,
            width=rendered.width,
            height=rendered.height,
            frame_rate=rendered.frame_rate,
            size_bytes=len(rendered.mp4),
            sha256=hashlib.sha256(rendered.mp4).hexdigest(),
            render_seconds=rendered.render_seconds,
            notices=rendered.notices,
            render_cost_usd=rendered.cost_usd,
        )
        self._put(catalog.script_key(video.id), script.manim_code.encode(), "text/x-python")
        self._put(catalog.captions_key(video.id), rendered.captions.encode(), "text/vtt")
        self._put(catalog.poster_key(video.id), rendered.poster, "image/jpeg")
        self._put(catalog.video_key(video.id), rendered.mp4, "video/mp4")
        record = _VIDEO.dump_json(complete, indent=1)
        self._put(catalog.video_record_key(video.id), record, "application/json")
        return complete

    def find_repair(self, video_id: str) -> SceneScript | None:
        """Return the script that replaced the one this video was to be made from, or None."""
        try:
            return _SCRIPT.validate_json(self._store.get(catalog.repair_key(video_id)))
        except ObjectNotFoundError:
            return None
        except ValidationError as error:
            log.warning("the repair of %s is of another version: %s", video_id, error)
            return None

    def keep_repair(self, video_id: str, script: SceneScript) -> None:
        """Remember which script gave a video, in place of the one that did not."""
        record = _SCRIPT.dump_json(script, indent=1)
        # Forced anew, a script may be repaired in another way.
        self._store.put(
            catalog.repair_key(video_id), record, content_type="application/json", immutable=False
        )

    def _put(self, key: str, content: bytes, content_type: str) -> None:
        self._store.put(key, content, content_type=content_type, immutable=True)
