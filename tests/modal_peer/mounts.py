"""Keeps the files a client uploads, and lays them out for a container."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from grpclib import GRPCError, Status
from modal_proto import api_pb2

from tests.modal_peer.blobs import Blobs
from tests.modal_peer.identifiers import new_id
from tests.modal_peer.rpc import Caller, answers


@dataclass
class Mounts:
    """Uploaded files by their SHA-256, and mounts, which are lists of them, by id."""

    blobs: Blobs
    files: dict[str, bytes] = field(default_factory=dict)
    mounts: dict[str, list[api_pb2.MountFile]] = field(default_factory=dict)

    @answers("MountBatchedCheckExistence")
    async def missing(
        self, request: api_pb2.MountBatchedCheckExistenceRequest, caller: Caller
    ) -> api_pb2.MountBatchedCheckExistenceResponse:
        missing = [sha256 for sha256 in request.sha256_hex_hashes if sha256 not in self.files]
        return api_pb2.MountBatchedCheckExistenceResponse(missing_sha256_hex_hashes=missing)

    @answers("MountPutFile")
    async def put_file(
        self, request: api_pb2.MountPutFileRequest, caller: Caller
    ) -> api_pb2.MountPutFileResponse:
        match request.WhichOneof("data_oneof"):
            case "data":
                content = request.data
            case "data_blob_id":
                content = self.blobs.content[request.data_blob_id]
            case _:
                return api_pb2.MountPutFileResponse(exists=request.sha256_hex in self.files)
        if hashlib.sha256(content).hexdigest() != request.sha256_hex:
            raise GRPCError(Status.INVALID_ARGUMENT, "The file is not what its SHA-256 says.")
        self.files[request.sha256_hex] = content
        return api_pb2.MountPutFileResponse(exists=True)

    @answers("MountGetOrCreate")
    async def get_or_create(
        self, request: api_pb2.MountGetOrCreateRequest, caller: Caller
    ) -> api_pb2.MountGetOrCreateResponse:
        if absent := [file.filename for file in request.files if file.sha256_hex not in self.files]:
            raise GRPCError(Status.FAILED_PRECONDITION, f"These were not uploaded: {absent}")
        # A mount asked for by name is Modal's own: the client's package, which is installed here.
        mount_id = new_id("mo")
        self.mounts[mount_id] = list(request.files)
        return api_pb2.MountGetOrCreateResponse(
            mount_id=mount_id, handle_metadata=api_pb2.MountHandleMetadata()
        )

    def lay_out(self, mount_id: str, folder: Path, below: str = "/") -> None:
        """Write a mount's files into a folder that will be somebody's root, below a path in it."""
        for file in self.mounts[mount_id]:
            place = folder / below.strip("/") / file.filename.strip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(self.files[file.sha256_hex])
            place.chmod(file.mode & 0o777 or 0o644)
