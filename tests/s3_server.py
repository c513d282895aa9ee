"""Starts a real S3 server on loopback: SeaweedFS, all its parts in one process."""

import contextlib
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from arxiviz_pipeline.storage.config import StorageSettings
from tests.servers import HOST, free_port, start_process

_WEED = Path(sys.executable).with_name("weed")
_LISTENERS = ("master", "filer", "volume", "s3", "admin")


@dataclass
class S3Server:
    """A running server, its address and its one account."""

    endpoint: str
    access_key: str = "testaccess"
    secret_key: str = "testsecret"
    _names: Iterator[int] = field(default_factory=itertools.count)

    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
        )

    def make_bucket(self) -> str:
        """Make an empty bucket and return its name."""
        name = f"bucket-{next(self._names)}"
        self.client().create_bucket(Bucket=name)
        return name

    def settings(self, bucket: str, **changes: str) -> StorageSettings:
        """Return the settings that a user of this bucket would write."""
        values = {
            "S3_ENDPOINT": self.endpoint,
            "S3_BUCKET": bucket,
            "S3_ACCESS_KEY": self.access_key,
            "S3_SECRET_KEY": self.secret_key,
        }
        return StorageSettings.model_validate(values | changes)


@contextlib.contextmanager
def start_s3_server(folder: Path) -> Iterator[S3Server]:
    """Run the server in this folder until the block ends."""
    ports = {name: (free_port(), free_port()) for name in _LISTENERS}
    server = S3Server(f"http://{HOST}:{ports['s3'][0]}")
    with start_process(
        [str(_WEED), "-logtostderr=true", "mini", *_arguments(folder, ports)],
        ready_url=f"{server.endpoint}/healthz",
        log_path=folder / "weed.log",
        environment={
            "HOME": str(folder),
            "GOMEMLIMIT": "400MiB",
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": server.secret_key,
        },
    ):
        yield server


def _arguments(folder: Path, ports: dict[str, tuple[int, int]]) -> list[str]:
    return [
        *(f"-dir={folder}", f"-ip={HOST}", f"-ip.bind={HOST}"),
        *("-master.telemetry=false", "-webdav=false", "-admin.ui=false"),
        *("-s3.autoCreateBucket=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
        f"-s3.localSocket={folder}/s3.sock",
        *(f"-{name}.port={http}" for name, (http, _) in ports.items()),
        *(f"-{name}.port.grpc={grpc}" for name, (_, grpc) in ports.items()),
    ]
