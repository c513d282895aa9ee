"""Answers with a stored object: its file or a range of it, or the way to where it is."""

from fastapi import Request, Response, status
from fastapi.responses import FileResponse, RedirectResponse
from starlette.types import Message, Receive, Scope, Send

from api.conditional import is_not_modified
from api.errors import MalformedRangeError, RangeNotSatisfiableError
from arxiviz_pipeline.domain.errors import StorageUnavailableError
from arxiviz_pipeline.domain.ports import ObjectStore, StoredObject

_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Disposition": "inline",
}


def media_response(
    request: Request, store: ObjectStore, stored: StoredObject, content_type: str
) -> Response:
    """Answer a GET or HEAD for an object that never changes.

    Raises:
        StorageUnavailableError: If the store has neither an address nor a file for it.
    """
    url = store.url(stored.key)
    if url is not None:
        return _elsewhere(request, url, stored, content_type)
    path = store.path(stored.key)
    if path is None:
        message = f"The object store gives neither an address nor a file for {stored.key!r}."
        raise StorageUnavailableError(message)
    response = _FileResponse(
        path, media_type=content_type, headers=_HEADERS, stat_result=path.stat()
    )
    etag = response.headers["etag"]
    if is_not_modified(request, etag):
        headers = {**_HEADERS, "ETag": etag}
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return response


def _elsewhere(request: Request, url: str, stored: StoredObject, content_type: str) -> Response:
    if request.method == "HEAD":
        # A signed address is signed for GET alone.
        size = {"Content-Length": str(stored.size_bytes), "Accept-Ranges": "bytes"}
        return Response(media_type=content_type, headers={**_HEADERS, **size})
    # The address may be signed and so end before a cache would.
    return RedirectResponse(url, status.HTTP_302_FOUND, {"Cache-Control": "no-store"})


class _FileResponse(FileResponse):
    """A file whose bad ranges are answered in the one shape; Starlette's answers are plain text."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or raise what is wrong with the range before anything is sent."""
        asked = Request(scope).headers.get("range", "")

        async def watched_send(message: Message) -> None:
            match message.get("status"):
                case status.HTTP_400_BAD_REQUEST:
                    raise MalformedRangeError(asked)
                case status.HTTP_416_RANGE_NOT_SATISFIABLE:
                    raise RangeNotSatisfiableError(asked, int(self.headers["content-length"]))
                case _:
                    await send(message)

        await super().__call__(scope, receive, watched_send)
