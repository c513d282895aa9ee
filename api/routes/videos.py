"""A video, its still, its captions and its script."""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response, status
from fastapi.responses import JSONResponse

from api.dependencies import AddressesDep, StoreDep
from api.error_answers import documented
from api.errors import (
    MalformedRangeError,
    RangeNotSatisfiableError,
    ServiceUnavailableError,
    VideoNotFoundError,
)
from api.media import media_response
from api.schemas.videos import VideoAddress
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.ports import ObjectStore, StoredObject

router = APIRouter(tags=["videos"])

_VIDEO_ID = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,200}", re.ASCII)
_JSON = "application/json"
_MP4 = "video/mp4"
_JPEG = "image/jpeg"
_WEBVTT = "text/vtt"
_PYTHON = "text/x-python"
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_RESPONSES = {
    **documented(
        MalformedRangeError, VideoNotFoundError, RangeNotSatisfiableError, ServiceUnavailableError
    ),
    status.HTTP_206_PARTIAL_CONTENT: {"description": "The range asked for."},
    status.HTTP_302_FOUND: {"description": "Where the bytes are, public or signed."},
    status.HTTP_304_NOT_MODIFIED: {"description": "As `If-None-Match` has it already."},
}

VideoId = Annotated[
    str, Path(description="A video's id.", examples=["2601.00000-S3.SS1-0123456789abcdef"])
]


@router.head("/video/{video_id}/poster", include_in_schema=False)
@router.get(
    "/video/{video_id}/poster",
    response_class=Response,
    responses={**_RESPONSES, status.HTTP_200_OK: {"content": {_JPEG: _BYTES}}},
)
def show_poster(video_id: VideoId, request: Request, store: StoreDep) -> Response:
    """Send a still of a video, JPEG."""
    stored = _stored(store, video_id, catalog.poster_key(video_id))
    return media_response(request, store, stored, _JPEG)


@router.head("/video/{video_id}/captions", include_in_schema=False)
@router.get(
    "/video/{video_id}/captions",
    response_class=Response,
    responses={**_RESPONSES, status.HTTP_200_OK: {"content": {_WEBVTT: {}}}},
)
def show_captions(video_id: VideoId, request: Request, store: StoreDep) -> Response:
    """Send a video's captions, WebVTT."""
    stored = _stored(store, video_id, catalog.captions_key(video_id))
    return media_response(request, store, stored, _WEBVTT)


@router.head("/video/{video_id}/script", include_in_schema=False)
@router.get(
    "/video/{video_id}/script",
    response_class=Response,
    responses={**_RESPONSES, status.HTTP_200_OK: {"content": {_PYTHON: {}}}},
)
def show_script(video_id: VideoId, request: Request, store: StoreDep) -> Response:
    """Send the Manim program that a video was made from, Python."""
    stored = _stored(store, video_id, catalog.script_key(video_id))
    return media_response(request, store, stored, _PYTHON)


# As a path, so that an id with a slash in it gets this route's own error.
@router.head("/video/{video_id:path}", include_in_schema=False)
@router.get(
    "/video/{video_id:path}",
    response_class=Response,
    responses={
        **_RESPONSES,
        status.HTTP_200_OK: {"content": {_MP4: _BYTES}, "model": VideoAddress},
    },
)
def show_video(
    video_id: VideoId, request: Request, store: StoreDep, addresses: AddressesDep
) -> Response:
    """Send a video, H.264 in MP4, or its address to who accepts JSON alone."""
    stored = _stored(store, video_id, catalog.video_key(video_id))
    if not _wants_json(request):
        response = media_response(request, store, stored, _MP4)
    else:
        url = store.url(stored.key) or addresses.video(video_id)
        address = VideoAddress(video_id=video_id, url=url, content_type=_MP4)
        response = JSONResponse(address.model_dump(), headers={"Cache-Control": "no-store"})
    response.headers["Vary"] = "Accept"
    return response


def _stored(store: ObjectStore, video_id: str, key: str) -> StoredObject:
    stored = store.head(key) if _VIDEO_ID.fullmatch(video_id) else None
    if stored is None:
        message = f"There is no video {video_id!r}."
        raise VideoNotFoundError(message)
    return stored


def _wants_json(request: Request) -> bool:
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept", "").split(",")]
    return _JSON in accepted and not any(part.startswith("video/") for part in accepted)
