"""Lays out what a function or sandbox finds: the client's files, and its environment."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grpclib import GRPCError, Status

from tests.modal_peer.images import Images
from tests.modal_peer.mounts import Mounts
from tests.modal_peer.secrets import Secrets

_OF_THE_SYSTEM = {"usr", "bin", "sbin", "lib", "lib64", "etc", "proc", "dev", "tmp", "var", "opt"}


@dataclass
class Files:
    """Puts images, mounts and secrets together."""

    images: Images
    mounts: Mounts
    secrets: Secrets

    def lay_out(self, folder: Path, image_id: str, mount_ids: Sequence[str]) -> dict[str, Path]:
        """Write an image's and mounts' files; return the folders to show, by where they belong.

        Raises:
            GRPCError: If a file belongs where this machine's own system is shown.
        """
        files = folder / "files"
        (files / "root").mkdir(parents=True)
        self.images.lay_out(image_id, files)
        for mount_id in mount_ids:
            self.mounts.lay_out(mount_id, files)
        if taken := {one.name for one in files.iterdir()} & _OF_THE_SYSTEM:
            message = f"tests/modal_peer can lay out no files below {sorted(taken)}."
            raise GRPCError(Status.UNIMPLEMENTED, message)
        working = files / self.images.working_folder(image_id).strip("/")
        working.mkdir(parents=True, exist_ok=True)
        return {f"/{one.name}": one for one in files.iterdir()}

    def environment(self, image_id: str, secret_ids: Sequence[str]) -> dict[str, str]:
        """Return the variables of an image and of secrets, which win."""
        return self.images.environment(image_id) | self.secrets.environment(secret_ids)

    def working_folder(self, image_id: str, default: str = "/root") -> str:
        """Return where programs start."""
        return self.images.working_folder(image_id, default)
