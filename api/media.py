"""Answers with a stored object: its bytes or a range of them, or the way to where they are."""

import re

from fastapi import Request, Response, status
from fastapi.responses import FileResponse, RedirectResponse

from api.conditional import is_not_modified
from arxiviz_pipeline.domain.ports import ObjectStore, StoredObject

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Disposition": "inline",
}


def media_response(
    request: Request, store: ObjectStore, stored: StoredObject, content_type: str
) -> Response:
    """Answer a GET or HEAD for an object that never changes."""
    url = store.url(stored.key)
    if url is not None:
        # The address may be signed and so end before a cache would.
        headers = {"Cache-Control": "no-store"}
        return RedirectResponse(url, status.HTTP_302_FOUND, headers)
    path = store.path(stored.key)
    if path is None:
        return _bytes_response(request, store.get(stored.key), content_type)
    response = FileResponse(
        path, media_type=content_type, headers=_HEADERS, stat_result=path.stat()
    )
    etag = response.headers["etag"]
    if is_not_modified(request, etag):
        headers = {**_HEADERS, "ETag": etag}
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return response


def _bytes_response(request: Request, content: bytes, content_type: str) -> Response:
    headers = {**_HEADERS, "Accept-Ranges": "bytes"}
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or not any(asked.groups()):
        return Response(content, media_type=content_type, headers=headers)
    size = len(content)
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= end:
        headers["Content-Range"] = f"bytes */{size}"
        return Response(status_code=status.HTTP_416_RANGE_NOT_SATISFIABLE, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Response(
        content[start:end], status.HTTP_206_PARTIAL_CONTENT, headers, media_type=content_type
    )
