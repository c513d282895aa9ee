"""Records what images are to be made of; it builds none.

Functions and sandboxes run on this machine's own system and Python environment. Of an image's
Dockerfile commands `ENV`, `WORKDIR` and `COPY` from the client's own files are obeyed, for those
cost nothing; the rest (`RUN`, `FROM`) is recorded for the test to read.
"""

import shlex
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from modal_proto import api_pb2

from tests.modal_peer.identifiers import new_id
from tests.modal_peer.mounts import Mounts
from tests.modal_peer.rpc import Caller, answers, not_found

BUILDER_VERSION = "2025.06"


@dataclass
class Images:
    """Image definitions by id; the same definition has the same id."""

    mounts: Mounts
    definitions: dict[str, api_pb2.Image] = field(default_factory=dict)
    _built: set[str] = field(default_factory=set)
    _ids: dict[bytes, str] = field(default_factory=dict)

    @answers("ImageGetOrCreate")
    async def get_or_create(
        self, request: api_pb2.ImageGetOrCreateRequest, caller: Caller
    ) -> api_pb2.ImageGetOrCreateResponse:
        image_id = self._ids.setdefault(
            request.image.SerializeToString(deterministic=True), new_id("im")
        )
        self.definitions[image_id] = request.image
        if image_id not in self._built:
            return api_pb2.ImageGetOrCreateResponse(image_id=image_id)
        return api_pb2.ImageGetOrCreateResponse(
            image_id=image_id, result=_SUCCESS, metadata=self._metadata(image_id)
        )

    @answers("ImageJoinStreaming")
    async def join(
        self, request: api_pb2.ImageJoinStreamingRequest, caller: Caller
    ) -> AsyncIterator[api_pb2.ImageJoinStreamingResponse]:
        self._built.add(request.image_id)
        yield api_pb2.ImageJoinStreamingResponse(
            result=_SUCCESS, metadata=self._metadata(request.image_id), eof=True
        )

    @answers("ImageFromId")
    async def from_id(
        self, request: api_pb2.ImageFromIdRequest, caller: Caller
    ) -> api_pb2.ImageFromIdResponse:
        if request.image_id not in self.definitions:
            raise not_found(f"Image {request.image_id} not found.")
        return api_pb2.ImageFromIdResponse(
            image_id=request.image_id, metadata=self._metadata(request.image_id)
        )

    def commands(self, image_id: str) -> list[str]:
        """Return all Dockerfile commands of an image, those of its bases first."""
        return [command for _, command in self._steps(image_id)]

    def environment(self, image_id: str) -> dict[str, str]:
        """Return the variables that an image's `ENV` commands set."""
        variables: dict[str, str] = {}
        for _, command in self._steps(image_id):
            if command.startswith("ENV "):
                for assignment in shlex.split(command.removeprefix("ENV ")):
                    name, _, value = assignment.partition("=")
                    variables[name] = value
        return variables

    def working_folder(self, image_id: str, default: str = "/root") -> str:
        """Return where programs start in an image."""
        folder = default
        for _, command in self._steps(image_id):
            if command.startswith("WORKDIR "):
                folder = shlex.split(command)[1]
        return folder

    def lay_out(self, image_id: str, folder: Path) -> None:
        """Write the client's files that were copied into an image below a folder."""
        for definition, command in self._steps(image_id):
            if command.startswith("COPY ") and definition.context_mount_id:
                source, target = shlex.split(command)[1:3]
                if source == ".":
                    self.mounts.lay_out(definition.context_mount_id, folder, target)

    def _steps(self, image_id: str) -> list[tuple[api_pb2.Image, str]]:
        definition = self.definitions.get(image_id)
        if definition is None:
            return []
        steps = [step for base in definition.base_images for step in self._steps(base.image_id)]
        return steps + [(definition, command) for command in definition.dockerfile_commands]

    def _metadata(self, image_id: str) -> api_pb2.ImageMetadata:
        return api_pb2.ImageMetadata(
            image_builder_version=BUILDER_VERSION,
            python_version_info=sys.version.split()[0],
            workdir=self.working_folder(image_id),
        )


_SUCCESS = api_pb2.GenericResult(status=api_pb2.GenericResult.GENERIC_STATUS_SUCCESS)
