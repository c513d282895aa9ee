"""Keeps what is too large for a message: the RPCs give addresses, plain HTTP carries the bytes."""

import hashlib

from aiohttp import web
from modal_proto import api_pb2

from tests.modal_peer.identifiers import new_id
from tests.modal_peer.rpc import Caller, answers, not_found
from tests.servers import HOST

_LARGEST_BYTES = 1 << 30


class Blobs:
    """Blobs by id, and the address of the HTTP server that takes and gives them."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}
        self._announced: set[str] = set()
        self._runner: web.AppRunner | None = None
        self._url = ""

    async def start(self) -> None:
        """Listen at a free port."""
        application = web.Application(client_max_size=_LARGEST_BYTES)
        application.router.add_put("/{blob_id}", self._take)
        application.router.add_get("/{blob_id}", self._give)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0)
        await site.start()
        self._url = f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    @answers("BlobCreate")
    async def create(
        self, request: api_pb2.BlobCreateRequest, caller: Caller
    ) -> api_pb2.BlobCreateResponse:
        blob_id = new_id("bl")
        self._announced.add(blob_id)
        return api_pb2.BlobCreateResponse(
            blob_id=blob_id,
            blob_ids=[blob_id],
            upload_urls=api_pb2.UploadUrlList(items=[f"{self._url}/{blob_id}"]),
        )

    @answers("BlobGet")
    async def get(self, request: api_pb2.BlobGetRequest, caller: Caller) -> api_pb2.BlobGetResponse:
        if request.blob_id not in self.content:
            raise not_found(f"Blob {request.blob_id} not found.")
        return api_pb2.BlobGetResponse(download_url=f"{self._url}/{request.blob_id}")

    async def _take(self, request: web.Request) -> web.Response:
        blob_id = request.match_info["blob_id"]
        if blob_id not in self._announced:
            raise web.HTTPForbidden
        content = await request.read()
        self.content[blob_id] = content
        # The client compares this with the MD5 of what it sent, as S3 lets it.
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return web.Response(headers={"ETag": f'"{etag}"'})

    async def _give(self, request: web.Request) -> web.Response:
        content = self.content.get(request.match_info["blob_id"])
        if content is None:
            raise web.HTTPNotFound
        return web.Response(body=content, content_type="application/octet-stream")
